"""A table of texts: on a desk a table, on a phone a card a row.

In: the columns' titles and rows of plain texts. Out: HTML whose every text is escaped.
"""

from collections.abc import Collection, Iterable, Mapping
from html import escape

Row = dict[str, str]


def figures_table(titles: Mapping[str, str], rows: Iterable[Mapping[str, str]], words: Collection[str] = ()) -> str:
    """The rows under the titles of their keys, in the order of the titles; the first column names its row.

    Columns of `words` begin at the left and may break, and then all others are numbers and days, which do neither.
    """
    head = "".join(f'<th scope="col"{_marked(name in words)}>{escape(title)}</th>' for name, title in titles.items())
    body = "".join(_row(titles, words, row) for row in rows)
    name = "figures told" if words else "figures incidents"
    return f'<div class="figures-room"><table class="{name}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(titles: Mapping[str, str], words: Collection[str], row: Mapping[str, str]) -> str:
    named, *others = titles
    told = (
        f'<td{_marked(name in words, not row[name])} data-label="{escape(titles[name], quote=True)}">{escape(row[name])}</td>'
        for name in others
    )
    return f'<tr><th scope="row">{escape(row[named])}</th>{"".join(told)}</tr>'


def _marked(is_words: bool, is_empty: bool = False) -> str:
    """The classes of a cell; phones leave out one that holds nothing."""
    marks = [mark for mark, holds in (("words", is_words), ("unknown", is_empty)) if holds]
    return f' class="{" ".join(marks)}"' if marks else ""
