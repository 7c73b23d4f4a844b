"""Everything a report of a snapshot says, in words: what file, paper and page share.

In: a snapshot and a language. Out: texts in reading order; nothing in it is computed anew but counts of what is shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from alerts.actions import CAUSES, Cause
from alerts.fields import LEVELS
from dashboard.day import STATUS
from dashboard.report.headline import headline
from dashboard.report.journey import share_text
from dashboard.report.quadrant import Quadrant, quadrants
from dashboard.status import SHAPES
from dashboard.written import at_clock, at_time, weekday_name
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.service_level import WRITTEN
from pulse.kpi.snapshot import (
    Ahead,
    ByLanguage,
    Completeness,
    Edition,
    Figure,
    Happened,
    Number,
    Section,
    Snapshot,
    Verdict,
    encode_snapshot,
    seal,
)
from pulse.text import Language
from pulse.written import UNKNOWN, duration, written

NPS = ("nps_promoters", "nps_passives", "nps_detractors")
"""Shown as one bar, not as rows."""
COLUMNS = ("value", "target", "before", "last_week", "last_year", "benchmark", "to_date")
_ALWAYS = frozenset({"value", "target"})
_BY_EDITION = frozenset({"value", "before", "to_date"})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the whole site."""

    title: str
    note: str
    cells: dict[str, str]
    """By the name of the column."""
    verdict: Verdict
    shape: str
    word: str
    sentence: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a channel or a line of business."""

    text: str
    target: str
    verdict: Verdict
    shape: str
    word: str


class GridRow(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one channel or line of business."""

    title: str
    cells: tuple[Cell, ...]


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of several channels or lines of business under each other; a figure that none of them has is left out."""

    heads: tuple[str, ...] = ()
    rows: tuple[GridRow, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Plain texts in columns."""

    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it."""

    site: str
    title: str
    day: str
    flags: tuple[str, ...]
    frozen: str
    seal: str
    headline: str
    verdict: Verdict
    shape: str
    columns: dict[str, str]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    channels: Grid
    business_lines: Grid
    steps: Table
    complaints: Table
    incidents: Table
    best_title: str
    best_why: str
    completeness: Table
    ahead: Table
    ahead_title: str
    ahead_why: str


def sheet_of(snapshot: Snapshot, language: Language) -> Sheet:
    """The texts of a snapshot."""
    said, zone = words(language), ZoneInfo(snapshot.zone)
    verdict, told = headline(snapshot, language)
    best = snapshot.best_case
    return Sheet(
        site=told_in(snapshot.titles, language, snapshot.site),
        title=said[f"report.{snapshot.edition}"],
        day=_span(snapshot, language),
        flags=tuple(_flags(snapshot, language)),
        frozen=said["report.frozen"].format(time=at_time(snapshot.frozen_at, zone), zone=snapshot.zone),
        seal=seal(encode_snapshot(snapshot)),
        headline=told,
        verdict=verdict,
        shape=SHAPES[STATUS[verdict]],
        columns=_columns(snapshot, said),
        lines=tuple(_line(figure, language) for figure in snapshot.figures if figure.kpi not in NPS),
        notes=tuple(_notes(snapshot, language)),
        channels=_grid(snapshot.channels, language),
        business_lines=_grid(snapshot.business_lines, language),
        steps=_steps(snapshot, language),
        complaints=_complaints(snapshot, language),
        incidents=_incidents(snapshot, language, zone),
        best_title=told_in(best.titles, language, best.queue) if best else "",
        best_why=told_in(best.why, language, "") if best else "",
        completeness=_completeness(snapshot, said),
        **_ahead(snapshot.ahead or None, language),
    )


def told_in(titles: ByLanguage, language: Language, otherwise: str) -> str:
    """A text in a language, else in English, else what stands for it."""
    return titles.get(language.value) or titles.get(Language.EN.value) or otherwise


def figure_title(kpi: str, language: Language) -> str:
    """What people call a figure; its name where this program has no definition of it any more."""
    known = definitions().get(kpi)
    return known.title.in_(language) if known else kpi


def figure_text(kpi: str, value: Number, language: Language) -> str:
    """A value in the figure's own unit."""
    known = definitions().get(kpi)
    if known:
        return written(value, known.unit, language)
    return UNKNOWN if value is None else f"{value:,.2f}"


