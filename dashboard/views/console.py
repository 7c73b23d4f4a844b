"""The console: what is open, why, how long there is to answer, and one click to own it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from alerts.actions import CAUSES
from dashboard.account import page_actor
from dashboard.components import key_of, mount
from dashboard.config_notice import draw_notice
from dashboard.data import config_state_lately
from dashboard.incident_actions import DEEDS, SILENCES, act
from dashboard.page import Page
from dashboard.past_console import draw_past_console, look_back
from dashboard.serving import serving
from dashboard.shell import draw_title, fill_window
from dashboard.visitor import page_language
from dashboard.words import CONSOLE_TABLES, component_words
from pulse.roles import Permission
from pulse.text import Language, Text

PAGE = Page(title=Text("Alert console", "告警台"), icon=":material/notifications_active:", order=2, needs=Permission.SEE_CONSOLE)
_ANSWER = "console_answer"


def render() -> None:
    """Draws the alerts of now or, where the address names a past minute, those of then."""
    language, past = page_language(), st.query_params.get("at")
    if past:
        draw_title(PAGE.title, language)
        draw_past_console(past, language)
    else:
        _draw_live(language)


def _draw_live(language: Language) -> None:
    """Mounts the list; a click comes back as a trigger, its answer goes out with the data."""
    by = page_actor()
    fill_window()
    draw_title(PAGE.title, language)
    draw_notice(config_state_lately(), serving().config, language)
    data = {
        "language": language.value,
        "zone": serving().config.zone.key,
        "may": {name: by.may(deed.needs) for name, deed in DEEDS.items()},
        "me": by.who,
        "words": component_words(language, CONSOLE_TABLES),
        "silences": [(str(minutes), text.in_(language)) for minutes, text in SILENCES.items()],
        "causes": [(cause.value, text.in_(language)) for cause, text in CAUSES.items()],
        "answer": st.session_state.get(_ANSWER),
    }
    st.html(look_back(language))
    mount("console", data, on_act_change=_act)


def _act() -> None:
    asked = st.session_state[key_of("console", page_language())].act
    if not asked:
        return
    st.session_state[_ANSWER] = {"id": asked["id"], "click": asked["click"], "answer": _answer(asked)}


def _answer(asked: Mapping[str, Any]) -> str:
    by = page_actor()
    return act(str(asked["action"]), int(asked["id"]), int(asked["version"]), by, str(asked.get("said") or ""))
