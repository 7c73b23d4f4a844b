"""What people write beside the trends: a form for one more, and the way to take one back, for those who may.

In: the stretches shown. Out: rows kept or taken back; the page is drawn anew.
"""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st
import structlog

from collectors.redact import redact
from dashboard.account import page_actor
from dashboard.data import database
from dashboard.incident_actions import CONSOLE
from dashboard.serving import serving
from dashboard.trends.lines import Axis
from pulse.clock import day_at, system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.annotations import KIND_NAMES, LONGEST_TITLE, AnnotationKind, By, UnfitAnnotation, Wanted, annotate, annotations, take_back
from sql.memory_tables import Annotation
from sql.session import DatabaseUnreadable

log = structlog.get_logger(__name__)


def draw_annotations(axis: Axis, language: Language) -> None:
    """The form, closed at first; nothing for those who may not."""
    if not page_actor().may(Permission.ANNOTATE):
        return
    said, served = words(language), serving()
    with st.expander(said["trends.annotate"]):
        _draw_form(language)
        standing = annotations(database(served.database_url), served.config.site.name, axis.shown[0].start, axis.shown[-1].end)
        if standing:
            _draw_taking_back(standing, language)


def _draw_form(language: Language) -> None:
    said = words(language)
    with st.form("annotate", border=False, clear_on_submit=True):
        kind, first, last = st.columns(3)
        chosen = kind.selectbox(said["trends.kind"], list(AnnotationKind), format_func=lambda one: KIND_NAMES[one].in_(language))
        days = (
            first.date_input(said["trends.first"], format="YYYY-MM-DD"),
            last.date_input(said["trends.last"], None, format="YYYY-MM-DD"),
        )
        en, zh = st.columns(2)
        texts = [place.text_input(said[f"trends.text_{one}"], max_chars=LONGEST_TITLE).strip() for place, one in ((en, "en"), (zh, "zh"))]
        if st.form_submit_button(said["trends.make"]):
            zone = serving().config.zone
            until = None if days[1] is None else day_at(days[1] + timedelta(days=1), zone)
            title = Text(redact(texts[0] or texts[1]), redact(texts[1] or texts[0]))
            _make(Wanted(kind=chosen, at=day_at(days[0], zone), until=until, title=title), language)


def _make(wanted: Wanted, language: Language) -> None:
    served = serving()
    try:
        annotate(database(served.database_url), served.config.site.name, wanted, _by())
    except UnfitAnnotation as unfit:
        st.error(unfit.text.in_(language))
        return
    except DatabaseUnreadable as error:
        log.error("annotation_not_made", error=type(error).__name__)
        st.error(words(language)["trends.failed"])
        return
    st.rerun()


def _draw_taking_back(standing: Sequence[Annotation], language: Language) -> None:
    said = words(language)
    names = {row.id: f"#{row.id} · {row.title[language.value]} · {row.who}" for row in standing}
    with st.form("take_back", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(said["trends.which"], list(names), format_func=names.__getitem__)
        if st.form_submit_button(said["trends.take_back"]):
            _take_back(chosen, language)


def _take_back(annotation_id: int, language: Language) -> None:
    served = serving()
    try:
        take_back(database(served.database_url), served.config.site.name, annotation_id, _by())
    except DatabaseUnreadable as error:
        log.error("annotation_not_taken_back", error=type(error).__name__)
        st.error(words(language)["trends.failed"])
        return
    st.rerun()


def _by() -> By:
    actor = page_actor()
    if not actor.may(Permission.ANNOTATE):
        raise PermissionError(f"{Permission.ANNOTATE.value}: not among what this role may do")
    return By(actor.who, system_clock(), CONSOLE)
