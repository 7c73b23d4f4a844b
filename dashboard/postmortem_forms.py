"""The post-mortem of an incident on its page: a draft by the log, what people write, versions, actions, and the end of the work.

In: an account and who looks. Out: versions and promises, by dashboard.after_actions.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape

import streamlit as st

from alerts.account import Account
from alerts.actions import CAUSES, Cause
from alerts.follow_ups import LONGEST, Promise, State
from alerts.frame import Work
from alerts.postmortem import FISHBONE, LONGEST_FIELD, WHYS, PostMortem, content_of, drafted
from dashboard.after_actions import finish_post_mortem, keep_promise, move_promise, save_post_mortem
from dashboard.after_answer import draw_answer_at, keep_answer
from dashboard.data import follow_ups_of, post_mortems_of
from dashboard.follow_up_table import follow_up_table
from dashboard.incident_index import cause_word
from dashboard.serving import serving
from dashboard.visitor import page_language
from dashboard.written import at_time
from pulse.access import Actor
from pulse.clock import next_day_start, system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language
from sql.models import FollowUp, PostMortemVersion

_FIELDS = ("summary", "fishbone", "went_well", "went_badly", *(f"why_{number}" for number in range(1, WHYS + 1)))
_LONGEST_NAME = 100
_FIRST_DUE_D = 7


def draw_post_mortem(account: Account, by: Actor, language: Language) -> None:
    """The newest version, as a form for those who may write it; below it the actions."""
    said, versions = words(language), post_mortems_of(account.incident.id)
    newest = versions[-1] if versions else None
    draw_answer_at(_place(account.incident.id), language)
    st.caption(_standing(account, newest, language))
    content = content_of(newest) if newest else drafted(account, language, serving().config.zone)
    if by.may(Permission.REVIEW):
        _draw_form(account, content, newest.version if newest else 0, by)
        _draw_finish(account, newest, by)
    else:
        st.html(content_html(content, language))
    _draw_follow_ups(account, by, language)
    if len(versions) > 1:
        with st.expander(said["after.earlier"]):
            st.html("".join(_version_html(one, language) for one in reversed(versions[:-1])))


def content_html(content: PostMortem, language: Language) -> str:
    """What a version says, field by field; what was not written is left out."""
    said = words(language)
    rows = [(said["after.summary"], content.summary)]
    rows += [(said["after.why"].format(n=number), why) for number, why in enumerate(content.whys, 1)]
    rows += [(said["after.fishbone"], cause_word(content.fishbone, language) if content.fishbone else "")]
    rows += [(said["after.went_well"], content.went_well), (said["after.went_badly"], content.went_badly)]
    lines = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows if value.strip())
    return f'<dl class="written">{"".join(lines)}</dl>'


def _standing(account: Account, newest: PostMortemVersion | None, language: Language) -> str:
    said = words(language)
    if newest is None:
        return said["after.by_the_log"]
    kept = said["after.kept"].format(n=newest.version, who=newest.who, time=at_time(newest.at, serving().config.zone))
    return f"{kept} {said['after.is_finished']}" if account.incident.work == Work.REVIEWED else kept


def _version_html(version: PostMortemVersion, language: Language) -> str:
    kept = words(language)["after.kept"].format(n=version.version, who=version.who, time=at_time(version.at, serving().config.zone))
    return f"<h4>{escape(kept)}</h4>{content_html(content_of(version), language)}"


def _draw_form(account: Account, content: PostMortem, seen: int, by: Actor) -> None:
    language = page_language()
    said, key = words(language), _key(account.incident.id, seen)
    with st.form(key):
        st.text_area(said["after.summary"], content.summary, max_chars=LONGEST_FIELD, height=130, key=f"{key}_summary")
        left, right = st.columns(2)
        for number, why in enumerate(content.whys, 1):
            left.text_input(said["after.why"].format(n=number), why, max_chars=LONGEST_FIELD, key=f"{key}_why_{number}")
        index = FISHBONE.index(Cause(content.fishbone)) if content.fishbone in FISHBONE else None
        classes = {"format_func": lambda cause: CAUSES[cause].in_(language), "placeholder": said["incident.choose"]}
        right.selectbox(said["after.fishbone"], FISHBONE, index, key=f"{key}_fishbone", **classes)
        right.text_area(said["after.went_well"], content.went_well, max_chars=LONGEST_FIELD, key=f"{key}_went_well")
        right.text_area(said["after.went_badly"], content.went_badly, max_chars=LONGEST_FIELD, key=f"{key}_went_badly")
        arguments = (account.incident.id, account.incident.version, seen, by)
        st.form_submit_button(said["after.save_version"], on_click=_save, args=arguments)


def _draw_finish(account: Account, newest: PostMortemVersion | None, by: Actor) -> None:
    said, incident = words(page_language()), account.incident
    if incident.work == Work.REVIEWED or newest is None:
        return
    if incident.work != Work.CLOSED:
        st.caption(said["after.close_first"])
        return
    st.button(said["after.finish"], type="primary", on_click=_finish, args=(incident.id, incident.version, by), key="post_mortem_finish")


def _draw_follow_ups(account: Account, by: Actor, language: Language) -> None:
    said, rows, now = words(language), follow_ups_of(account.incident.id), system_clock()
    st.subheader(said["after.follow_ups"], anchor=False)
    draw_answer_at(f"follow_up_{account.incident.id}", language)
    if rows:
        st.html(follow_up_table(rows, serving().config.zone, language, now=now))
    else:
        st.caption(said["after.no_follow_up"])
    if not by.may(Permission.REVIEW):
        return
    if rows:
        _draw_moves(account, rows, by)
    with st.form("follow_up", clear_on_submit=True):
        st.text_input(said["after.what"], max_chars=LONGEST, key="follow_up_what")
        left, right = st.columns(2)
        left.text_input(said["after.owner"], max_chars=_LONGEST_NAME, key="follow_up_owner")
        right.date_input(said["after.due"], _today(now) + timedelta(days=_FIRST_DUE_D), format="YYYY-MM-DD", key="follow_up_due")
        st.form_submit_button(said["after.promise"], on_click=_promise, args=(account.incident.id, account.incident.version, by))


def _draw_moves(account: Account, rows: Sequence[FollowUp], by: Actor) -> None:
    said = words(page_language())
    with st.form("follow_up_move", border=False):
        names = {row.id: f"{row.id} · {row.what[:60]}" for row in rows}
        left, right = st.columns(2)
        left.selectbox(said["after.which"], list(names), format_func=names.__getitem__, key="follow_up_which")
        right.selectbox(said["after.state"], list(State), 1, format_func=lambda state: said[f"after.state_{state}"], key="follow_up_state")
        st.form_submit_button(said["after.move"], on_click=_move, args=(account.incident.id, account.incident.version, by))


def _save(incident_id: int, version: int, seen: int, by: Actor) -> None:
    key = _key(incident_id, seen)
    wrote = {name: str(st.session_state.get(f"{key}_{name}") or "") for name in _FIELDS}
    content = PostMortem(
        summary=wrote["summary"],
        whys=tuple(wrote[f"why_{number}"] for number in range(1, WHYS + 1)),
        fishbone=wrote["fishbone"] or None,
        went_well=wrote["went_well"],
        went_badly=wrote["went_badly"],
    )
    keep_answer(_place(incident_id), save_post_mortem((incident_id, version), content, seen, by), wrote)


def _finish(incident_id: int, version: int, by: Actor) -> None:
    keep_answer(_place(incident_id), finish_post_mortem((incident_id, version), by))


def _promise(incident_id: int, version: int, by: Actor) -> None:
    wrote = {name: str(st.session_state.get(f"follow_up_{name}") or "") for name in ("what", "owner")}
    due_at = end_of_day(st.session_state["follow_up_due"])
    answer = keep_promise((incident_id, version), Promise(what=wrote["what"], owner=wrote["owner"], due_at=due_at), by)
    keep_answer(f"follow_up_{incident_id}", answer, wrote)


def _move(incident_id: int, version: int, by: Actor) -> None:
    state, number = State(st.session_state["follow_up_state"]), int(st.session_state["follow_up_which"])
    keep_answer(f"follow_up_{incident_id}", move_promise((incident_id, version), number, state, by))


def end_of_day(day: date) -> int:
    """The instant (epoch ms) at which the site's day of that date is over."""
    zone = serving().config.zone
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return next_day_start(round(noon.timestamp() * 1000), zone)


def _today(now: int) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).astimezone(serving().config.zone).date()


def _key(incident_id: int, seen: int) -> str:
    return f"post_mortem_{incident_id}_{seen}"


def _place(incident_id: int) -> str:
    return f"post_mortem_{incident_id}"
