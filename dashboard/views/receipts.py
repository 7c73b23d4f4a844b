"""The receipts: every message, to whom, what became of it and each try; one that was given up can be sent again."""

from collections.abc import Mapping, Sequence

import streamlit as st
import structlog

from alerts.actions import Answer
from alerts.send_again import send_again, send_notice_again
from alerts.silences import By
from dashboard.account import page_actor
from dashboard.data import channels_seen, database, late_lately, nudge, receipts_found
from dashboard.incident_actions import CONSOLE, FAILED, NOT_ALLOWED
from dashboard.look import style
from dashboard.page import Page
from dashboard.receipt_tables import late_list, receipt_table, title_of
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.receipts import Fate, Receipt, Wanted
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Receipts", "通知记录"), icon=":material/mark_email_read:", order=6, needs=Permission.SEE_CONSOLE)
SENT_AGAIN = "sent_again"
_ANSWER, _ANY = "receipts_answer", ""
_MOST_DIGITS = 15
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the filters, then what is found."""
    language = page_language()
    style("figures", "incident", "receipts")
    draw_title(PAGE.title, language)
    try:
        _draw(language)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["day.unreadable"])


def sent_once_more(kind: str, number: int, by: Actor) -> str:
    """Sends a message (`alert`) or a notice (`notice`) again; answers sent_again, changed, gone, no_channel, not_allowed or failed."""
    if not by.may(Permission.SEND_AGAIN):
        log.warning("action_refused", needs=Permission.SEND_AGAIN.value)
        return NOT_ALLOWED
    served, who = serving(), By(by.who, system_clock(), CONSOLE)
    send = send_again if kind == "alert" else send_notice_again
    try:
        outcome = send(database(served.database_url), served.config.site.name, number, served.config.notify, who)
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return FAILED
    nudge("incidents")
    return SENT_AGAIN if outcome.answer is Answer.DONE else outcome.answer.value


def _draw(language: Language) -> None:
    said, by = words(language), page_actor()
    _draw_answer(language)
    _draw_late(language)
    found = receipts_found(_wanted(language))
    st.caption(said["receipts.found"].format(shown=len(found.receipts), total=found.total))
    if not found.receipts:
        st.info(said["receipts.none"])
        return
    lost = [one for one in found.receipts if one.fate is Fate.GIVEN_UP]
    if lost and by.may(Permission.SEND_AGAIN):
        _draw_again(lost, by, language)
    st.html(receipt_table(found.receipts, serving().config, language))


def _draw_late(language: Language) -> None:
    """When alerting itself was late, for those who ask whether it can be trusted; nothing on a site without an auditor."""
    said, rows = words(language), late_lately()
    if serving().config.auditor is None and not rows:
        return
    with st.expander(said["receipts.late"].format(n=len(rows)), expanded=any(row.over_at is None for row in rows)):
        if rows:
            st.html(late_list(rows, serving().config.zone, language))
        else:
            st.caption(said["receipts.never_late"])


def _wanted(language: Language) -> Wanted:
    said = words(language)
    columns = st.columns([1, 2, 2])
    with columns[0]:
        asked = st.text_input(said["receipts.incident"], st.query_params.get("incident", ""), placeholder=said["receipts.incident_here"])
        number = asked.strip() if asked.strip().isascii() and asked.strip().isdigit() and len(asked) <= _MOST_DIGITS else ""
        _keep("incident", number)
    channels = {_ANY: said["receipts.any"], **{name: name for name in channels_seen()}}
    fates = {_ANY: said["receipts.any"], **{fate.value: said[f"receipts.fate_{fate}"] for fate in Fate}}
    with columns[1]:
        channel = _chosen("channel", channels, language)
    with columns[2]:
        fate = _chosen("fate", fates, language)
    return Wanted(incident_id=int(number) if number else None, channel=channel or None, fate=Fate(fate) if fate else None)


def _chosen(name: str, choice: Mapping[str, str], language: Language) -> str:
    asked, offered = st.query_params.get(name, _ANY), list(choice)
    index = offered.index(asked) if asked in offered else 0
    label = words(language)[f"receipts.{name}"]
    picked = str(st.selectbox(label, offered, index=index, format_func=choice.__getitem__, key=f"receipts_{name}_{language}"))
    _keep(name, picked)
    return picked


def _keep(name: str, value: str) -> None:
    """What is chosen stands in the address, so that it can be sent to somebody."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _draw_again(lost: Sequence[Receipt], by: Actor, language: Language) -> None:
    said = words(language)
    names = {_key(one): f"{one.channel} · {title_of(one, language)}" for one in lost}
    with st.form("again", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(said["receipts.which"], list(names), format_func=names.__getitem__, key="again_which")
        st.form_submit_button(said["receipts.again"], on_click=_again, args=(by,))


def _key(one: Receipt) -> str:
    return f"{'notice' if one.incident_id is None else 'alert'}:{one.id}"


def _again(by: Actor) -> None:
    kind, _, number = str(st.session_state["again_which"]).partition(":")
    st.session_state[_ANSWER] = sent_once_more(kind, int(number), by)


def _draw_answer(language: Language) -> None:
    answered = st.session_state.pop(_ANSWER, None)
    if answered is None:
        return
    text = words(language)[f"receipts.{answered}"]
    if answered == SENT_AGAIN:
        st.success(text, icon=":material/check:")
    else:
        st.warning(text, icon=":material/warning:")
