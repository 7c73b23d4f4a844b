"""The console at a past minute: the alerts that were open then, to be read only.

In: a minute as the address writes it. Out: a band that says so, ways to other minutes, a table; no deed can be done on it.
"""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

import streamlit as st

from alerts.frame import IncidentRow
from alerts.open_then import open_then
from dashboard.data import database
from dashboard.following import readable
from dashboard.incident_index import incident_table
from dashboard.look import style
from dashboard.past_wall import served_past
from dashboard.serving import serving
from dashboard.written import plain
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.instant import UnclearInstant, written_at
from pulse.kpi.interval import MINUTE_MS
from pulse.past_instant import past_instant
from pulse.text import Language
from sql.models import Incident

_STEPS = {"−60": -60, "−10": -10, "−1": -1, "+1": 1, "+10": 10, "+60": 60}


@readable
def draw_past_console(written: str, language: Language) -> None:
    """Draws the alerts that were open at the end of that minute."""
    style("figures", "incident", "past")
    said, config, now = words(language), serving().config, system_clock()
    try:
        at = past_instant(written, config.zone, served_past().first_at(), now)
    except UnclearInstant as error:
        st.error(plain(said["answer.no_instant"].format(found=error.found.in_(language), allowed=error.allowed.in_(language))))
        nearest = {} if error.nearest is None else {written_at(error.nearest, config.zone).replace("T", " "): error.nearest}
        ways = {**nearest, said["wall.past_now"]: None}
        links = (f'<a href="{_address("console", one, language)}" target="_self">{escape(name)}</a>' for name, one in ways.items())
        st.html(f"<p>{' · '.join(links)}</p>")
        return
    st.html(_band(at, now, language))
    end = min(at + MINUTE_MS - 1, now)
    rows = open_then(database(serving().database_url), config.site.name, end)
    if rows:
        st.html(incident_table(map(_as_kept, rows), config, language, end))
    else:
        st.info(said["console.past_none"])


def look_back(language: Language) -> str:
    """The way from the console of now to the minute before, as HTML."""
    address = _address("console", system_clock() - MINUTE_MS, language)
    return f'<p class="small"><a href="{address}" target="_self">{escape(words(language)["wall.look_back"])}</a></p>'


def _band(at: int, now: int, language: Language) -> str:
    said, zone = words(language), serving().config.zone
    moves = " ".join(f'<a href="{_address("console", one, language)}" target="_self">{name}</a>' for name, one in _ways(at, now))
    others = {said["console.past_wall"]: _address("wall", at, language), said["wall.past_now"]: _address("console", None, language)}
    ways = " · ".join(f'<a href="{address}" target="_self">{escape(name)}</a>' for name, address in others.items())
    told = f"<b>{escape(said['wall.past'])}</b> <time>{written_at(at, zone).replace('T', ' ')}</time> {escape(said['console.past_why'])}"
    return (
        f'<div class="past-band" role="status">{told}<span>{escape(said["console.past_minutes"])} {moves}</span><span>{ways}</span></div>'
    )


def _ways(at: int, now: int) -> Iterator[tuple[str, int]]:
    return ((name, at + minutes * MINUTE_MS) for name, minutes in _STEPS.items() if at + minutes * MINUTE_MS <= now)


def _address(page: str, at: int | None, language: Language) -> str:
    asked = {} if at is None else {"at": written_at(at, serving().config.zone)}
    return escape(f"/{page}?{urlencode({**asked, 'lang': language.value})}", quote=True)


def _as_kept(row: IncidentRow) -> Incident:
    """The row as tables of incidents read it; it is never written."""
    same = ("id", "level", "title", "why", "scope", "opened_at", "owner", "drill", "no_data")
    kept = {name: getattr(row, name) for name in same}
    return Incident(**kept, signal=row.signal.value, work=row.work.value, closed_at=None, cause=None)
