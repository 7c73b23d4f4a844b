"""The week in review: missed targets, incidents with their causes, and the actions that are open; names for those who may see them."""

import streamlit as st
import structlog

from alerts.follow_ups import due_reminders
from alerts.review import Review
from dashboard.data import week_review
from dashboard.follow_up_table import follow_up_table
from dashboard.goal_data import goal_standings, today_here
from dashboard.incident_filters import MOST_WEEKS
from dashboard.incident_index import incident_table
from dashboard.look import style
from dashboard.page import Page
from dashboard.review_tables import cause_list, miss_table
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.trend_goals import goal_table
from dashboard.visitor import page_language, page_visitor
from dashboard.written import on_date
from pulse.clock import local_time, system_clock, week_start
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Week in review", "周回顾"), icon=":material/event_note:", order=5, needs=Permission.SEE_DAY)
_WEEK = "week"
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the week that is chosen, at first the last whole one."""
    language, now = page_language(), system_clock()
    style("figures", "incident", "print")
    draw_title(PAGE.title, language)
    start, end = _chosen_week(language, now)
    try:
        review = week_review(start, end)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["day.unreadable"])
        return
    _draw_misses(review, language, now)
    _draw_incidents(review, language, now)
    _draw_follow_ups(review, language, now)
    _draw_goals(language)


def _chosen_week(language: Language, now: int) -> tuple[int, int]:
    said, zone = words(language), serving().config.zone
    weeks = {on_date(week_start(now, zone, ago), zone): ago for ago in range(MOST_WEEKS)}
    offered, asked = list(weeks), st.query_params.get(_WEEK)
    index = offered.index(asked) if asked in weeks else 1
    names = {week: said["incident.week_of"].format(date=week) for week in offered}
    week = str(st.selectbox(said["incident.week"], offered, index=index, format_func=names.__getitem__, key=f"review_week_{language}"))
    st.query_params[_WEEK] = week
    return week_start(now, zone, weeks[week]), week_start(now, zone, weeks[week] - 1)


def _draw_misses(review: Review, language: Language, now: int) -> None:
    said, zone = words(language), serving().config.zone
    st.subheader(said["review.misses"], anchor=False)
    st.caption(said["review.days"].format(days=review.days, time=local_time(now, zone)))
    if not review.days:
        st.info(said["review.nothing"])
    elif review.misses:
        st.html(miss_table(review.misses, zone, language))
    else:
        st.success(said["review.all_met"], icon=":material/check:")


def _draw_incidents(review: Review, language: Language, now: int) -> None:
    said = words(language)
    st.subheader(said["review.incidents"].format(n=len(review.incidents)), anchor=False)
    if not review.incidents:
        st.caption(said["review.no_incident"])
        return
    st.html(cause_list(review, language))
    if page_visitor().may(Permission.SEE_CONSOLE):
        st.html(incident_table(review.incidents, serving().config, language, now))


def _draw_follow_ups(review: Review, language: Language, now: int) -> None:
    said, visitor = words(language), page_visitor()
    st.subheader(said["review.follow_ups"], anchor=False)
    late = due_reminders(review.follow_ups, now)
    st.caption(said["review.late"].format(n=len(review.follow_ups), late=len(late)))
    if review.follow_ups:
        st.html(follow_up_table(review.follow_ups, serving().config.zone, language, now=now, is_inside=visitor.may(Permission.SEE_CONSOLE)))


def _draw_goals(language: Language) -> None:
    """How the goals of the file stand today; a site without any says nothing of it."""
    if not serving().config.goals:
        return
    st.subheader(words(language)["trends.chart_goals"], anchor=False)
    st.html(goal_table(goal_standings(today_here()), language))
