"""What a person may do to an incident on its page: a button or a form for each deed that is allowed now, and what came of the last one.

In: an account and who looks. Out: deeds done by dashboard.incident_actions, with the version that was looked at.
"""

import streamlit as st

from alerts.account import Account
from alerts.actions import CAUSES, LONGEST_COMMENT, Cause
from alerts.allowed import allowed
from dashboard.incident_actions import DEEDS, act
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.text import Language

_ANSWER = "incident_answer"
_LONGEST_NAME = 100
_SAID_FOR_MS = 10_000
_WITH_WORDS = ("close", "assign", "comment")
_DONE = frozenset(deed.done for deed in DEEDS.values())


def draw_answer(incident_id: int, language: Language) -> None:
    """What came of the last deed on this incident, for ten seconds: the page is drawn again every two."""
    answered = st.session_state.get(_ANSWER)
    if answered is None or answered[0] != incident_id or system_clock() - answered[2] > _SAID_FOR_MS:
        st.session_state.pop(_ANSWER, None)
        return
    word = words(language)[f"console.{answered[1]}"]
    if answered[1] in _DONE:
        st.success(word, icon=":material/check:")
    else:
        st.warning(word, icon=":material/warning:")


def has_acted(incident_id: int) -> bool:
    """Whether this person's last deed was on this incident, and just now."""
    answered = st.session_state.get(_ANSWER)
    return answered is not None and answered[0] == incident_id


def keep_answer(incident_id: int, word: str) -> None:
    """Remembers the answer to a deed for the next drawings."""
    st.session_state[_ANSWER] = (incident_id, word, system_clock())


def draw_deeds(account: Account, by: Actor, language: Language) -> None:
    """The deeds this person may do now; nothing where there is none."""
    said, incident = words(language), account.incident
    may = [deed for deed in _offered(account, by) if by.may(DEEDS[deed].needs)]
    if not may:
        st.caption(said["console.not_allowed"])
        return
    at = (incident.id, incident.version)
    plain = [deed for deed in may if deed in ("acknowledge", "take", "mitigate", "escalate", "reopen")]
    with st.container(horizontal=True):
        for deed in plain:
            st.button(said[f"console.{deed}"], key=f"deed_{deed}", on_click=_do, args=(deed, *at, by))
    for deed in _WITH_WORDS:
        # A place of its own, whether it is used or not: a form that moved would lose what somebody is typing.
        with st.container():
            if deed in may:
                _form(deed, at, by, language)


def _offered(account: Account, by: Actor) -> list[str]:
    incident = account.incident
    deeds = list(allowed(incident))
    if incident.owner not in (None, by.who) and "assign" in deeds:
        deeds.insert(0, "take")
    return deeds


def _form(deed: str, at: tuple[int, int], by: Actor, language: Language) -> None:
    said, key = words(language), f"deed_{deed}_said"
    with st.form(f"deed_{deed}", clear_on_submit=True, border=False):
        if deed == "close":
            causes = {"format_func": lambda cause: CAUSES[cause].in_(language), "index": None, "placeholder": said["incident.choose"]}
            st.selectbox(said["console.cause"], list(Cause), key=key, **causes)
        elif deed == "assign":
            st.text_input(said["console.assign_to"], max_chars=_LONGEST_NAME, key=key)
        else:
            st.text_area(said["console.comment_here"], max_chars=LONGEST_COMMENT, height=90, key=key)
        st.form_submit_button(said[f"console.{deed}"], on_click=_do, args=(deed, *at, by))


def _do(deed: str, incident_id: int, version: int, by: Actor) -> None:
    said = str(st.session_state.get(f"deed_{deed}_said") or "")
    keep_answer(incident_id, act(deed, incident_id, version, by, said))
