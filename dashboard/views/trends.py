"""Trends: a figure over time, by whatever part, beside the same time last year, with what happened; patterns, shares, goals."""

import streamlit as st
import structlog

from dashboard.look import style
from dashboard.page import Page
from dashboard.shell import draw_title
from dashboard.trend_controls import chosen
from dashboard.trend_goals import draw_goals
from dashboard.trend_over_time import draw_over_time
from dashboard.trend_patterns import draw_pareto, draw_people, draw_waits, draw_week
from dashboard.trends.question import Chart
from dashboard.visitor import page_language
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Text
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Trends", "趋势"), icon=":material/show_chart:", order=3, needs=Permission.SEE_DAY)
DRAWN = {
    Chart.TIME: draw_over_time,
    Chart.WEEK: draw_week,
    Chart.WAITS: draw_waits,
    Chart.PARETO: draw_pareto,
    Chart.PEOPLE: draw_people,
    Chart.GOALS: draw_goals,
}
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the chart that the address names, at first contacts and service level of the last eight weeks."""
    language = page_language()
    style("figures", "trends", "print")
    draw_title(PAGE.title, language)
    try:
        question = chosen(language)
        DRAWN[question.chart](question, language)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["day.unreadable"])
