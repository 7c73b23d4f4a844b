"""The pattern of the week, waits, causes of complaints and people's time on the page of trends: each a chart, a table and files.

In: a question. Out: what Streamlit draws; says so where nothing was recorded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard.figures_table import figures_table
from dashboard.look import page_tokens
from dashboard.pattern_charts import causes_chart, people_chart, waits_chart, week_chart
from dashboard.report.csv import table_csv
from dashboard.report.sheet import figure_text, figure_title
from dashboard.serving import serving
from dashboard.theme import LIGHT
from dashboard.trend_chart import Look
from dashboard.trend_data import answered_until, causes, people_time, waits, week_pattern
from dashboard.trend_files import draw_files
from dashboard.trends.names import alone_called, name_of
from dashboard.trends.people import STATES
from dashboard.trends.question import By, Question
from dashboard.trends.table import days_name, half_hour, wait_name
from dashboard.trends.week import PATTERNS
from dashboard.vega import Spec
from dashboard.written import plain, weekday_name
from pulse.i18n import words
from pulse.kpi.snapshot import Number
from pulse.text import Language
from pulse.written import UNKNOWN, duration

_Csv = tuple[Sequence[str], Sequence[Sequence[str | Number]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A chart in a look, the same as a table for people, and as numbers."""

    name: str
    spec: Callable[[Look], Spec | None]
    titles: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    csv: _Csv


def draw_week(question: Question, language: Language) -> None:
    """The pattern of the week of one figure."""
    kpi = question.kpis[0] if question.kpis[0] in PATTERNS else next(iter(PATTERNS))
    cells = week_pattern(question, answered_until(question))
    weekdays = {str(number): weekday_name(number, language) for number in range(7)}
    told = {(cell.weekday, cell.half_hour): figure_text(kpi, cell.value, language) for cell in cells}
    rows = [
        {"at": half_hour(number), **{str(day): told.get((day, number), UNKNOWN) for day in range(7)}}
        for number in sorted({cell.half_hour for cell in cells})
    ]
    numbers = [(cell.weekday + 1, half_hour(cell.half_hour), cell.value, cell.days) for cell in cells]
    head = ("iso_weekday", "half_hour", kpi, "days")
    titles = {"at": words(language)["trends.stretch"], **weekdays}
    answer = Answer("week", lambda look: week_chart(kpi, cells, look), titles, rows, (head, numbers))
    _draw(answer, question, language, (_heading(figure_title(kpi, language), question, language), words(language)["trends.week_why"]))


def draw_waits(question: Question, language: Language) -> None:
    """How long answered contacts waited."""
    said = words(language)
    found, beneath = waits(question, answered_until(question))
    before = {bar.from_s: bar for bar in beneath.bars} if beneath else {}
    titles = {
        "wait": said["trends.wait"],
        "count": said["trends.contacts"],
        "share": said["trends.share"],
        **({"before": said["trends.beneath"]} if beneath else {}),
    }
    rows = [
        {
            "wait": wait_name(bar),
            "count": f"{bar.count:,}",
            "share": f"{bar.share_ratio * 100:.1f} %",
            "before": f"{before[bar.from_s].share_ratio * 100:.1f} %" if bar.from_s in before else UNKNOWN,
        }
        for bar in found.bars
    ]
    numbers = [(bar.from_s, bar.to_s, bar.count, bar.share_ratio) for bar in found.bars]
    answer = Answer(
        "waits", lambda look: waits_chart(found, beneath, look), titles, rows, (("from_s", "to_s", "contacts", "share_ratio"), numbers)
    )
    told = " · ".join(f"P{share * 100:.0f} {duration(wait_s, language)}" for share, wait_s in found.percentiles if wait_s is not None)
    title = _heading(said["trends.waits_of"].format(n=f"{found.count:,}"), question, language)
    notes = [said["trends.waits_why"].format(percentiles=told), *([said["trends.waits_ticks"]] if beneath else [])]
    _draw(answer, question, language, (title, " ".join(notes)))


def draw_pareto(question: Question, language: Language) -> None:
    """What customers complain about most."""
    said, found = words(language), causes(question, answered_until(question))
    called = partial(name_of, serving().config, By.CATEGORY, language=language)
    titles = {name: said[f"trends.pareto_{name}"] for name in ("cause", "complaints", "cumulated", "customers")}
    rows = [
        {
            "cause": called(cause.name),
            "complaints": f"{cause.complaints:,}",
            "cumulated": f"{cause.cumulated_ratio * 100:.1f} %",
            "customers": UNKNOWN if cause.customers is None else f"{cause.customers:,}",
        }
        for cause in found
    ]
    head = ("name", "title", "complaints", "cumulated_ratio", "customers")
    numbers = [(cause.name, called(cause.name), cause.complaints, cause.cumulated_ratio, cause.customers) for cause in found]
    total = sum(cause.complaints for cause in found)
    heading = (said["trends.complaints_of"].format(n=f"{total:,}"), said["trends.pareto_why"])
    _draw(Answer("pareto", lambda look: causes_chart(found, look), titles, rows, (head, numbers)), question, language, heading)


def draw_people(question: Question, language: Language) -> None:
    """Where people's time went."""
    said, found = words(language), people_time(question, answered_until(question))
    titles = {"stretch": said["trends.stretch"], **{state: said[f"wall.{state}"] for state in STATES}}
    rows = [
        {
            "stretch": days_name((one.first, one.last), question.step, language, is_over=one.is_over),
            **{state: f"{one.hours[state]:,.1f} h" if one.hours else UNKNOWN for state in STATES},
        }
        for one in reversed(found)
    ]
    head = ("first_day", "last_day", "is_over", *(f"{state}_h" for state in STATES))
    numbers = [
        (
            one.first.isoformat(),
            one.last.isoformat(),
            int(one.is_over),
            *((one.hours[state] if one.hours else None) for state in STATES),
        )
        for one in found
    ]
    known = Answer("people", lambda look: people_chart(found, look), titles, rows, (head, numbers))
    _draw(known, question, language, (said["trends.chart_people"], said["trends.people_why"]))


def _heading(title: str, question: Question, language: Language) -> str:
    name = alone_called(serving().config, question.only, language)
    return f"{title} · {plain(name)}" if name else title


def _draw(answer: Answer, question: Question, language: Language, heading: tuple[str, str]) -> None:
    said, (title, why) = words(language), heading
    called = partial(name_of, serving().config, By.CATEGORY, language=language)
    spec = answer.spec(Look(language, page_tokens(), question.step, called))
    if spec is None:
        st.info(said["trends.nothing"])
        return
    st.subheader(title, anchor=False)
    st.vega_lite_chart(spec, key=f"trend_{answer.name}")
    st.caption(why)
    draw_files(answer.name, question, lambda: table_csv(*answer.csv), lambda: answer.spec(Look(language, LIGHT, question.step, called)))
    with st.expander(said["trends.table"]):
        st.html(figures_table(answer.titles, answer.rows))
