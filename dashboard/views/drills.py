"""The drills: start one after saying yes to it, watch the one that runs, see what earlier ones came to and what is planned."""

from collections.abc import Sequence

import streamlit as st
import structlog

from alerts import drills
from alerts.drills import Refused, Wanted
from alerts.message import Link
from alerts.silences import By
from collectors.redact import redact
from dashboard.account import page_actor
from dashboard.data import database, nudge
from dashboard.drill_rows import past_rows, planned_rows, step_rows
from dashboard.figures_table import Row, figures_table
from dashboard.incident_actions import CONSOLE
from dashboard.look import style
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from dashboard.written import at_time
from pulse.clock import system_clock
from pulse.drills import LIMIT_S, SCENARIO_NAMES, SCENARIO_STORIES, Scenario
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.drill_table import DrillRow
from sql.session import Database, DatabaseUnreadable

PAGE = Page(title=Text("Drills", "演练"), icon=":material/exercise:", order=7, needs=Permission.SEE_CONSOLE)
_MOST_SHOWN = 20
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the drill that runs or the form to start one, then the plans and the past."""
    language = page_language()
    said = words(language)
    style("figures", "incident")
    draw_title(PAGE.title, language)
    _draw_live(language)
    st.subheader(said["drills.planned"])
    plans = planned_rows(serving().config, system_clock(), language)
    if plans:
        _draw_table(plans, language)
    else:
        st.caption(said["drills.no_plans"])


@st.fragment(run_every=2)
def _draw_live(language: Language) -> None:
    said = words(language)
    try:
        rows = drills.drills(database(serving().database_url), serving().config.site.name, _MOST_SHOWN)
        _draw_now(rows, language)
        _draw_past([row for row in rows if row.ended_at is not None], language)
    except DatabaseUnreadable as error:
        log.error("drills_unreadable", error=type(error).__name__)
        st.error(said["drills.unreadable"])


def _draw_now(rows: Sequence[DrillRow], language: Language) -> None:
    running = next((row for row in rows if row.ended_at is None), None)
    may = page_actor().may(Permission.DRILL)
    if running is not None:
        _draw_running(running, language)
        if may and st.button(words(language)["drills.stop"]):
            drills.stop(_database(), serving().config.site.name, _by(), Link(serving().config.console_address))
            _changed()
    elif may:
        _draw_form(language)
    else:
        st.info(words(language)["drills.none_runs"])


def _draw_running(row: DrillRow, language: Language) -> None:
    said, config, now = words(language), serving().config, system_clock()
    name = SCENARIO_NAMES[Scenario(row.scenario)].in_(language)
    until = at_time((row.began_at or row.asked_at) + round(row.limit_s * 1000), config.zone)
    st.warning(said["drills.runs"].format(name=name, n=row.id, by=row.asked_by, time=until), icon=":material/exercise:")
    _draw_table(step_rows(drills.score_of(_database(), config, row, now), language), language)


def _draw_form(language: Language) -> None:
    said, config = words(language), serving().config
    titles = {**{name: plan.called() for name, plan in config.drills.items()}, **{one.value: name for one, name in SCENARIO_NAMES.items()}}
    chosen = st.selectbox(said["drills.choose"], list(titles), format_func=lambda name: titles[name].in_(language))
    plan = config.drills.get(chosen)
    scenario = plan.scenario if plan else Scenario(chosen)
    st.caption(SCENARIO_STORIES[scenario].in_(language))
    sure = st.checkbox(said["drills.sure"])
    if st.button(said["drills.start"], type="primary", disabled=not sure):
        wanted = Wanted(name=chosen, scenario=scenario, limit_s=plan.limit if plan else LIMIT_S, queues=plan.queues if plan else ())
        try:
            drills.ask(_database(), config.site.name, wanted, _by())
        except Refused as refused:
            st.error(refused.text.in_(language))
            return
        _changed()


def _draw_past(rows: Sequence[DrillRow], language: Language) -> None:
    said, config, now = words(language), serving().config, system_clock()
    st.subheader(said["drills.past"])
    if not rows:
        st.caption(said["drills.no_past"])
        return
    _draw_table(past_rows([(row, drills.score_of(_database(), config, row, now)) for row in rows], config, language), language)
    if page_actor().may(Permission.DRILL):
        _draw_assessing(rows, language)


def _draw_assessing(rows: Sequence[DrillRow], language: Language) -> None:
    said = words(language)
    with st.form("assess", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(said["drills.which"], [row.id for row in rows], format_func=lambda number: f"#{number}")
        text = st.text_input(said["drills.assessment"], max_chars=drills.LONGEST_ASSESSMENT)
        if st.form_submit_button(said["drills.assess"]) and text.strip():
            drills.assess(_database(), serving().config.site.name, chosen, redact(text), _by())
            _changed()


def _draw_table(rows: Sequence[Row], language: Language) -> None:
    said = words(language)
    st.html(figures_table({key: said[f"drills.{key}"] for key in rows[0]}, rows))


def _changed() -> None:
    nudge("incidents")
    st.rerun()


def _database() -> Database:
    return database(serving().database_url)


def _by() -> By:
    actor = page_actor()
    if not actor.may(Permission.DRILL):
        raise PermissionError(f"{Permission.DRILL.value}: not among what this role may do")
    return By(actor.who, system_clock(), CONSOLE)
