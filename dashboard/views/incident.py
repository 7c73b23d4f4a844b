"""The incidents: a list in which every one is found again, open or closed, and the page of one with all that is known of it."""

import streamlit as st

from alerts.account import Account
from dashboard.account import page_actor
from dashboard.data import incidents_found, incidents_known
from dashboard.following import followed, readable
from dashboard.incident_chart import figure_chart
from dashboard.incident_filters import draw_filters
from dashboard.incident_forms import draw_answer, draw_deeds, has_acted
from dashboard.incident_index import incident_table, told_in
from dashboard.incident_past import draw_past
from dashboard.incident_sheet import affected_tiles, contributors, facts, head, time_tiles, timeline_list
from dashboard.incident_silence import draw_silence
from dashboard.look import page_tokens, style
from dashboard.page import Page
from dashboard.postmortem_forms import draw_post_mortem
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.statement_forms import draw_statements
from dashboard.visitor import page_language
from dashboard.written import plain
from pulse.clock import local_time, system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.incidents import Wanted

PAGE = Page(title=Text("Incidents", "事件"), icon=":material/assignment_late:", order=4, needs=Permission.SEE_CONSOLE)
_MOST_DIGITS = 15
_LOOK_EVERY_S, _FIGURE_EVERY_S = 2, 60


def render() -> None:
    """Draws the incident that the address names, else the list."""
    language = page_language()
    style("figures", "incident", "print")
    asked = st.query_params.get("id")
    _draw(asked, language)


@readable
def _draw(asked: str | None, language: Language) -> None:
    if asked is None:
        _draw_index(language)
    else:
        _draw_incident(asked, language)


def _draw_index(language: Language) -> None:
    config, now = serving().config, system_clock()
    draw_title(PAGE.title, language)
    known = incidents_known()
    if known.first_at is None:
        _draw_nothing(language)
    else:
        _draw_found(draw_filters(known, config, language, now), language)


@st.fragment(run_every=_LOOK_EVERY_S)
@readable
def _draw_nothing(language: Language) -> None:
    if incidents_known().first_at is not None:
        st.rerun()
    st.info(words(language)["incident.none"])


@st.fragment(run_every=_LOOK_EVERY_S)
@readable
def _draw_found(wanted: Wanted, language: Language) -> None:
    said, config, now = words(language), serving().config, system_clock()
    found = incidents_found(wanted)
    st.caption(said["incident.found"].format(shown=len(found.rows), total=found.total, at=local_time(now, config.zone)))
    if found.rows:
        st.html(incident_table(found.rows, config, language, now))
    else:
        st.info(said["incident.no_match"])


def _draw_incident(asked: str, language: Language) -> None:
    said = words(language)
    account = followed(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS else None
    st.html(f'<p class="way-back"><a href="/incident?lang={language}" target="_self">{said["incident.all"]}</a></p>')
    if account is None:
        draw_title(PAGE.title, language)
        st.error(said["incident.unknown"].format(id=plain(asked[:20])))
        return
    title = plain(told_in(account.incident.title, language))
    draw_title(Text(title, title), language)
    _draw_live(account.incident.id, account.incident.work, language)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_figure(account.incident.id, language)
    with right:
        draw_past(account, language)
    _draw_after(account, language)


@st.fragment(run_every=_LOOK_EVERY_S)
@readable
def _draw_live(incident_id: int, drawn_work: str, language: Language) -> None:
    """What changes while somebody looks. A chart would cost too much here, and what people write below is drawn when they act."""
    account = followed(incident_id)
    if account is None:
        return
    if account.incident.work != drawn_work and has_acted(incident_id):
        st.rerun()
    st.html(head(account, language))
    st.caption(words(language)["incident.as_of"].format(time=local_time(system_clock(), serving().config.zone)))
    with st.container():
        draw_answer(incident_id, language)
    with st.container(key="incident_sides"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_facts(account, language)
    with right:
        _draw_work(account, language)


def _draw_facts(account: Account, language: Language) -> None:
    said, config = words(language), serving().config
    st.html(facts(account, config, language))
    _headed(said["incident.times"], time_tiles(account, language))
    _headed(said["incident.affected"], affected_tiles(account, config, language))
    if account.incident.contributors:
        _headed(said["console.contributors"], contributors(account, language))


@st.fragment(run_every=_FIGURE_EVERY_S)
@readable
def _draw_figure(incident_id: int, language: Language) -> None:
    account, said = followed(incident_id), words(language)
    if account is None:
        return
    st.subheader(said["incident.chart"], anchor=False)
    chart = figure_chart(account, serving().config.zone, language, page_tokens())
    if chart is None:
        st.caption(said["incident.no_figure"])
    else:
        st.altair_chart(chart)
        st.caption(said["incident.chart_why"])


def _draw_work(account: Account, language: Language) -> None:
    said = words(language)
    st.subheader(said["incident.deeds"], anchor=False)
    with st.container():
        draw_deeds(account, page_actor(), language)
    with st.container():
        draw_silence(account, page_actor(), language)
    address = f"/receipts?incident={account.incident.id}&lang={language}"
    st.html(f'<p class="small"><a href="{address}" target="_self">{said["receipts.of_incident"]}</a></p>')
    _headed(said["console.log"], timeline_list(account.moments, serving().config, language))


def _draw_after(account: Account, language: Language) -> None:
    said, by = words(language), page_actor()
    st.subheader(said["after.statements"], anchor=False)
    draw_statements(account, by, language)
    st.subheader(said["after.post_mortem"], anchor=False)
    draw_post_mortem(account, by, language)


def _headed(title: str, content: str) -> None:
    st.subheader(title, anchor=False)
    st.html(content)
