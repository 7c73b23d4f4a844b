"""The board of an incident's scope at one of its minutes: somebody moves a slider from a quarter of an hour before it until one after.

In: an account. Out: a slider, a small table of that minute, a way to the wall as it was then.
"""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

import streamlit as st

from alerts.account import MOST_MINUTES, Account
from dashboard.figures_table import Row, figures_table
from dashboard.following import readable
from dashboard.past_wall import served_past
from dashboard.scope import SITE
from dashboard.serving import serving
from pulse.clock import system_clock
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.instant import written_at
from pulse.kpi.board import Board, Scope
from pulse.kpi.interval import MINUTE_MS
from pulse.text import Language
from pulse.written import UNKNOWN, duration, written

AROUND_MS = 15 * MINUTE_MS
_WINDOWS = ("last_5m", "last_30m", "today")
_KPIS = ("service_level", "offered", "answered", "abandoned", "asa_s", "complaints")


def minutes_of(account: Account, now: int) -> range:
    """The minutes (epoch ms) one can look at: twelve hours of them at most, none that is yet to come."""
    start = account.incident.opened_at - AROUND_MS
    end = min(account.until + AROUND_MS, now, start + MOST_MINUTES * MINUTE_MS)
    return range(start - start % MINUTE_MS, end + 1, MINUTE_MS)


@st.fragment
@readable
def draw_past(account: Account, language: Language) -> None:
    """Draws the slider at the minute it was raised, and what it shows; a drill has no board of its own."""
    minutes, said, zone = minutes_of(account, system_clock()), words(language), serving().config.zone
    if account.incident.drill or len(minutes) < 2:
        return
    st.subheader(said["incident.board_then"], anchor=False)
    opened = account.incident.opened_at - account.incident.opened_at % MINUTE_MS
    at = st.select_slider(
        said["incident.minute"],
        minutes,
        value=opened,
        format_func=lambda minute: written_at(minute, zone)[11:],
        key=f"past_{account.incident.id}",
    )
    past, address = served_past().at(at), urlencode({"at": written_at(at, zone), "lang": language.value})
    if past is None:
        st.info(said["wall.past_nothing"])
        return
    st.caption(f"{written_at(past.minute, zone).replace('T', ' ')} · {said[f'wall.past_{past.how}']}")
    scope = _scope(past.board, account.incident.scope)
    st.info(said["incident.not_then"]) if scope is None else st.html(scope_table(scope, language))
    st.html(f'<p class="small"><a href="/wall?{address}" target="_self">{escape(said["incident.wall_then"])}</a></p>')


def scope_table(scope: Scope, language: Language) -> str:
    """Who waits and what the windows of a scope hold, as HTML."""
    said = words(language)
    titles = {"kpi": "", **{window: said[f"wall.window_{window}"] for window in _WINDOWS}}
    return f'{_standing(scope, language)}<div class="then">{figures_table(titles, _rows(scope, language))}</div>'


def _standing(scope: Scope, language: Language) -> str:
    said, agents = words(language), scope.agents
    free = f"{_count(agents.available)} / {_count(agents.logged_in)}" if agents else UNKNOWN
    oldest = UNKNOWN if scope.oldest_wait_s is None else duration(scope.oldest_wait_s, language)
    told = {said["wall.waiting"]: _count(scope.waiting), said["wall.oldest_short"]: oldest, said["wall.agents_free"]: free}
    tiles = "".join(f"<li><span>{escape(name)}</span><b>{escape(value)}</b></li>" for name, value in told.items())
    return f'<ul class="tiles">{tiles}</ul>'


def _rows(scope: Scope, language: Language) -> Iterator[Row]:
    for name in _KPIS:
        kpi = definitions()[name]
        values = {window: written(getattr(scope, window).get(name), kpi.unit, language) for window in _WINDOWS}
        if any(value != UNKNOWN for value in values.values()):
            yield {"kpi": kpi.title.in_(language), **values}


def _scope(board: Board, name: str) -> Scope | None:
    """Incidents name a queue by itself, or the site."""
    return board.site if name == SITE else board.queues.get(name) or board.channels.get(name)


def _count(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"
