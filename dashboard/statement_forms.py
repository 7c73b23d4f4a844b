"""The statements of an incident on its page: for each audience the newest text in both languages side by side, and its next step.

In: an account and who looks. Out: drafts, approvals and sendings, by dashboard.after_actions.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from alerts.account import Account
from alerts.statements import LONGEST, drafted
from dashboard.after_actions import approve_statement, draft_statement, send_statement
from dashboard.after_answer import draw_answer_at, keep_answer
from dashboard.data import statements_of
from dashboard.serving import serving
from dashboard.visitor import page_language
from dashboard.written import at_time
from pulse.access import Actor
from pulse.audiences import AUDIENCE_NAMES, Audience
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.models import StatementVersion


def draw_statements(account: Account, by: Actor, language: Language) -> None:
    """A tab for each audience."""
    known = statements_of(account.incident.id)
    tabs = st.tabs([AUDIENCE_NAMES[audience].in_(language) for audience in Audience])
    for tab, audience in zip(tabs, Audience, strict=True):
        with tab:
            _draw_audience(account, audience, known.get(audience, ()), by)


def _draw_audience(account: Account, audience: Audience, versions: Sequence[StatementVersion], by: Actor) -> None:
    language = page_language()
    said = words(language)
    draw_answer_at(_place(account, audience), language)
    table = serving().config.statements.get(audience)
    if table is None or not table.notify:
        st.caption(said["after.no_way"].format(audience=audience.value))
    else:
        st.caption(said["after.ways"].format(channels=", ".join(table.notify)))
    newest = versions[-1] if versions else None
    if newest is not None:
        st.html(version_html(newest, language))
        _draw_steps(account, audience, newest, by)
    if by.may(Permission.DRAFT_STATEMENT):
        _draw_draft(account, audience, newest, by)
    if len(versions) > 1:
        with st.expander(said["after.earlier"]):
            st.html("".join(version_html(one, language) for one in reversed(versions[:-1])))


def version_html(version: StatementVersion, language: Language) -> str:
    """A version: its number, who did what when, and its text in both languages side by side."""
    said, zone = words(language), serving().config.zone
    acts = [said["after.by_drafted"].format(who=version.drafted_by, time=at_time(version.drafted_at, zone))]
    if version.approved_at is not None:
        acts.append(said["after.by_approved"].format(who=version.approved_by, time=at_time(version.approved_at, zone)))
    if version.sent_at is not None:
        channels = ", ".join(version.channels)
        acts.append(said["after.by_sent"].format(who=version.sent_by, time=at_time(version.sent_at, zone), channels=channels))
    head = f"<h4>{escape(said['after.version'].format(n=version.version))}</h4><p class='small'>{escape(' · '.join(acts))}</p>"
    texts = "".join(f'<blockquote lang="{one.value}">{escape(version.text.get(one.value, ""))}</blockquote>' for one in Language)
    return f'<section class="statement">{head}<div class="sides">{texts}</div></section>'


def _draw_steps(account: Account, audience: Audience, newest: StatementVersion, by: Actor) -> None:
    said = words(page_language())
    if newest.sent_at is not None or not by.may(Permission.APPROVE_STATEMENT):
        return
    key = f"statement_{audience}_{newest.version}"
    arguments = (account.incident.id, account.incident.version, audience, newest.version, by)
    if newest.approved_at is None:
        st.button(said["after.approve"], key=f"{key}_approve", on_click=_approve, args=arguments)
    else:
        st.button(said["after.send"], key=f"{key}_send", type="primary", on_click=_send, args=arguments)


def _draw_draft(account: Account, audience: Audience, newest: StatementVersion | None, by: Actor) -> None:
    said, seen = words(page_language()), newest.version if newest else 0
    begun = drafted(account, audience, serving().config) if newest is None else Text(newest.text["en"], newest.text["zh"])
    key = f"statement_{account.incident.id}_{audience}_{seen}"
    with st.expander(said["after.write_first"] if newest is None else said["after.write_next"], expanded=newest is None), st.form(key):
        for column, one in zip(st.columns(2), Language, strict=True):
            column.text_area(said[f"after.text_{one}"], begun.in_(one), max_chars=LONGEST, height=180, key=f"{key}_{one}")
        arguments = (account.incident.id, account.incident.version, audience, seen, by)
        st.form_submit_button(said["after.save_draft"], on_click=_draft, args=arguments)


def _draft(incident_id: int, version: int, audience: Audience, seen: int, by: Actor) -> None:
    key = f"statement_{incident_id}_{audience}_{seen}"
    text = Text(*(str(st.session_state.get(f"{key}_{one}") or "") for one in Language))
    answer = draft_statement((incident_id, version), audience, text, seen, by)
    keep_answer(f"statement_{incident_id}_{audience}", answer, text.by_language())


def _approve(incident_id: int, version: int, audience: Audience, number: int, by: Actor) -> None:
    keep_answer(f"statement_{incident_id}_{audience}", approve_statement((incident_id, version), audience, number, by))


def _send(incident_id: int, version: int, audience: Audience, number: int, by: Actor) -> None:
    keep_answer(f"statement_{incident_id}_{audience}", send_statement((incident_id, version), audience, number, by))


def _place(account: Account, audience: Audience) -> str:
    return f"statement_{account.incident.id}_{audience}"
