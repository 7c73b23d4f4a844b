"""A snapshot as a table of numbers for a spreadsheet: one row a number, as it was frozen, with its unit.

In: a snapshot, a language. Out: CSV with a mark of UTF-8 before it. Ratios are 0..1 and durations seconds, as everywhere in the program;
what is unknown is empty. A text that a spreadsheet would take for a formula is made a text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET

from dashboard.report.sheet import figure_title, told_in
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.snapshot import Figure, Number, Snapshot
from pulse.text import Language
from pulse.written import harmless

HEAD = ("edition", "day", "part", "name", "title", "figure", "figure_title", "unit", "what", "value")
_MARK = "\ufeff"
_NUMBERS = ("value", "target", "before", "last_week", "last_year", "to_date", "count")
_Row = tuple[str, str, str, str, str, str, Number]


def as_csv(snapshot: Snapshot, language: Language) -> str:
    """The numbers of a snapshot, its titles in a language."""
    return table_csv(HEAD, ((snapshot.edition, snapshot.day, *row) for row in _rows(snapshot, language)))


def table_csv(head: Sequence[str], rows: Iterable[Sequence[str | Number]]) -> str:
    """A table of texts and numbers for a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _MARK + written.getvalue()


def _cell(value: str | Number) -> str:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else repr(value)


def _rows(snapshot: Snapshot, language: Language) -> Iterator[_Row]:
    yield from _of("site", snapshot.site, told_in(snapshot.titles, language, snapshot.site), snapshot.figures, language)
    for part, sections in (("channel", snapshot.channels), ("business_line", snapshot.business_lines)):
        for section in sections:
            yield from _of(part, section.name, told_in(section.titles, language, section.name), section.figures, language)
    yield from _others(snapshot, language)


def _of(part: str, name: str, title: str, figures: Sequence[Figure], language: Language) -> Iterator[_Row]:
    for figure in figures:
        known = definitions().get(figure.kpi)
        unit = known.unit.value if known else ""
        values = {number: getattr(figure, number) for number in _NUMBERS}
        values["benchmark"] = figure.benchmark.value if figure.benchmark else None
        for what, value in values.items():
            if value is not None or what == "value":
                yield part, name, title, figure.kpi, figure_title(figure.kpi, language), "count" if what == "count" else unit, what, value


def _others(snapshot: Snapshot, language: Language) -> Iterator[_Row]:
    said = words(language)
    for step in snapshot.journey:
        title = told_in(step.titles, language, step.name)
        yield "journey", step.name, title, "", said["report.contacts"], "count", "value", step.count
        yield "journey", step.name, title, "", said["report.mean"], "s", "mean", step.mean_s
        if step.of is not UNSET:
            yield "journey", step.name, title, "", said["report.asked_where_told"], "count", "of", step.of
    for one in snapshot.complaints:
        title = told_in(one.titles, language, one.category)
        yield "complaints", f"{one.category}/{one.business_line}", title, "", said["report.often"], "count", "value", one.complaints
        yield "complaints", f"{one.category}/{one.business_line}", title, "", said["report.customers"], "count", "customers", one.customers
    for happened in snapshot.incidents:
        title = told_in(happened.titles, language, "")
        yield "incidents", str(happened.id), title, "", said["report.opened"], "epoch ms", "opened_at", happened.opened_at
        yield "incidents", str(happened.id), title, "", said["report.level"], "level", "level", happened.level
        lasted_s = None if happened.closed_at is None else (happened.closed_at - happened.opened_at) / 1000
        yield "incidents", str(happened.id), title, "", said["report.lasted"], "s", "lasted", lasted_s
    ahead = snapshot.ahead or None
    for expected in ahead.channels if ahead else ():
        title = told_in(expected.titles, language, expected.name)
        for what in ("value", "low", "high"):
            yield "ahead", expected.name, title, "offered", said["report.expected"], "count", what, getattr(expected, what)
    for source in snapshot.completeness:
        yield "completeness", source.source, source.source, "", said["report.received"], "ratio", "value", source.share_ratio
        yield "completeness", source.source, source.source, "", said["report.counted"], "minutes", "minutes", source.minutes
