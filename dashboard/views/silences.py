"""The silences: what is kept quiet now and until when, by whom; a form to make one, which shows beforehand what it would hide."""

from collections.abc import Mapping, Sequence

import streamlit as st
import structlog
from redis.exceptions import RedisError

from alerts.fields import LEVELS
from alerts.frame import IncidentRow
from alerts.muting import ANY, Silence
from alerts.open_alerts import open_alerts
from alerts.sample import SITE
from alerts.silences import By, Unfit, Wanted, hidden, lift, silence, silences_after
from collectors.redact import redact
from dashboard.account import page_actor
from dashboard.data import database, nudge
from dashboard.figures_table import figures_table
from dashboard.incident_actions import CONSOLE, SILENCES
from dashboard.look import style
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.silence_rows import silence_rows, window_rows
from dashboard.visitor import page_language
from dashboard.written import at_time
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.kpi.interval import MINUTE_MS
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Silences", "静默"), icon=":material/notifications_off:", order=4, needs=Permission.SEE_CONSOLE)
KEPT_MS = 24 * 3_600_000
"""For so long a silence that is over is still shown."""
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws what is quiet, then the form and the windows of the file."""
    language = page_language()
    said = words(language)
    style("figures", "incident")
    draw_title(PAGE.title, language)
    _draw_silences(language)
    if page_actor().may(Permission.SILENCE):
        _draw_form(language)
    st.subheader(said["silences.windows"])
    windows = window_rows(serving().config, system_clock(), language)
    if windows:
        st.html(figures_table(_titles(windows[0], language), windows))
    else:
        st.caption(said["silences.no_windows"])


@st.fragment(run_every=10)
def _draw_silences(language: Language) -> None:
    said, now, known = words(language), system_clock(), _known()
    if known is None:
        st.error(said["silences.unreadable"])
        return
    rows = silence_rows(known, now, serving().config.zone, language)
    if not rows:
        st.info(said["silences.none"])
        return
    st.html(figures_table(_titles(rows[0], language), rows))
    standing = [one for one in known if one.lifted_at is None and one.ends_at > now]
    if standing and page_actor().may(Permission.SILENCE):
        _draw_lifting(standing, language)


def _draw_lifting(standing: Sequence[Silence], language: Language) -> None:
    said = words(language)
    names = {one.id: f"#{one.id} · {one.rule} / {one.scope} · {one.by}" for one in standing}
    with st.form("lift", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(said["silences.which"], list(names), format_func=names.__getitem__)
        if st.form_submit_button(said["silences.lift"]):
            _lift(chosen, language)


def _lift(silence_id: int, language: Language) -> None:
    served, said = serving(), words(language)
    try:
        lifted = lift(database(served.database_url), served.config.site.name, silence_id, _by())
    except DatabaseUnreadable as error:
        log.error("silence_not_lifted", error=type(error).__name__)
        st.error(said["silences.failed"])
        return
    nudge("incidents")
    if lifted is None:
        st.warning(said["silences.over_already"])
    else:
        st.rerun()


def _draw_form(language: Language) -> None:
    said, now = words(language), system_clock()
    st.subheader(said["silences.new"])
    rule, scope, level, length = st.columns([3, 3, 2, 2])
    config = serving().config
    wanted = Wanted(
        rule=rule.selectbox(
            said["silences.rule"], [ANY, *config.rules], index=None, placeholder=said["silences.choose"], accept_new_options=True
        )
        or "",
        scope=scope.selectbox(
            said["silences.scope"],
            [ANY, SITE, *config.queues, *config.sources],
            index=None,
            placeholder=said["silences.choose"],
            accept_new_options=True,
        )
        or "",
        level=level.selectbox(said["silences.level"], [3, 2, 1], format_func=lambda one: said[f"silences.level_{one}"]),
        starts_at=now,
        ends_at=now
        + MINUTE_MS * length.selectbox(said["silences.length"], list(SILENCES), format_func=lambda one: SILENCES[one].in_(language)),
        comment=redact(st.text_input(said["silences.comment"], max_chars=500)),
    )
    is_aimed = bool(wanted.rule and wanted.scope)
    if is_aimed:
        _draw_preview(wanted, language)
    if st.button(said["silences.make"], type="primary", disabled=not is_aimed):
        _make(wanted, language)


def _draw_preview(wanted: Wanted, language: Language) -> None:
    """What its author sees before they make it."""
    said, standing = words(language), _open_incidents()
    if standing is None:
        st.caption(said["silences.preview_away"])
        return
    found = hidden(wanted, standing)
    until = at_time(wanted.ends_at, serving().config.zone)
    st.caption(said["silences.preview"].format(n=len(found), time=until))
    for row in found[:5]:
        st.text(f"{LEVELS[row.level]} · {row.title[language.value]}")


def _make(wanted: Wanted, language: Language) -> None:
    served, said = serving(), words(language)
    try:
        silence(database(served.database_url), served.config.site.name, wanted, _by())
    except Unfit as unfit:
        st.error(unfit.text.in_(language))
        return
    except DatabaseUnreadable as error:
        log.error("silence_not_made", error=type(error).__name__)
        st.error(said["silences.failed"])
        return
    nudge("incidents")
    st.rerun()


def _by() -> By:
    actor = page_actor()
    if not actor.may(Permission.SILENCE):
        raise PermissionError(f"{Permission.SILENCE.value}: not among what this role may do")
    return By(actor.who, system_clock(), CONSOLE)


def _known() -> tuple[Silence, ...] | None:
    served = serving()
    try:
        with database(served.database_url).read() as session:
            return silences_after(session, served.config.site.name, system_clock() - KEPT_MS)
    except DatabaseUnreadable as error:
        log.error("silences_unreadable", error=type(error).__name__)
        return None


def _open_incidents() -> tuple[IncidentRow, ...] | None:
    served = serving()
    try:
        with served.redis() as client:
            frame = open_alerts(client, served.keys)
    except RedisError as error:
        log.warning("alerts_unread", error=type(error).__name__)
        return None
    return frame.incidents if frame else ()


def _titles(row: Mapping[str, str], language: Language) -> dict[str, str]:
    said = words(language)
    return {key: said[f"silences.{key}"] for key in row}
