"""Draws what came of a back-test: figures, chart, alerts, incidents, a suggestion and what it cannot show.

In: a `Tried`. Out: the elements of a page.
"""

import streamlit as st

from alerts.trial_lines import toml_value
from dashboard.incident_index import place_of
from dashboard.look import page_tokens
from dashboard.rule_trials import Tried, changed_lines
from dashboard.serving import serving
from dashboard.trial_chart import trial_chart
from dashboard.trial_tables import alert_table, count_tiles, figure_tiles, judgement_table, newest_first
from dashboard.written import at_time, plain
from pulse.config import ConfigError
from pulse.i18n import words
from pulse.text import Language
from pulse.written import duration


def draw_faults(title: str, error: ConfigError) -> None:
    """Every fault: where, what was found, what is allowed."""
    st.error(title)
    st.code("\n".join(str(fault) for fault in error.faults), language=None, wrap_lines=True)


_DAY_S = 86_400


def draw_trial(tried: Tried, language: Language) -> None:
    """The result from its one sentence down to its single alerts."""
    said, zone = words(language), serving().config.zone
    if tried.first_at is None or tried.last_at is None:
        st.info(said["rules.no_board"])
        return
    st.subheader(said["rules.fired"].format(n=tried.total, time=duration(tried.said.days * _DAY_S, language)), anchor=False)
    told = {"rule": tried.asked.name, "boards": tried.boards, "start": at_time(tried.first_at, zone), "end": at_time(tried.last_at, zone)}
    st.caption(plain(said["rules.tried"].format(**told)))
    st.html(figure_tiles(tried, language))
    _draw_keys(tried, language)
    _draw_counts(tried, language)
    _draw_chart(tried, language)
    _draw_lists(tried, language)
    _draw_notes(tried, language)


def _draw_keys(tried: Tried, language: Language) -> None:
    said, suggestion, asked = words(language), tried.suggestion, tried.asked
    changed = changed_lines(asked.keys)
    if changed:
        st.code("\n".join([f"[rules.{asked.name}]", *changed]), language="toml", wrap_lines=True)
    if suggestion is not None:
        st.markdown(f"**{said['rules.suggested'].format(per_day=f'{asked.per_day:g}')}**")
        lines = [f"{key} = {toml_value(value)}" for key, value in suggestion.keys.items() if value is not None]
        st.code("\n".join([f"[rules.{asked.name}]", *lines]), language="toml", wrap_lines=True)
        a_day = f"{suggestion.confirmed / tried.said.days:.2f}"
        st.caption(said["rules.counted"].format(searched=suggestion.searched, confirmed=suggestion.confirmed, per_day=a_day))
    elif asked.per_day is not None:
        st.info(said["rules.no_limit"])
    if changed or suggestion is not None:
        st.caption(said["rules.keep"])


def _draw_counts(tried: Tried, language: Language) -> None:
    said = words(language)
    if tried.said.per_day:
        st.markdown(f"**{said['rules.by_day']}**")
        st.html(count_tiles(tried.said.per_day.items()))
    if tried.said.per_shift:
        st.markdown(f"**{said['rules.by_shift']}**")
        st.html(count_tiles((title.in_(language), count) for title, count in tried.said.per_shift))


def _draw_chart(tried: Tried, language: Language) -> None:
    said, config = words(language), serving().config
    st.subheader(said["rules.chart"], anchor=False)
    if not tried.lines:
        st.caption(said["rules.no_figure"])
        return
    names = {scope: place_of(scope, config).in_(language) for scope in tried.lines}
    scope = st.selectbox(said["rules.scope"], list(names), format_func=names.__getitem__, key=f"rules_scope_{tried.asked.name}")
    chart = trial_chart(tried.lines[scope], tried.unit, (config.zone, language, page_tokens()))
    if chart is None:
        st.caption(said["rules.no_figure"])
    else:
        st.altair_chart(chart)
        st.caption(said["rules.chart_why"])


def _draw_lists(tried: Tried, language: Language) -> None:
    said, config = words(language), serving().config
    if tried.alerts:
        st.subheader(said["rules.alerts"], anchor=False)
        st.caption(said["rules.newest"].format(n=len(tried.alerts), total=tried.total))
        st.html(alert_table(tried, config, language))
    if tried.said.incidents:
        st.subheader(said["rules.incidents"], anchor=False)
        st.html(judgement_table(newest_first(tried.said.incidents), config, language))


def _draw_notes(tried: Tried, language: Language) -> None:
    if tried.said.notes:
        st.subheader(words(language)["rules.notes"], anchor=False)
        st.markdown("\n".join(f"- {plain(note.in_(language))}" for note in tried.said.notes))
