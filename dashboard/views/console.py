"""The console: what is open, why, how long there is to answer, and one click to own it."""

import streamlit as st

from dashboard.actions import acknowledge
from dashboard.components import mount
from dashboard.page import Page
from dashboard.shell import owner_name
from dashboard.visitor import page_entry, page_language
from dashboard.words import CONSOLE_TABLES, component_words
from pulse.access import Entry
from pulse.text import Text

PAGE = Page(title=Text("Alert console", "告警台"), icon=":material/notifications_active:", order=2)
_ANSWER = "console_answer"


def render() -> None:
    """Mounts the list; a click comes back as a trigger, its answer goes out with the data."""
    language = page_language()
    st.title(PAGE.title.in_(language), anchor=False)
    data = {
        "stream": "/api/alerts/stream",
        "language": language.value,
        "words": component_words(language, CONSOLE_TABLES),
        "answer": st.session_state.get(_ANSWER),
    }
    mount("console", data, on_acknowledge_change=_acknowledge)


def _acknowledge() -> None:
    asked = st.session_state["console"].acknowledge
    if not asked:
        return
    allowed = page_entry() is Entry.EVERYTHING
    answer = acknowledge(int(asked["id"]), int(asked["version"]), owner_name(page_language())) if allowed else "not_allowed"
    st.session_state[_ANSWER] = {"id": asked["id"], "click": asked["click"], "answer": answer}
