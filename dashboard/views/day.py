"""The day: today and yesterday beside the target, by figure and by half hour."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st
import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.charts import contacts_chart, service_level_chart
from dashboard.data import day_page, this_minute
from dashboard.day import Day, Verdict, definitions, written
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from pulse.i18n import words
from pulse.text import Language, Text

PAGE = Page(title=Text("Day", "日报"), icon=":material/today:", order=3)
log = structlog.get_logger(__name__)
_SHAPES = {Verdict.MET: "○", Verdict.MISSED: "▲", Verdict.NO_TARGET: "", Verdict.UNKNOWN: "—"}


def render() -> None:
    """Draws the table and the two charts; says so where nothing has been recorded."""
    language = page_language()
    said = words(language)
    draw_title(PAGE.title, language)
    try:
        day = day_page(this_minute())
    except SQLAlchemyError as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(said["day.unreadable"])
        return
    until = datetime.fromtimestamp(day.until / 1000, UTC).astimezone(serving().config.zone)
    st.caption(said["day.until_now"].format(time=until.strftime("%H:%M")))
    if day.is_empty:
        st.info(said["day.nothing"])
        return
    st.dataframe(table(day, language), hide_index=True, height="content")
    st.subheader(said["day.contacts"], anchor=False)
    st.altair_chart(contacts_chart(day, language))
    st.subheader(said["day.service_level"], anchor=False)
    st.altair_chart(service_level_chart(day, language))


def table(day: Day, language: Language) -> pd.DataFrame:
    """The figures in words."""
    said = words(language)
    verdicts = {Verdict.UNKNOWN: said["status.unknown"], **{word: said[f"day.{word}"] for word in Verdict if word is not Verdict.UNKNOWN}}
    columns = [said[f"day.{key}"] for key in ("kpi", "today", "yesterday", "target", "status", "formula")]
    kpis = definitions()
    rows = [
        (
            kpi.title.in_(language),
            *(written(value, kpi.unit) for value in (row.today, row.yesterday, row.target)),
            f"{_SHAPES[row.verdict]} {verdicts[row.verdict]}".strip(),
            kpi.formula.in_(language),
        )
        for row in day.rows
        for kpi in (kpis[row.kpi],)
    ]
    return pd.DataFrame(rows, columns=columns)