def _span(snapshot: Snapshot, language: Language) -> str:
    if snapshot.edition is not Edition.DAILY:
        return f"{snapshot.day} – {snapshot.last_day}"
    return f"{snapshot.day} {weekday_name(date.fromisoformat(snapshot.day).weekday(), language)}"


def _flags(snapshot: Snapshot, language: Language) -> Iterator[str]:
    if snapshot.holiday:
        yield told_in(snapshot.holiday, language, "")
    if snapshot.demo:
        yield words(language)["page.demo"]


def _columns(snapshot: Snapshot, said: Mapping[str, str]) -> dict[str, str]:
    """The columns in which anything is known."""
    shown = (name for name in COLUMNS if name in _ALWAYS or any(getattr(figure, name) is not None for figure in snapshot.figures))
    return {name: said[f"report.{name}_{snapshot.edition}" if name in _BY_EDITION else f"report.{name}"] for name in shown}


def _line(figure: Figure, language: Language) -> Line:
    said, benchmark = words(language), figure.benchmark
    values = {name: getattr(figure, name) for name in COLUMNS if name != "benchmark"}
    values["benchmark"] = benchmark.value if benchmark else None
    return Line(
        title=figure_title(figure.kpi, language),
        note=said["report.count"].format(n=f"{figure.count:,}") if figure.count is not None and figure.count != figure.value else "",
        cells={name: figure_text(figure.kpi, value, language) for name, value in values.items()},
        verdict=figure.verdict,
        shape=SHAPES[STATUS[figure.verdict]],
        word=verdict_word(figure.verdict, said),
        sentence=told_in(figure.sentence, language, ""),
    )


def verdict_word(verdict: Verdict, said: Mapping[str, str]) -> str:
    """The word of a verdict; empty where there is no target."""
    if verdict is Verdict.NO_TARGET:
        return ""
    return said["status.unknown"] if verdict is Verdict.UNKNOWN else said[f"day.{verdict}"]


def _notes(snapshot: Snapshot, language: Language) -> Iterator[str]:
    said, letter = words(language), snapshot.formula
    if letter in set(ServiceLevelFormula) and any(figure.kpi == "service_level" for figure in snapshot.figures):
        formula = WRITTEN[ServiceLevelFormula(letter)].in_(language)
        yield said["report.formula"].format(letter=letter.upper(), written=formula)
    sources = {
        f"{figure_title(figure.kpi, language)} – {figure.benchmark.source}, {figure.benchmark.date}"
        for figure in snapshot.figures
        if figure.benchmark
    }
    if sources:
        yield said["report.sources"].format(sources="; ".join(sorted(sources)))


def _grid(sections: Sequence[Section], language: Language) -> Grid:
    known = dict.fromkeys(figure.kpi for section in sections for figure in section.figures if figure.value is not None)
    rows = []
    for section in sections:
        figures = {figure.kpi: figure for figure in section.figures}
        cells = tuple(_cell(figures.get(kpi) or Figure(kpi=kpi, value=None), language) for kpi in known)
        rows.append(GridRow(title=told_in(section.titles, language, section.name), cells=cells))
    return Grid(heads=tuple(figure_title(kpi, language) for kpi in known), rows=tuple(rows))


def _cell(figure: Figure, language: Language) -> Cell:
    said, target = words(language), figure_text(figure.kpi, figure.target, language)
    return Cell(
        text=figure_text(figure.kpi, figure.value, language),
        target=said["report.target_small"].format(value=target) if None not in (figure.target, figure.value) else "",
        verdict=figure.verdict,
        shape=SHAPES[STATUS[figure.verdict]],
        word=verdict_word(figure.verdict, said) if figure.value is not None else "",
    )


