"""The screens: every wall that reports, what it shows, and which one is frozen or silent since when."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
import structlog
from redis.exceptions import RedisError

from dashboard.account import page_actor
from dashboard.actions import save_layout
from dashboard.data import database, token_labels
from dashboard.fleet import BROWSER_KEPT_MINUTES, TOKEN_KEPT_DAYS, Condition, Screen, condition, screens
from dashboard.layout import shipped
from dashboard.layouts_kept import KIND
from dashboard.page import Page
from dashboard.screen_names import named
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.status import SHAPES, Status
from dashboard.visitor import page_language
from dashboard.written import at_clock
from pulse.clock import system_clock
from pulse.config import ConfigError
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from pulse.written import duration
from sql.documents import Document, newest
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Screens", "屏幕"), icon=":material/monitor:", order=8, needs=Permission.MANAGE_SCREENS)
_STATUS = {Condition.LIVE: Status.NORMAL, Condition.FROZEN: Status.WARNING, Condition.SILENT: Status.CRITICAL}
_BEGUN = "layouts_begun"
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws one row a screen, the worst first, anew every ten seconds; and the layouts to be changed."""
    language = page_language()
    draw_title(PAGE.title, language)
    fleet, layouts = st.tabs([words(language)["screens.fleet"], words(language)["screens.layouts"]])
    with fleet:
        _draw_fleet()
    with layouts:
        _draw_layouts(language)


@st.fragment(run_every=10)
def _draw_fleet() -> None:
    language, now = page_language(), system_clock()
    said, known = words(language), _known(now)
    if known is None:
        st.error(said["screens.redis_away"])
    elif not known:
        st.info(said["screens.none"])
    else:
        st.caption(said["screens.as_of"].format(time=at_clock(now, serving().config.zone)))
        rows = named(known, token_labels(), serving().config.login is not None, language)
        st.dataframe(table(rows, now, language), hide_index=True, height="content")
        st.caption(said["screens.kept"].format(days=TOKEN_KEPT_DAYS, minutes=BROWSER_KEPT_MINUTES))


def _draw_layouts(language: Language) -> None:
    said, served = words(language), serving()
    try:
        saved = newest(database(served.database_url), served.config.site.name, KIND)
    except DatabaseUnreadable as error:
        log.error("layouts_unreadable", error=type(error).__name__)
        st.error(said["screens.unreadable"])
        return
    name = st.selectbox(said["screens.layout"], sorted({*shipped(), *saved}), accept_new_options=True, key="layout_name")
    document = saved.get(name, Document(0, ""))
    seen = _version_begun(name, document.version)
    own = shipped().get(name)
    text = document.text if document.text.strip() or own is None else own.text
    is_own = seen > 0 and (document.text.strip() or seen != document.version)
    st.caption(said["screens.version"].format(n=seen) if is_own else said["screens.shipped"])
    written = st.text_area(said["screens.toml"], text, height=420, key=f"layout_{name}_{seen}")
    keep, back, anew, _ = st.columns([1, 2, 2, 3])
    if keep.button(said["screens.save"], type="primary"):
        _save(name, written, seen, language)
    if document.text.strip() and back.button(said["screens.take_back"]):
        _save(name, "", seen, language)
    if seen != document.version:
        st.warning(said["screens.outdated"])
        with st.expander(said["screens.theirs"]):
            st.code(document.text, language="toml")
        if anew.button(said["screens.look_anew"]):
            _begin(name, document.version)


def _version_begun(name: str, newest_version: int) -> int:
    """The version that stood when this visitor began to write: what others save meanwhile must not slip under the text."""
    begun: dict[str, int] = st.session_state.setdefault(_BEGUN, {})
    return begun.setdefault(name, newest_version)


def _begin(name: str, version: int) -> None:
    st.session_state[_BEGUN][name] = version
    st.rerun()


def _save(name: str, text: str, seen: int, language: Language) -> None:
    try:
        answer = save_layout(name, text, seen, page_actor())
    except ConfigError as error:
        st.code(str(error), language=None)
        return
    if answer == "saved":
        st.toast(words(language)["screens.saved"])
        _begin(name, seen + 1)
    # That another version came is said beside it, for as long as it stands.
    if answer != "outdated":
        st.error(words(language)[f"screens.{answer}"])


def table(known: Sequence[tuple[str, Screen]], now: int, language: Language) -> pd.DataFrame:
    """A row for each screen and its name at `now` (epoch ms): silent ones first, then frozen ones."""
    said = words(language)
    worst_first = sorted(known, key=lambda row: (-list(Condition).index(condition(row[1], now)), row[1].beat.layout, row[0]))
    rows = [(name, *_cells(screen, now, language)) for name, screen in worst_first]
    keys = ("screen", "condition", "heard", "picture", "layout", "size", "page_age", "build")
    return pd.DataFrame(rows, columns=[said[f"screens.{key}"] for key in keys])


def _cells(screen: Screen, now: int, language: Language) -> tuple[str, ...]:
    beat, said, how = screen.beat, words(language), condition(screen, now)
    picture_ms = None if beat.at is None else max(0, screen.heard_at - beat.at)
    return (
        f"{SHAPES[_STATUS[how]]} {said[f'screens.{how}']}",
        duration((now - screen.heard_at) / 1000, language),
        "—" if picture_ms is None else duration(picture_ms / 1000, language),
        f"{beat.layout} · {beat.language}",
        f"{beat.width} × {beat.height}",
        duration(beat.page_age_s, language),
        beat.build,
    )


def _known(now: int) -> list[Screen] | None:
    served = serving()
    try:
        with served.redis() as client:
            return screens(client.hgetall(served.keys.screens), now)
    except RedisError as error:
        log.warning("screens_unread", error=type(error).__name__)
        return None
