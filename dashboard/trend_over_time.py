"""Figures over time on the page of trends: a chart each, the same as a table, and what happened meanwhile in words.

In: a question. Out: what Streamlit draws; says so where nothing was recorded.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from dashboard.annotation_form import draw_annotations
from dashboard.data import PAST_TTL_S, database, ledger
from dashboard.definitions_view import meaning_link
from dashboard.figures_table import figures_table
from dashboard.look import page_tokens
from dashboard.report.goals import Goals
from dashboard.report.sheet import figure_title
from dashboard.serving import serving
from dashboard.theme import LIGHT
from dashboard.trend_chart import MOST_COMPARED, Drawn, Look, time_chart
from dashboard.trend_contacts import draw_contacts
from dashboard.trend_controls import fitting
from dashboard.trend_data import MOST_KEPT, answered_until, axis_of, rolled, trend_lines
from dashboard.trend_files import draw_files
from dashboard.trends.lines import MOST_LINES, Axis, Line
from dashboard.trends.marks import Mark, holiday_marks, incident_marks, note_marks
from dashboard.trends.names import name_of
from dashboard.trends.question import By, Question
from dashboard.trends.table import columns, lines_csv, rows
from dashboard.written import plain
from pulse.config import Config
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.kpi.snapshot import Edition, Number
from pulse.text import Language, Text
from sql.annotations import annotations
from sql.history import History

_UNDATED = Text("closed", "休息日")


def draw_over_time(asked: Question, language: Language) -> None:
    """A chart for each figure, then what happened."""
    said, question = words(language), fitting(asked)
    if question != asked:
        st.caption(said["trends.by_channel_only"])
    until = answered_until(question)
    axis, found = trend_lines(question, until)
    if not any(point.value is not None for lines in found.values() for line in lines for point in line.points):
        recorded = rolled().queues(axis.shown[0].start, axis.shown[-1].end)
        st.info(said["trends.unknown" if recorded else "trends.nothing"])
        return
    if len(axis.shown) < len(axis_of(question, until).shown):
        st.caption(said["trends.begins"].format(day=first_known(axis, found).isoformat()))
    marks = marks_of(axis)
    for kpi, lines in found.items():
        _draw_figure(kpi, lines, question, (language, until, marks))
    _draw_happened(marks, language)
    draw_contacts(found, question, axis, language)
    draw_annotations(axis, language)


def first_known(axis: Axis, found: Mapping[str, Sequence[Line]]) -> date:
    """The first day of which any figure is known, as far as the stretches tell; there must be one."""
    first = min(point.first for lines in found.values() for line in lines for point in line.points if point.value is not None)
    return first if axis.begun is None else max(first, axis.begun)


def _draw_figure(kpi: str, lines: Sequence[Line], question: Question, known: tuple[Language, int, list[Mark]]) -> None:
    language, until, marks = known
    said = words(language)
    st.subheader(figure_title(kpi, language), anchor=False)
    spec = partial(drawn_figure, kpi, question, until, language)
    drawn = spec(tuple(page_tokens().items()), marks)
    if drawn is None:
        st.caption(said["trends.unknown"])
        return
    st.vega_lite_chart(drawn, key=f"trend_{kpi}")
    notes = [said["trends.shown"].format(shown=MOST_LINES, all=len(lines))] if len(lines) > MOST_LINES else []
    if len(lines) <= MOST_COMPARED and any(point.value is not None for line in lines for point in line.beneath):
        notes.append(said[f"trends.beneath_{question.compare}"])
    st.caption(" ".join([*notes, said["trends.signs"]]))
    st.html(meaning_link(language, kpi))
    called = partial(name_of, serving().config, question.by, language=language)
    draw_files(kpi, question, lambda: lines_csv({kpi: lines}, called, language), lambda: spec(tuple(LIGHT.items()), marks))
    with st.expander(said["trends.table"]):
        st.html(figures_table(columns(kpi, lines, called, language), rows(kpi, lines, question.step, language)))


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def drawn_figure(
    kpi: str, question: Question, until: int, language: Language, tokens: tuple[tuple[str, str], ...], marks: list[Mark]
) -> dict[str, Any] | None:
    """The chart of a figure as Vega-Lite; kept, because Altair takes as long to check a chart as history to answer."""
    config = serving().config
    look = Look(language, dict(tokens), question.step, partial(name_of, config, question.by, language=language))
    axis, found = trend_lines(question, until)
    targets = targets_of(kpi, axis) if question.by is By.SITE else ()
    return time_chart(Drawn(kpi, found[kpi], targets, marks), look)


def targets_of(kpi: str, axis: Axis) -> tuple[Number, ...]:
    """What the site aimed at in each stretch; nothing of counts over more than a day, for a target is a day's."""
    if definitions()[kpi].unit is Unit.COUNT and axis.shown[0].edition is not Edition.DAILY:
        return ()
    known = ledger()
    return tuple(Goals(known.on(stretch.last)).target(kpi) for stretch in axis.shown)


def marks_of(axis: Axis) -> list[Mark]:
    """What happened along an axis, the oldest first."""
    served, shown = serving(), axis.shown
    config, opened = served.config, database(served.database_url)
    start, end = shown[0].start, shown[-1].end
    found = [*note_marks(annotations(opened, config.site.name, start, end), config.zone)]
    found += incident_marks(History(opened).incidents(config.site.name, start, end), shown, config.zone)
    if shown[0].edition is not Edition.MONTHLY:
        found += holiday_marks(_closed(config, axis))
    return sorted(found, key=lambda mark: (mark.first, mark.sign, mark.title.en))


def _closed(config: Config, axis: Axis) -> Mapping[Any, Text]:
    if config.calendar is None:
        return {}
    first, last = axis.shown[0].first, axis.shown[-1].last
    years = range(first.year, last.year + 1)
    en, zh = (config.calendar.closed_days(years, language) for language in (Language.EN, Language.ZH))
    days = {first + number * timedelta(days=1) for number in range((last - first).days + 1)}
    return {day: Text(name or _UNDATED.en, zh[day] or _UNDATED.zh) for day, name in en.items() if day in days}


def _draw_happened(marks: Sequence[Mark], language: Language) -> None:
    if not marks:
        return
    with st.expander(words(language)["trends.happened"].format(n=len(marks))):
        st.markdown("\n".join(f"- {mark.sign} {plain(mark.title.in_(language))}" for mark in reversed(marks)))
