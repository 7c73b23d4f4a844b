"""The contacts behind a number of the page of trends: by id, queue, times and outcome, a page at a time.

In: a figure, and the stretch and part that the address or the choices name. Out: a table, for those who may see the console; names
of people and words of customers only for those who may see these.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec
import streamlit as st

from dashboard.account import page_actor
from dashboard.data import database
from dashboard.figures_table import figures_table
from dashboard.report.sheet import figure_title
from dashboard.serving import serving
from dashboard.trends.lines import Axis, Line
from dashboard.trends.names import name_of
from dashboard.trends.question import By, Question
from dashboard.trends.table import stretch_name
from dashboard.written import at_time
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.records import ContactEventType
from pulse.roles import Permission
from pulse.text import Language
from pulse.written import UNKNOWN, duration
from sql.contact_pages import After, Page, Wanted, complaints_page, contacts_page
from sql.contact_tables import ComplaintRow, ContactRow

_OUTCOMES = ("answered", "abandoned", "overflowed", "withdrawn", "lost", "callback_requested", "refused")
_HAPPENED = {
    ContactEventType.FIRST_REPLY: "first_reply",
    ContactEventType.RESOLVED: "resolved",
    ContactEventType.REOPENED: "reopened",
    ContactEventType.RATED: "rated",
}


def draw_contacts(lines: Mapping[str, Sequence[Line]], question: Question, axis: Axis, language: Language) -> None:
    """The choice of a number, and what it is made of; nothing for those who may not see single contacts."""
    actor = page_actor()
    if not actor.may(Permission.SEE_CONSOLE):
        return
    said = words(language)
    with st.expander(said["trends.behind"], expanded="at" in st.query_params):
        chosen = _chosen(lines, question, axis, language)
        if chosen is None:
            return
        kpi, wanted = chosen
        served = serving()
        read = complaints_page if definitions()[kpi].told_by is ContactEventType.COMPLAINT else contacts_page
        page = read(database(served.database_url), served.config.site.name, wanted, _after())
        if not page.rows:
            st.caption(said["trends.no_contact"])
            return
        rows = [_row(row, language, sees_names=actor.may(Permission.SEE_NAMES)) for row in page.rows]
        st.html(figures_table({name: said[f"trends.contact_{name}"] for name in rows[0]}, rows))
        _draw_turning(page, language)


def wanted_of(kpi: str, span: tuple[int, int], by: By, value: str) -> Wanted:
    """Which contacts a figure of a part is made of in a span (epoch ms)."""
    outcome = kpi if kpi in _OUTCOMES else next((one for one in _OUTCOMES if kpi.startswith(f"{one}_within") or kpi == f"short_{one}"), "")
    happened = "left" if outcome else _HAPPENED.get(definitions()[kpi].told_by, "offered")
    part = "" if by is By.SITE else by.value
    return Wanted(start=span[0], end=span[1], happened=happened, outcome=outcome, part=part, value=value)


def _chosen(lines: Mapping[str, Sequence[Line]], question: Question, axis: Axis, language: Language) -> tuple[str, Wanted] | None:
    """The figure, stretch and part; what was chosen stands in the address."""
    said, shown = words(language), {stretch.first.isoformat(): stretch for stretch in axis.shown}
    some = next(line for found in lines.values() for line in found)
    titles = {point.first.isoformat(): stretch_name(point, question.step, language) for point in some.points}
    when, what, who = st.columns(3)
    newest_first = list(reversed(titles))
    asked = st.query_params.get("at", "")
    at = when.selectbox(
        said["trends.stretch"],
        newest_first,
        newest_first.index(asked) if asked in titles else None,
        format_func=titles.__getitem__,
        key=f"trends_at_{language}",
        placeholder=said["trends.choose"],
        on_change=_first_page,
    )
    kpis = list(lines)
    kpi = what.selectbox(
        said["trends.kpi"], kpis, _index(kpis, "what"), format_func=lambda name: figure_title(name, language), on_change=_first_page
    )
    names = sorted({line.name for found in lines.values() for line in found})
    called = partial(name_of, serving().config, question.by, language=language)
    of = ""
    if question.by is not By.SITE:
        of = who.selectbox(said[f"trends.by_{question.by}"], names, _index(names, "of"), format_func=called, on_change=_first_page)
    if at is None:
        st.query_params.pop("at", None)
        return None
    st.query_params.update({"at": at, "what": kpi, "of": of})
    stretch = shown[at]
    return kpi, wanted_of(kpi, (stretch.start, stretch.end), question.by, of)


def _index(offered: Sequence[str], name: str) -> int:
    """The place of what the address names among what is offered; the first where it names none of it."""
    asked = st.query_params.get(name, "")
    return offered.index(asked) if asked in offered else 0


def _after() -> After | None:
    try:
        return msgspec.json.decode(st.query_params.get("after", ""), type=After)
    except msgspec.DecodeError:
        return None


def _first_page() -> None:
    st.query_params.pop("after", None)


def _draw_turning(page: Page, language: Language) -> None:
    said = words(language)
    with st.container(horizontal=True):
        if "after" in st.query_params:
            st.button(said["trends.first_page"], on_click=_first_page)
        if page.after is not None:
            st.button(said["trends.next_page"], on_click=_turn, args=(page.after,))


def _turn(after: After) -> None:
    st.query_params["after"] = msgspec.json.encode(after).decode()


def _row(row: ContactRow | ComplaintRow, language: Language, *, sees_names: bool) -> dict[str, str]:
    told = _complaint(row, language) if isinstance(row, ComplaintRow) else _contact(row, language)
    if sees_names:
        told["words" if isinstance(row, ComplaintRow) else "agent"] = (row.text if isinstance(row, ComplaintRow) else row.agent) or UNKNOWN
    return told


def _contact(row: ContactRow, language: Language) -> dict[str, str]:
    zone, config, said = serving().config.zone, serving().config, words(language)
    return {
        "id": row.contact_id,
        "at": at_time(row.at, zone),
        "queue": name_of(config, By.QUEUE, row.queue, language),
        "outcome": said[f"trends.outcome_{row.outcome}"] if row.outcome in _OUTCOMES else UNKNOWN,
        "wait": _lasted(row.wait_s, language),
        "talk": _lasted(row.talk_s, language),
        "reply": _lasted(row.first_reply_s, language),
        "resolution": _lasted(row.resolution_s, language),
    }


def _complaint(row: ComplaintRow, language: Language) -> dict[str, str]:
    config = serving().config
    return {
        "id": row.contact_id,
        "at": at_time(row.at, config.zone),
        "queue": name_of(config, By.QUEUE, row.queue, language),
        "about": " / ".join(_named(row, language)) or UNKNOWN,
        "level": row.level or UNKNOWN,
    }


def _named(row: ComplaintRow, language: Language) -> Iterator[str]:
    for value in (row.category, row.business_line):
        if value:
            yield serving().config.name_of(value).in_(language)


def _lasted(seconds: float | None, language: Language) -> str:
    return UNKNOWN if seconds is None else duration(seconds, language)
