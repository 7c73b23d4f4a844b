"""The choices of the page of trends: taken from its address, and written back into it.

In: the address. Out: a question; a chart offers only the choices that it heeds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar
from unicodedata import east_asian_width

import streamlit as st

from dashboard.address_notice import draw_wrong
from dashboard.report.sheet import figure_title
from dashboard.serving import serving
from dashboard.trend_data import answered_until, known_queues
from dashboard.trends.alone import needs_one, offered
from dashboard.trends.heeding import HEEDS, PARETO_BY, offers_queue, unheeded
from dashboard.trends.names import alone_called
from dashboard.trends.question import (
    MOST_KPIS,
    By,
    Chart,
    Compare,
    Question,
    address_of,
    asked,
    channel_of,
    misread,
    mixes,
    offered_kpis,
    spans_for,
)
from dashboard.trends.week import PATTERNS
from dashboard.written import plain
from pulse.clock import day_of, system_clock
from pulse.i18n import words
from pulse.kpi.snapshot import Edition
from pulse.text import Language

_Word = TypeVar("_Word", bound=StrEnum)
_Chosen = TypeVar("_Chosen", bound=str)
_OPENED, _ASKED = "trends_opened", "trends_asked"
_NARROW_PX, _BROAD_PX, _WIDE_PX = 7, 11, 15
"""The room of a letter; capitals, m and w are broad, Chinese ones wide."""
_AROUND_PX, _DAY_PX = 51, 150
"""The room of what a box has around its text, and of a day."""


def chosen(language: Language) -> Question:
    """The question that is chosen; the address says the same afterwards."""
    parts = st.query_params.to_dict()
    question = asked(parts)
    alone = offered(known_queues(question, answered_until(question)))
    wrong = misread(parts, alone, day_of(system_clock(), serving().config.zone))
    if question.only not in alone:
        question = replace(question, only="")
    opened, said = (question.chart, unheeded(parts, question)), words(language)
    names = {chart: said[f"trends.chart_{chart}"] for chart in Chart}
    picked = st.segmented_control(
        said["trends.chart"], list(Chart), default=question.chart, format_func=names.__getitem__, key=f"trends_chart_{language}"
    )
    if picked and picked is not question.chart:
        question = _as_before(question, picked)
    question = _details(question, alone, language)
    st.session_state.setdefault(_ASKED, {})[question.chart] = question
    draw_wrong(wrong, language)
    _draw_unheeded(parts, opened, question.chart, language)
    _write(question)
    return question


def _as_before(question: Question, chart: Chart) -> Question:
    """What another chart is asked now: what it was asked before, over the span of now; a chart meanwhile may have had no use for it."""
    before: Question | None = st.session_state.get(_ASKED, {}).get(chart)
    return replace(question, chart=chart) if before is None else replace(before, span=question.span, last=question.last)


def _draw_unheeded(parts: Mapping[str, str], opened: tuple[Chart, Mapping[str, str]], chart: Chart, language: Language) -> None:
    """Says what of the address as it was opened its chart does not heed; nothing once somebody chose another chart."""
    first, unused = st.session_state.setdefault(_OPENED, opened)
    if first is not chart or not parts.keys() - {"lang"}:
        _, unused = st.session_state[_OPENED] = (chart, {})
    if unused:
        told = ", ".join(f"{name}={part}" for name, part in unused.items())
        st.caption(plain(words(language)["trends.unheeded"].format(parts=told)))


def _details(question: Question, alone: Sequence[str], language: Language) -> Question:
    heeded = HEEDS[question.chart]
    if not heeded:
        return question
    if question.chart is Chart.TIME:
        question = replace(question, kpis=_kpis(question, language))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if question.chart is Chart.WEEK:
            question = replace(question, kpis=(_pattern(question, language),))
        if "by" in heeded:
            offered = PARETO_BY if question.chart is Chart.PARETO else tuple(By)
            question = replace(question, by=_word("by", offered, question.by, language))
        if offers_queue(question):
            question = replace(question, only=_only(question, alone, language))
        if "step" in heeded:
            question = replace(question, step=_word("grain", Edition, question.step, language))
        return _when(question, language)


def _when(question: Question, language: Language) -> Question:
    said, offered = words(language), spans_for(question.chart)
    today = day_of(system_clock(), serving().config.zone)
    first = question.span if question.span in offered else offered[-1]
    spans = {span: said[f"trends.span_{span}"] for span in offered}
    span = _one_of("span", spans, first, f"trends_span_{len(offered)}_{language}", language)
    if "compare" in HEEDS[question.chart] and question.is_compared:
        question = replace(question, compare=_word("compare", Compare, question.compare, language))
    last = st.date_input(
        said["trends.end"],
        min(question.last or today, today),
        max_value=today,
        format="YYYY-MM-DD",
        key=f"trends_end_{language}",
        width=_DAY_PX,
    )
    return replace(question, span=span, last=None if last == today else last)


def _kpis(question: Question, language: Language) -> tuple[str, ...]:
    picked = st.multiselect(
        words(language)["trends.kpi"],
        offered_kpis(),
        default=question.kpis,
        max_selections=MOST_KPIS,
        format_func=lambda name: figure_title(name, language),
        key=f"trends_kpi_{language}",
        wrap=True,
    )
    return tuple(picked) or question.kpis


def _pattern(question: Question, language: Language) -> str:
    titles = {name: figure_title(name, language) for name in PATTERNS}
    first = question.kpis[0] if question.kpis[0] in titles else next(iter(titles))
    return _one_of("kpi", titles, first, f"trends_pattern_{language}", language)


def _word(name: str, offered: Iterable[_Word], first: _Word, language: Language) -> _Word:
    titles = {one: words(language)[f"trends.{name}_{one}"] for one in offered}
    return _one_of(name, titles, first if first in titles else next(iter(titles)), f"trends_{name}_{len(titles)}_{language}", language)


def _only(question: Question, alone: Sequence[str], language: Language) -> str:
    by_channel = needs_one(question) and any(map(channel_of, alone))
    titles = {} if by_channel else {"": words(language)["trends.all_queues"]}
    titles |= {one: alone_called(serving().config, one, language) for one in alone}
    first = question.only if question.only in titles else next(iter(titles))
    return _one_of("only", titles, first, f"trends_only_{by_channel}_{language}", language)


def _one_of(name: str, titles: Mapping[_Chosen, str], first: _Chosen, key: str, language: Language) -> _Chosen:
    """One of the titles, in a box as wide as the longest of them needs."""
    label, offered = words(language)[f"trends.{name}"], list(titles)
    width = max(_text_px(text) + extra for text, extra in ((label, 0), *((title, _AROUND_PX) for title in titles.values())))
    return st.selectbox(label, offered, offered.index(first), format_func=titles.__getitem__, key=key, width=width)


def _text_px(text: str) -> int:
    return sum(_letter_px(letter) for letter in text)


def _letter_px(letter: str) -> int:
    if east_asian_width(letter) in "WF":
        return _WIDE_PX
    return _BROAD_PX if letter.isupper() or letter in "mw" else _NARROW_PX


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
