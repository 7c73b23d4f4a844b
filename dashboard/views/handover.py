"""The hand-over of a shift: the one that waits to be accepted, a form that offers one, and earlier ones; made to be printed."""

import streamlit as st
import structlog

from alerts.handover_sheet import LONGEST_NOTE, digest_of, read_sheet
from alerts.handovers import HandOvers, Seen
from dashboard.account import page_actor
from dashboard.handover_actions import DONE, accept, board_now, hand_overs, offer
from dashboard.handover_tables import change_text, hand_over_table, marks_html, sheet_html
from dashboard.look import style
from dashboard.page import Page
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from dashboard.written import plain
from pulse.access import Actor
from pulse.clock import local_time, system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.duty import HandOver
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Hand-over", "交接班"), icon=":material/swap_horiz:", order=5, needs=Permission.SEE_CONSOLE)
_ANSWER, _NOTE = "handover_answer", "handover_note"
_EARLIER = 20
_MOST_DIGITS = 15
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the sheet that the address names, else the one that waits, the form and the earlier ones."""
    language = page_language()
    style("figures", "incident", "handover", "print")
    draw_title(PAGE.title, language)
    asked = st.query_params.get("id")
    try:
        if asked is None:
            _draw_now(hand_overs(), language)
        else:
            _draw_one(hand_overs(), asked, language)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["day.unreadable"])


def _draw_now(known: HandOvers, language: Language) -> None:
    said, by, now = words(language), page_actor(), system_clock()
    _draw_answer(language)
    if serving().config.handover is None:
        st.caption(said["handover.no_table"])
    waiting = known.offered()
    if waiting is None:
        st.info(said["handover.nothing_waits"])
    else:
        _draw_waiting(waiting, by, language)
    if by.may(Permission.HAND_OVER):
        _draw_form(known, by, language)
    earlier = [row for row in known.latest(_EARLIER) if waiting is None or row.id != waiting.id]
    st.subheader(said["handover.earlier"], anchor=False)
    if earlier:
        st.html(hand_over_table(earlier, serving().config, language, now))
    else:
        st.caption(said["handover.no_earlier"])


def _draw_waiting(row: HandOver, by: Actor, language: Language) -> None:
    _draw_row(row, language)
    if by.may(Permission.HAND_OVER):
        st.button(words(language)["handover.accept"], type="primary", key=f"accept_{row.id}", on_click=_accept, args=(row.id, by))


def _draw_row(row: HandOver, language: Language) -> None:
    config, now = serving().config, system_clock()
    st.html(marks_html(row, config, language, now))
    st.html(sheet_html(read_sheet(row.sheet), config, language))
    said, sheet = words(language), read_sheet(row.sheet)
    if hand_overs().is_as_offered(row):
        digest, time = digest_of(sheet), local_time(now, config.zone)
        st.caption(said["handover.is_whole"].format(digest=digest, time=time))
    else:
        st.error(said["handover.is_changed"], icon=":material/warning:")


def _draw_form(known: HandOvers, by: Actor, language: Language) -> None:
    said = words(language)
    sheet = known.sheet_now(system_clock(), Seen(board=board_now()))
    st.subheader(said["handover.offer_title"], anchor=False)
    st.caption(said["handover.offer_why"].format(change=plain(change_text(sheet, language))))
    with st.form("offer", border=False):
        st.text_area(said["handover.note_here"], max_chars=LONGEST_NOTE, height=120, key=_NOTE)
        st.form_submit_button(said["handover.offer"], on_click=_offer, args=(by,))
    with st.expander(said["handover.preview"].format(n=len(sheet.incidents), lost=sheet.without_owner)):
        st.html(sheet_html(sheet, serving().config, language))


def _draw_one(known: HandOvers, asked: str, language: Language) -> None:
    said = words(language)
    st.html(f'<p class="way-back"><a href="/handover?lang={language}" target="_self">{said["handover.all"]}</a></p>')
    row = known.find(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS else None
    if row is None:
        st.error(said["handover.unknown"].format(id=plain(asked[:20])))
    else:
        _draw_row(row, language)


def _draw_answer(language: Language) -> None:
    """What came of the last deed, once."""
    answered = st.session_state.pop(_ANSWER, None)
    if answered is None:
        return
    text = words(language)[f"handover.{answered}"]
    if answered in DONE:
        st.success(text, icon=":material/check:")
    else:
        st.warning(text, icon=":material/warning:")


def _offer(by: Actor) -> None:
    answer = offer(str(st.session_state.get(_NOTE) or ""), by)
    st.session_state[_ANSWER] = answer
    if answer in DONE:
        st.session_state[_NOTE] = ""


def _accept(hand_over_id: int, by: Actor) -> None:
    st.session_state[_ANSWER] = accept(hand_over_id, by)
