"""The day: yesterday and today beside target and earlier days, for the site and by channel, and both by half hours."""

import streamlit as st
import structlog

from dashboard.charts import contacts_chart, service_level_chart
from dashboard.data import day_page, this_minute
from dashboard.day import Day
from dashboard.day_table import channel_table, site_table
from dashboard.look import page_tokens, style
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from dashboard.written import at_clock, on_date
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from pulse.written import duration
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Day", "日报"), icon=":material/today:", order=3, needs=Permission.SEE_DAY)
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws tables and charts; says so where nothing has been recorded, and where today is no longer counted."""
    language = page_language()
    said = words(language)
    style("figures", "print")
    draw_title(PAGE.title, language)
    try:
        day = day_page(this_minute())
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(said["day.unreadable"])
        return
    if day.is_empty:
        st.info(said["day.nothing"])
        return
    _draw_age(day, language)
    _draw_tables(day, language)
    _draw_charts(day, language)


def _draw_age(day: Day, language: Language) -> None:
    said, zone, now = words(language), serving().config.zone, system_clock()
    spans = said["day.until_now"].format(date=on_date(day.days.yesterday, zone), time=at_clock(day.days.until, zone))
    age_ms = day.age_ms(now)
    if age_ms is None or day.counted_until is None:
        st.caption(spans)
        st.warning(said["day.never_counted"], icon=":material/warning:")
        return
    age = duration(age_ms / 1000, language)
    if day.is_stale(now):
        st.caption(spans)
        st.warning(said["day.stale"].format(time=at_clock(day.counted_until, zone), age=age), icon=":material/warning:")
        return
    st.caption(f"{spans} {said['day.counted'].format(time=at_clock(day.counted_until, zone), age=age)}")


def _draw_tables(day: Day, language: Language) -> None:
    said = words(language)
    st.subheader(said["day.site"], anchor=False)
    st.html(site_table(day, serving().config.site_goal.formula, language))
    if day.answers_earlier_days:
        st.caption(said["day.answers_earlier"])
    if day.channels:
        st.subheader(said["day.by_channel"], anchor=False)
        st.caption(said["day.by_channel_why"])
        st.html(channel_table(day, language))


def _draw_charts(day: Day, language: Language) -> None:
    said, tokens = words(language), page_tokens()
    st.caption(said["day.lines"])
    left, right = st.columns(2)
    with left:
        st.subheader(said["day.contacts"], anchor=False)
        st.altair_chart(contacts_chart(day, language, tokens))
    with right:
        st.subheader(said["day.service_level"], anchor=False)
        st.altair_chart(service_level_chart(day, language, tokens))
