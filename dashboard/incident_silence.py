"""Silencing an alert on its incident's page: what keeps it quiet now and until when, a button that ends it, else a form that makes one.

In: an account and who looks. Out: the deeds `silence` and `unsilence`, by dashboard.incident_actions.
"""

import streamlit as st

from alerts.account import Account
from alerts.muting import Silence, Subject
from alerts.silences import silences_after
from dashboard.data import database
from dashboard.incident_actions import SILENCES, act
from dashboard.incident_forms import keep_answer
from dashboard.serving import serving
from dashboard.written import at_time, plain
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language

_KEY = "incident_silence_for"


def draw_silence(account: Account, by: Actor, language: Language) -> None:
    """Draws it for an incident that is not closed; who may not silence sees what does."""
    said, incident = words(language), account.incident
    if incident.work in ("closed", "reviewed"):
        return
    standing = silence_over(account, system_clock())
    at = (incident.id, incident.version)
    if standing is not None:
        until = at_time(standing.ends_at, serving().config.zone)
        st.caption(said["incident.silenced_by"].format(who=plain(standing.by), time=until, why=plain(standing.comment)))
    if not by.may(Permission.SILENCE):
        return
    if standing is not None:
        st.button(said["console.unsilence"], key="deed_unsilence", on_click=_do, args=("unsilence", *at, by, str(standing.id)))
        return
    with st.form("deed_silence", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(said["console.silence_for"], list(SILENCES), format_func=lambda minutes: SILENCES[minutes].in_(language), key=_KEY)
        st.form_submit_button(said["console.silence"], on_click=_do, args=("silence", *at, by, None))


def silence_over(account: Account, now: int) -> Silence | None:
    """The silence that hides the incident's alert at an instant (epoch ms), the one that ends last; None where none does."""
    incident = account.incident
    subject = Subject(incident.rule, incident.scope, incident.level)
    with database(serving().database_url).read() as session:
        hiding = [one for one in silences_after(session, incident.site, now) if one.stands(now) and one.hides(subject)]
    return hiding[-1] if hiding else None


def _do(deed: str, incident_id: int, version: int, by: Actor, silence_id: str | None) -> None:
    said = str(st.session_state[_KEY]) if silence_id is None else silence_id
    keep_answer(incident_id, act(deed, incident_id, version, by, said))
