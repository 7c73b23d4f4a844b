"""The tables of a report as HTML, for the page and for the file that is sent.

In: the texts of a sheet. Out: HTML whose every text is escaped; on a phone a card a row.
"""

from collections.abc import Collection, Mapping
from html import escape

from dashboard.cells import cell, row, small, table
from dashboard.report.restated import SITE, Restated
from dashboard.report.sheet import Cell, Grid, Line, Sheet, Table, figure_text, figure_title, told_in
from pulse.i18n import words
from pulse.kpi.snapshot import Verdict
from pulse.text import Language

PLAIN = ("steps", "complaints", "incidents", "completeness", "ahead")
"""The tables of a sheet that are plain texts in columns."""
_WORDS: Mapping[str, Collection[int]] = {"complaints": (1, 4), "incidents": (1, 4)}
"""Which columns hold words, not numbers."""
_AS_CARDS = frozenset({"incidents"})
"""Which are a card a row on a phone; the others stay tables."""


def headline_line(sheet: Sheet) -> str:
    """The line that is read first."""
    return f'<p class="headline {sheet.verdict}"><span aria-hidden="true">{sheet.shape}</span> {escape(sheet.headline)}</p>'


def figure_table(sheet: Sheet, language: Language) -> str:
    """The figures of the whole site, a row each, and under each what it says."""
    said = words(language)
    heads = [said["report.kpi"], *sheet.columns.values(), said["report.verdict"]]
    return table("figures frozen", heads, [_line(line, sheet.columns, said["report.verdict"]) for line in sheet.lines])


def grid_table(grid: Grid, title: str) -> str:
    """The figures of channels or lines of business."""
    rows = [
        row(_named(one.title), [cell(_told(entry), head) for entry, head in zip(one.cells, grid.heads, strict=True)]) for one in grid.rows
    ]
    return table("figures channels", [title, *grid.heads], rows)


def plain_table(name: str, told: Table) -> str:
    """Plain texts in columns; the first names the row."""
    rows = []
    for first, *others in told.rows:
        kinds = ("words" if n in _WORDS.get(name, ()) else "number" for n in range(1, len(told.heads)))
        cells = [cell(escape(text), head, kind) for text, head, kind in zip(others, told.heads[1:], kinds, strict=True)]
        rows.append(row(_named(first), cells))
    return table(f"figures plain {name}{'' if name in _AS_CARDS else ' compact'}", told.heads, rows)


def restated_table(restated: Collection[Restated], language: Language) -> str:
    """What is another number now than when it was frozen."""
    said = words(language)
    rows = tuple(
        (
            " · ".join(filter(None, (told_in(one.titles, language, "") if one.scope != SITE else "", figure_title(one.kpi, language)))),
            figure_text(one.kpi, one.frozen, language),
            figure_text(one.kpi, one.now, language),
        )
        for one in restated
    )
    heads = tuple(said[f"report.{name}"] for name in ("kpi", "was", "now"))
    return plain_table("restated", Table(heads=heads, rows=rows))


def _line(line: Line, columns: Mapping[str, str], status_head: str) -> str:
    cells = [cell(escape(line.cells[name]), head, name) for name, head in columns.items()]
    cells.append(cell(_status(line.verdict, line.shape, line.word), status_head, "verdict"))
    says = f'<tr class="says"><td colspan="{len(columns) + 2}">{escape(line.sentence)}</td></tr>' if line.sentence else ""
    return row(_named(line.title, line.note), cells) + says


def _told(entry: Cell) -> str:
    status = _status(entry.verdict, entry.shape, entry.word) if entry.verdict in (Verdict.MET, Verdict.MISSED) else ""
    return f"<b>{escape(entry.text)}</b>{status}{small(entry.target) if entry.target else ''}"


def _status(verdict: Verdict, shape: str, word: str) -> str:
    return f'<span class="status {verdict}"><span aria-hidden="true">{shape}</span> {escape(word)}</span>' if word else ""


def _named(title: str, note: str = "") -> str:
    return f'<th scope="row">{escape(title)}{small(note) if note else ""}</th>'
