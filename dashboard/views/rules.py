"""The rules: what each looks at and whom it tells, how often it called people, and what it would have done with other keys."""

from collections.abc import Mapping

import streamlit as st
import structlog

from alerts.fired import SHORT_S
from alerts.ruleset import LoadedRule, load_rules
from alerts.trial_lines import rule_toml
from alerts.tried import tuning_of
from dashboard.config_notice import draw_notice
from dashboard.data import config_state_lately, rule_counts
from dashboard.look import style
from dashboard.page import Page
from dashboard.rule_rows import rule_table
from dashboard.rule_trials import Asked, Tried, end_at, tried_on_history
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.trial_view import draw_faults, draw_trial
from dashboard.visitor import page_language
from pulse.clock import system_clock
from pulse.config import ConfigError
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text
from sql.incidents import RuleCount
from sql.session import DatabaseUnreadable

PAGE = Page(title=Text("Rules", "规则"), icon=":material/rule:", order=8, needs=Permission.SEE_SETTINGS)
_LATELY_MS = 30 * 86_400_000
_DAYS = (1, 7, 30)
_MOST_TEXT = 2_000
_KEPT = "rules_tried"
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the table of all rules, then the one that is chosen with its back-test."""
    language = page_language()
    said, config = words(language), serving().config
    style("figures", "incident", "rules")
    draw_title(PAGE.title, language)
    draw_notice(config_state_lately(), config, language)
    try:
        rules = {rule.name: rule for rule in load_rules(config)}
    except ConfigError as error:
        draw_faults(said["rules.faulty"], error)
        return
    if not rules:
        st.info(said["rules.none"])
        return
    st.html(rule_table(rules.values(), _counts(language), config.zone, language))
    _draw_rule(rules, language)


def _counts(language: Language) -> Mapping[str, RuleCount] | None:
    try:
        return rule_counts(system_clock() - _LATELY_MS, SHORT_S)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["rules.counts_away"])
        return None


@st.fragment
def _draw_rule(rules: Mapping[str, LoadedRule], language: Language) -> None:
    said = words(language)
    asked = st.query_params.get("rule")
    name = st.selectbox(said["rules.choose"], list(rules), index=list(rules).index(asked) if asked in rules else 0, key="rules_chosen")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(said["rules.options"], anchor=False)
        st.code(rule_toml(name, serving().config.rules[name]), language="toml", wrap_lines=True)
    with right:
        st.subheader(said["rules.try"], anchor=False)
        asked = _asked(rules[name], language)
        if asked is not None:
            st.session_state[_KEPT] = _tried(asked, language)
    tried = st.session_state.get(_KEPT)
    if tried is not None and tried.asked.name == name:
        draw_trial(tried, language)


def _asked(rule: LoadedRule, language: Language) -> Asked | None:
    """What is to be tried; None unless the button was pressed."""
    said = words(language)
    with st.form(f"trial_{rule.name}"):
        days = st.selectbox(said["rules.days"], _DAYS, index=1, format_func=lambda n: said["rules.one_day"].format(n=n))
        keys = st.text_area(said["rules.keys"], help=said["rules.keys_help"], max_chars=_MOST_TEXT, height=110)
        per_day = None
        if tuning_of(rule) is not None:
            per_day = st.number_input(said["rules.most_a_day"], min_value=0.0, max_value=1000.0, value=None, step=0.5)
        if not st.form_submit_button(said["rules.run"], type="primary"):
            return None
    return Asked(name=rule.name, keys=keys, days=days, per_day=per_day, end=end_at(system_clock()))


def _tried(asked: Asked, language: Language) -> Tried | None:
    """What came of it; None where it could not be tried, which is said."""
    said = words(language)
    try:
        with st.spinner(said["rules.running"].format(rule=asked.name, days=asked.days), show_time=True):
            return tried_on_history(asked)
    except ConfigError as error:
        draw_faults(said["rules.refused"], error)
    except DatabaseUnreadable as error:
        log.error("rule_not_tried", error=type(error).__name__)
        st.error(said["rules.unreadable"])
    return None
