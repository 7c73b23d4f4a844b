"""The settings: sources and what they send, open hours and shifts, and the program itself."""

import pandas as pd
import streamlit as st
import structlog

from dashboard.about_view import about_rows
from dashboard.calendar_view import closed_rows, open_rows, running_shift, shift_rows
from dashboard.config_notice import draw_state
from dashboard.data import config_state_lately, database
from dashboard.page import Page
from dashboard.serving import build, serving
from dashboard.shell import draw_title
from dashboard.source_data import latest
from dashboard.sources_view import SourceRow, source_rows
from dashboard.status import SHAPES
from dashboard.visitor import page_language
from dashboard.written import at_clock, plain
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.kpi.board import Board
from pulse.kpi.freshness import is_old
from pulse.kpi.kpi import Unit
from pulse.live.last_answer import LastAnswer
from pulse.roles import Permission
from pulse.text import Language, Text
from pulse.written import duration, written
from sql.session import DatabaseUnreadable, schema_of

PAGE = Page(title=Text("Settings", "设置"), icon=":material/settings:", order=9, needs=Permission.SEE_SETTINGS)
_SOURCE_COLUMNS = ("source", "kind", "status", "polled", "lag", "records", "complete", "problems")
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws one tab for each matter."""
    language = page_language()
    said = words(language)
    draw_title(PAGE.title, language)
    sources, calendar, about = st.tabs([said[f"settings.{name}"] for name in ("sources", "calendar", "about")])
    with sources:
        _draw_sources()
    with calendar:
        _draw_calendar(language)
    with about:
        _draw_about(language)


@st.fragment(run_every=5)
def _draw_sources() -> None:
    language, now = page_language(), system_clock()
    said, config = words(language), serving().config
    draw_state(config_state_lately(), config, language)
    read = latest()
    if read is None:
        st.error(said["settings.redis_away"])
        return
    rows = source_rows(read.board, config, read.answers, (language, now))
    if not read.is_readable:
        st.warning(said["settings.unreadable"], icon=":material/warning:")
    elif rows:
        _draw_board_age(read.board, now)
    if not rows:
        st.info(said["settings.no_sources"])
        return
    table = pd.DataFrame([_source_cells(row, language) for row in rows], columns=[said[f"settings.{name}"] for name in _SOURCE_COLUMNS])
    st.dataframe(table, hide_index=True, height="content")
    by_name = {row.name: row for row in rows}
    chosen = st.selectbox(said["settings.look_at"], list(by_name), key="settings_source")
    _draw_source(by_name[chosen], language, now)


def _draw_board_age(board: Board | None, now: int) -> None:
    said, zone = words(page_language()), serving().config.zone
    if board is None:
        st.warning(said["settings.never"], icon=":material/warning:")
        return
    told = {"time": at_clock(board.at, zone), "age": duration((now - board.at) / 1000, page_language())}
    if is_old(board.at, now):
        st.warning(said["settings.stale"].format(**told), icon=":material/warning:")
    else:
        st.caption(said["settings.as_of"].format(**told))


def _source_cells(row: SourceRow, language: Language) -> tuple[str, ...]:
    said = words(language)
    return (
        row.name,
        row.kind,
        f"{SHAPES[row.status]} {said[f'status.{row.status}']} · {said[f'condition.{row.condition}']}",
        written(row.polled_s, Unit.SECONDS, language),
        written(row.lag_s, Unit.SECONDS, language),
        written(row.records, Unit.COUNT),
        written(row.completeness_ratio, Unit.RATIO),
        written(row.problem_count, Unit.COUNT),
    )


def _draw_source(row: SourceRow, language: Language, now: int) -> None:
    said = words(language)
    if row.error:
        st.error(plain(row.error))
    if row.problems:
        st.subheader(said["settings.problems_of"].format(source=plain(row.name)), anchor=False)
        columns = [said["settings.problem"], said["settings.times"]]
        st.dataframe(pd.DataFrame(list(row.problems.items()), columns=columns), hide_index=True)
    st.subheader(said["settings.last_answer"], anchor=False)
    if row.answer is None:
        st.info(said["settings.no_answer"])
        return
    _draw_answer(row.answer, language, now)


def _draw_answer(answer: LastAnswer, language: Language, now: int) -> None:
    said = words(language)
    st.caption(said["settings.answer_age"].format(age=duration(max(0, now - answer.at) / 1000, language)))
    left, right = st.columns(2)
    left.markdown(f"**{said['settings.as_it_came']}**")
    left.code("\n\n".join(answer.rows) or said["settings.no_rows"], language=None, wrap_lines=True)
    right.markdown(f"**{said['settings.our_records']}**")
    right.code("\n\n".join(answer.records) or said["settings.no_records"], language=None, wrap_lines=True)


def _draw_calendar(language: Language) -> None:
    said, config, now = words(language), serving().config, system_clock()
    st.subheader(said["settings.open_hours"], anchor=False)
    if config.hours is None:
        st.info(said["settings.never_closes"])
    else:
        state = said["settings.open_now"] if config.hours.is_open(now) else said["settings.closed_now"]
        st.caption(state.format(time=at_clock(now, config.zone)))
        _table(open_rows(config.hours, said), ("weekday", "hours"), language)
    st.subheader(said["settings.shifts"], anchor=False)
    if not config.planned_shifts:
        st.info(said["settings.no_shifts"])
    else:
        _draw_running_shift(language, now)
        _table(shift_rows(config.planned_shifts, language, said), ("shift", "hours", "weekday"), language)
    closed = closed_rows(config, language, now, said)
    if closed:
        st.subheader(said["settings.closed_days"], anchor=False)
        _table(closed, ("date", "weekday", "holiday"), language)


def _draw_running_shift(language: Language, now: int) -> None:
    said, config = words(language), serving().config
    running = running_shift(config, now)
    if running is None:
        st.caption(said["settings.between_shifts"])
        return
    start, end = (at_clock(at, config.zone) for at in (running.start, running.end))
    st.caption(said["settings.running"].format(shift=running.titled(language), start=start, end=end))


def _draw_about(language: Language) -> None:
    said = words(language)
    try:
        schema = schema_of(database(serving().database_url))
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        schema = None
    rows = [(said[f"settings.{key}"], value) for key, value in about_rows(serving(), build(), schema)]
    _table(rows, ("what", "value"), language)


def _table(rows: list[tuple[str, ...]], columns: tuple[str, ...], language: Language) -> None:
    said = words(language)
    st.dataframe(pd.DataFrame(rows, columns=[said[f"settings.{name}"] for name in columns]), hide_index=True)
