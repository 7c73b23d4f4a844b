"""Cells, rows and tables of figures that read on a desk, on a phone (a card a row) and on paper.

In: HTML that is already escaped, and plain titles. Out: HTML; a status is a shape and a word, its colour only follows.
"""

from collections.abc import Iterable, Mapping
from html import escape

from dashboard.day import STATUS
from dashboard.status import SHAPES
from pulse.kpi.snapshot import Verdict
from pulse.written import UNKNOWN


def status(verdict: Verdict, said: Mapping[str, str]) -> str:
    """Shape and word of a verdict; empty where there is no target."""
    if verdict is Verdict.NO_TARGET:
        return ""
    word = said["status.unknown"] if verdict is Verdict.UNKNOWN else said[f"day.{verdict}"]
    return f'<span class="status {verdict}"><span aria-hidden="true">{SHAPES[STATUS[verdict]]}</span> {escape(word)}</span>'


def small(text: str) -> str:
    """A text under another."""
    return f"<small>{escape(text)}</small>"


def cell(content: str, head: str, name: str = "") -> str:
    """A cell of the column `name` under the title `head`; one that says nothing is marked, phones leave it out."""
    unknown = " unknown" if content in ("", UNKNOWN, f"<b>{UNKNOWN}</b>") else ""
    return f'<td class="{name}{unknown}" data-label="{escape(head, quote=True)}">{content}</td>'


def row(named: str, cells: Iterable[str]) -> str:
    """A row: the cell that names it, and the others."""
    return f"<tr>{named}{''.join(cells)}</tr>"


def table(name: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    """Rows under titles, as a table of the classes `name`."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f'<div class="figures-room"><table class="{name}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
