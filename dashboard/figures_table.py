"""A table of texts: on a desk a table, on a phone a card a row.

In: the columns' titles and rows of plain texts. Out: HTML whose every text is escaped.
"""

from collections.abc import Iterable, Mapping
from html import escape

Row = dict[str, str]


def figures_table(titles: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> str:
    """The rows under the titles of their keys, in the order of the titles; the first column names its row."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles.values())
    body = "".join(_row(titles, row) for row in rows)
    return f'<div class="figures-room"><table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(titles: Mapping[str, str], row: Mapping[str, str]) -> str:
    named, *others = titles
    told = (f'<td data-label="{escape(titles[name], quote=True)}">{escape(row[name])}</td>' for name in others)
    return f'<tr><th scope="row">{escape(row[named])}</th>{"".join(told)}</tr>'