def _steps(snapshot: Snapshot, language: Language) -> Table:
    said, steps = words(language), snapshot.journey
    heads = tuple(said[f"report.{name}"] for name in ("step", "contacts", "share", "mean"))
    return _table(
        heads,
        (
            (
                told_in(step.titles, language, step.name),
                UNKNOWN if step.count is None else f"{step.count:,}",
                share_text(step, steps, language),
                UNKNOWN if step.mean_s is None else duration(step.mean_s, language),
            )
            for step in steps
        ),
    )


def _complaints(snapshot: Snapshot, language: Language) -> Table:
    """By quadrant, the most urgent first."""
    said = words(language)
    heads = ("#", *(said[f"report.{name}"] for name in ("class", "often", "customers", "quadrant")))
    rows = (
        (
            str(place.number),
            told_in(place.complained.titles, language, f"{place.complained.category} / {place.complained.business_line}"),
            f"{place.complained.complaints:,}",
            UNKNOWN if place.complained.customers is None else f"{place.complained.customers:,}",
            quadrant_word(place.quadrant, said),
        )
        for place in quadrants(snapshot.complaints)
    )
    return _table(heads, rows)


def quadrant_word(quadrant: Quadrant | None, said: Mapping[str, str]) -> str:
    """The name of a quadrant; — where nobody told how many customers."""
    return UNKNOWN if quadrant is None else said[f"report.{quadrant}"]


def _incidents(snapshot: Snapshot, language: Language, zone: ZoneInfo) -> Table:
    said = words(language)
    heads = tuple(said[f"report.{name}"] for name in ("level", "what", "opened", "lasted", "cause"))
    ordered = sorted(snapshot.incidents, key=lambda incident: (incident.level, incident.opened_at))
    return _table(heads, (_incident(incident, snapshot, language, zone) for incident in ordered))


def _incident(incident: Happened, snapshot: Snapshot, language: Language, zone: ZoneInfo) -> tuple[str, ...]:
    said = words(language)
    at = at_clock(incident.opened_at, zone) if snapshot.edition is Edition.DAILY else at_time(incident.opened_at, zone)
    lasted_s = None if incident.closed_at is None else (incident.closed_at - incident.opened_at) / 1000
    return (
        LEVELS.get(incident.level, str(incident.level)),
        told_in(incident.titles, language, f"#{incident.id}"),
        at,
        said["report.still_open"] if lasted_s is None else duration(lasted_s, language),
        _cause(incident, language),
    )


def _cause(incident: Happened, language: Language) -> str:
    if not incident.cause:
        return words(language)["report.no_cause"]
    return CAUSES[Cause(incident.cause)].in_(language) if incident.cause in set(Cause) else incident.cause


def _completeness(snapshot: Snapshot, said: Mapping[str, str]) -> Table:
    heads = tuple(said[f"report.{name}"] for name in ("source", "received", "counted"))
    return _table(
        heads,
        (
            (
                one.source,
                UNKNOWN if one.share_ratio is None else f"{one.share_ratio * 100:.1f} %",
                _watched(one, snapshot, said),
            )
            for one in snapshot.completeness
        ),
    )


def _watched(source: Completeness, snapshot: Snapshot, said: Mapping[str, str]) -> str:
    if snapshot.is_by_file(source):
        return said["report.by_file"]
    return said["report.counted_of"].format(n=f"{source.minutes:,}", expected=f"{source.minutes_expected:,}")


def _ahead(ahead: Ahead | None, language: Language) -> dict[str, Any]:
    """What may come on the day after: on a screen, a file and paper the same three texts and numbers."""
    if ahead is None:
        return {"ahead": Table(), "ahead_title": "", "ahead_why": ""}
    said, day = words(language), date.fromisoformat(ahead.day)
    heads = tuple(said[f"report.{name}"] for name in ("channel", "expected", "least_most"))
    rows = ((told_in(one.titles, language, one.name), f"{one.value:,.0f}", f"{one.low:,.0f} – {one.high:,.0f}") for one in ahead.channels)
    title = said["report.ahead"].format(day=f"{ahead.day} {weekday_name(day.weekday(), language)}")
    return {"ahead": _table(heads, rows), "ahead_title": title, "ahead_why": told_in(ahead.why, language, "")}


def _table(heads: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(heads=tuple(heads), rows=tuple(rows))
