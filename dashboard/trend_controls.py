"""The choices of the page of trends: taken from its address, and written back into it.

In: the address. Out: a question; a chart offers only the choices that it heeds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from dashboard.address_notice import draw_wrong
from dashboard.report.sheet import figure_title
from dashboard.serving import serving
from dashboard.trends.names import name_of
from dashboard.trends.question import MOST_KPIS, By, Chart, Compare, Question, address_of, asked, misread, mixes, offered_kpis, spans_for
from dashboard.trends.week import PATTERNS
from pulse.clock import day_of, system_clock
from pulse.i18n import words
from pulse.kpi.snapshot import Edition
from pulse.text import Language

_Word = TypeVar("_Word", bound=StrEnum)
HEEDS: Mapping[Chart, frozenset[str]] = {
    Chart.TIME: frozenset({"kpis", "by", "step", "span", "compare"}),
    Chart.WEEK: frozenset({"kpis", "span", "only"}),
    Chart.WAITS: frozenset({"span", "only", "compare"}),
    Chart.PARETO: frozenset({"by", "span"}),
    Chart.PEOPLE: frozenset({"step", "span"}),
    Chart.GOALS: frozenset(),
}
PARETO_BY = (By.CATEGORY, By.BUSINESS_LINE)


def chosen(language: Language) -> Question:
    """The question that is chosen; the address says the same afterwards."""
    parts, queues = st.query_params.to_dict(), serving().config.queues
    wrong = misread(parts, queues, day_of(system_clock(), serving().config.zone))
    question = asked(parts)
    if question.only not in queues:
        question = replace(question, only="")
    said = words(language)
    names = {chart: said[f"trends.chart_{chart}"] for chart in Chart}
    with st.container(horizontal=True):
        picked = st.segmented_control(
            said["trends.chart"], list(Chart), default=question.chart, format_func=names.__getitem__, key=f"trends_chart_{language}"
        )
    question = replace(question, chart=picked or question.chart)
    question = _details(question, language)
    draw_wrong(wrong, language)
    _write(question)
    return question


def _details(question: Question, language: Language) -> Question:
    heeded = HEEDS[question.chart]
    if not heeded:
        return question
    kpis, *others = st.columns([3, 2, 2, 2, 2, 2, 2], vertical_alignment="bottom")
    places = iter(others)
    if "kpis" in heeded:
        with kpis:
            question = replace(question, kpis=_kpis(question, language))
    else:
        places = iter((kpis, *others))
    if "by" in heeded:
        with next(places):
            offered = PARETO_BY if question.chart is Chart.PARETO else tuple(By)
            question = replace(question, by=_word("by", offered, question.by, language))
    if "only" in heeded or (question.chart is Chart.TIME and question.by is By.QUEUE):
        with next(places):
            question = replace(question, only=_only(question, language))
    if "step" in heeded:
        with next(places):
            question = replace(question, step=_word("grain", Edition, question.step, language))
    return _when(question, places, language)


def _when(question: Question, places: Iterable[object], language: Language) -> Question:
    said, heeded, rest = words(language), HEEDS[question.chart], iter(places)
    zone = serving().config.zone
    today = day_of(system_clock(), zone)
    with next(rest):
        offered = spans_for(question.chart)
        spans = {span: said[f"trends.span_{span}"] for span in offered}
        index = offered.index(question.span) if question.span in offered else len(offered) - 1
        span = st.selectbox(
            said["trends.span"], offered, index, format_func=spans.__getitem__, key=f"trends_span_{len(offered)}_{language}"
        )
    if "compare" in heeded and question.is_compared:
        with next(rest):
            question = replace(question, compare=_word("compare", Compare, question.compare, language))
    with next(rest):
        last = st.date_input(
            said["trends.end"],
            min(question.last or today, today),
            max_value=today,
            format="YYYY-MM-DD",
            key=f"trends_end_{language}",
        )
    return replace(question, span=str(span), last=None if last == today else last)


def _kpis(question: Question, language: Language) -> tuple[str, ...]:
    said = words(language)
    if question.chart is Chart.WEEK:
        first = question.kpis[0] if question.kpis[0] in PATTERNS else next(iter(PATTERNS))
        picked = st.selectbox(
            said["trends.kpi"],
            list(PATTERNS),
            list(PATTERNS).index(first),
            format_func=lambda name: figure_title(name, language),
            key=f"trends_pattern_{language}",
        )
        return (str(picked),)
    picked = st.multiselect(
        said["trends.kpi"],
        offered_kpis(),
        default=question.kpis,
        max_selections=MOST_KPIS,
        format_func=lambda name: figure_title(name, language),
        key=f"trends_kpi_{language}",
    )
    return tuple(picked) or question.kpis


def _word(name: str, offered: Iterable[_Word], first: _Word, language: Language) -> _Word:
    said, known = words(language), list(offered)
    titles = {one: said[f"trends.{name}_{one}"] for one in known}
    index = known.index(first) if first in known else 0
    return st.selectbox(said[f"trends.{name}"], known, index, format_func=titles.__getitem__, key=f"trends_{name}_{len(known)}_{language}")


def _only(question: Question, language: Language) -> str:
    said, queues = words(language), ["", *serving().config.queues]
    index = queues.index(question.only) if question.only in queues else 0
    titles = {queue: name_of(serving().config, By.QUEUE, queue, language) if queue else said["trends.all_queues"] for queue in queues}
    return str(st.selectbox(said["trends.only"], queues, index, format_func=titles.__getitem__, key=f"trends_only_{language}"))


def fitting(question: Question) -> Question:
    """The question, by channel where one value of several channels would say nothing."""
    return replace(question, by=By.CHANNEL) if mixes(question.kpis, question.by) else question


def _write(question: Question) -> None:
    wanted = address_of(question)
    for gone in {"end", "only"} - wanted.keys():
        if gone in st.query_params:
            del st.query_params[gone]
    for name, part in wanted.items():
        if st.query_params.get(name) != part:
            st.query_params[name] = part
