"""The noise of alarms over 7 or 30 days: what each rule and each shift asked of people, the worst first, beside the norm."""

import streamlit as st
import structlog

from alerts.noise import Noise
from dashboard.account import page_actor
from dashboard.data import noise_page, this_minute
from dashboard.look import page_tokens, style
from dashboard.noise_chart import noise_chart
from dashboard.noise_tables import load_rows, rule_rows, verdict
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from dashboard.written import at_time
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Noise", "告警噪声"), icon=":material/graphic_eq:", order=8, needs=Permission.SEE_CONSOLE)
_DAYS = ("7", "30")
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the stretch that is chosen, at first the last seven days."""
    language = page_language()
    said = words(language)
    style("figures", "incident", "noise", "print")
    draw_title(PAGE.title, language)
    days = _chosen_days(language)
    try:
        start, noise = noise_page(this_minute(), days)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(said["day.unreadable"])
        return
    st.caption(said["noise.since"].format(time=at_time(start, serving().config.zone)))
    if not noise.rules:
        st.info(said["noise.none"])
        return
    _draw(noise, language)


def _chosen_days(language: Language) -> int:
    said, asked = words(language), st.query_params.get("days")
    names = {days: said["noise.days"].format(n=days) for days in _DAYS}
    first = asked if asked in _DAYS else _DAYS[0]
    chosen = st.segmented_control(said["noise.stretch"], _DAYS, default=first, format_func=names.__getitem__, key=f"noise_{language}")
    days = str(chosen or first)
    st.query_params["days"] = days
    return int(days)


def _draw(noise: Noise, language: Language) -> None:
    said, config = words(language), serving().config
    st.html(f'<p class="incident-head">{verdict(noise.site, language)}</p><p class="small">{said["noise.norm"]}</p>')
    st.subheader(said["noise.by_shift"], anchor=False)
    st.html(load_rows(noise, language))
    st.subheader(said["noise.by_rule"], anchor=False)
    st.caption(said["noise.order"])
    st.html(rule_rows(noise, config, language, may_try=page_actor().may(Permission.SEE_SETTINGS)))
    st.subheader(said["noise.by_day"], anchor=False)
    chart = noise_chart(noise.days, (config.zone, language, page_tokens()))
    if chart is not None:
        st.altair_chart(chart)
        st.caption(said["noise.chart_why"])
