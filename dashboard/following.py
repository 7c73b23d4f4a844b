"""An incident as somebody follows it: read whole when something has happened to it, or a while ago; told from memory in between.

In: its id, every two seconds. Out: its account. One is kept for each person who looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import streamlit as st
import structlog

from alerts.account import Account
from dashboard.data import account_now, incident_mark
from dashboard.visitor import page_language
from pulse.clock import system_clock
from pulse.i18n import words
from sql.incidents import Mark
from sql.session import DatabaseUnreadable

_KEY = "followed"
_READ_EVERY_MS = 30_000
"""Contacts come in while nothing happens to the incident itself."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    incident_id: int
    mark: Mark
    at: int
    account: Account | None


def followed(incident_id: int) -> Account | None:
    """The account of an incident, at most half a minute old and with everything that has happened to it; None where the site has none."""
    now, mark = system_clock(), incident_mark(incident_id)
    known = st.session_state.get(_KEY)
    if isinstance(known, _Read) and (known.incident_id, known.mark) == (incident_id, mark) and 0 <= now - known.at < _READ_EVERY_MS:
        return known.account
    read = _Read(incident_id, mark, now, account_now(incident_id, now))
    st.session_state[_KEY] = read
    return read.account


def readable(draw: Callable[..., None]) -> Callable[..., None]:
    """The part of a page, or a word on why it cannot be drawn."""

    @wraps(draw)
    def drawn(*given: object) -> None:
        try:
            draw(*given)
        except DatabaseUnreadable as error:
            log.error("history_unreadable", error=type(error).__name__)
            st.error(words(page_language())["day.unreadable"])

    return drawn
