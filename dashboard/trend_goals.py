"""The goals of the file on the page of trends and in the weekly review: where each should be, where it is, where it lands.

In: the running day. Out: a table, and of each goal a chart with its files.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import altair as alt
import streamlit as st

from dashboard.figures_table import figures_table
from dashboard.goal_data import goal_standings, today_here
from dashboard.look import page_tokens
from dashboard.report.csv import table_csv
from dashboard.report.sheet import figure_text, figure_title
from dashboard.serving import serving
from dashboard.status import SHAPES, Status
from dashboard.theme import LIGHT
from dashboard.trend_chart import HEIGHT, value_axis
from dashboard.trend_files import draw_files
from dashboard.trends.landing import Course, Standing
from dashboard.trends.names import name_of
from dashboard.trends.question import By, Question
from dashboard.vega import Spec, table_of, tips, with_data
from dashboard.visitor import page_visitor
from pulse.goals import CHANNEL, QUEUE, SITE, PlannedGoal
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language
from pulse.written import UNKNOWN

COURSES: Mapping[Course, Status] = {
    Course.TOO_EARLY: Status.UNKNOWN,
    Course.ON_COURSE: Status.NORMAL,
    Course.REACHED: Status.NORMAL,
    Course.OPEN: Status.WARNING,
    Course.OFF_COURSE: Status.CRITICAL,
    Course.MISSED: Status.CRITICAL,
}
_COLUMNS = ("name", "scope", "owner", "by", "target", "expected", "actual", "landing", "course")
_HALF_WEEK, _WEEK = timedelta(days=3), timedelta(days=7)
_WORDS = ("scope", "owner", "course")
_HEAD = ("name", "kpi", "scope", "from", "by", "baseline", "target", "expected", "actual", "landing", "low", "high", "course")


def draw_goals(question: Question, language: Language) -> None:
    """All goals as a table, then a chart for each."""
    said, goals = words(language), serving().config.goals
    if not goals:
        st.info(said["trends.no_goal"])
        return
    found = goal_standings(today_here())
    st.html(goal_table(found, language))
    st.caption(said["trends.goal_why"])
    for name, standing in found.items():
        goal = goals[name]
        st.subheader(_called(name, goal, language), anchor=False)
        spec = partial(goal_chart, goal, standing, language)
        st.vega_lite_chart(spec(page_tokens()), key=f"goal_{name}")
        numbers = list(_numbers(name, goal, standing))
        draw_files(f"goal-{name}", question, partial(table_csv, _HEAD, numbers), partial(spec, LIGHT))


def goal_table(found: Mapping[str, Standing], language: Language) -> str:
    """A row for each goal."""
    said, goals = words(language), serving().config.goals
    titles = {column: said[f"trends.goal_{column}"] for column in _COLUMNS}
    rows = (_row(name, goals[name], standing, language) for name, standing in found.items())
    return figures_table(titles, rows, _WORDS)


def goal_chart(goal: PlannedGoal, standing: Standing, language: Language, tokens: Mapping[str, str]) -> Spec:
    """The straight line, the weeks so far, and the band in which it lands."""
    said = words(language)
    line = [{"day": day.isoformat(), "value": value} for day, value in ((goal.since, goal.baseline), (goal.by, goal.target))]
    weeks = [_week(goal.kpi, day, value, language) for day, value in standing.weeks]
    x = alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, grid=False))
    values = [row["value"] for row in (*line, *weeks)]
    y = value_axis(goal.kpi, (*values, *(standing.landing or ())))
    tip = tips("told")
    layers = [table_of("line").mark_line(color=tokens["muted"], strokeDash=[2, 4]).encode(x=x, y=y)]
    if weeks:
        layers.append(table_of("weeks").mark_line(color=tokens["normal"], point=True).encode(x=x, y=y, tooltip=tip))
    landing: list[dict[str, Any]] = []
    if standing.landing and weeks:
        value, low, high = standing.landing
        text = f"{said['trends.goal_landing']}: {_landing(goal, standing, language)}"
        landing = [{"day": goal.by.isoformat(), "value": value, "low": low, "high": high, "told": text}]
        last = standing.weeks[-1]
        ahead = [_week(goal.kpi, *last, language), {"day": goal.by.isoformat(), "value": value, "told": text}]
        layers.append(table_of("ahead").mark_line(color=tokens["normal"], strokeDash=[1, 3]).encode(x=x, y=y))
        layers.append(
            table_of("landing")
            .mark_rule(color=tokens["normal"], strokeWidth=4, opacity=0.5)
            .encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
        )
        layers.append(table_of("landing").mark_point(color=tokens["normal"], size=60).encode(x=x, y=y, tooltip=tip))
        return _chart(layers, {"line": line, "weeks": weeks, "ahead": ahead, "landing": landing}, figure_title(goal.kpi, language))
    return _chart(layers, {"line": line, "weeks": weeks}, figure_title(goal.kpi, language))


def _chart(layers: list[alt.Chart], tables: Mapping[str, list[dict[str, Any]]], called: str) -> Spec:
    return with_data(alt.layer(*layers).properties(background="transparent", height=HEIGHT), tables, called)


def _week(kpi: str, day: date, value: float, language: Language) -> dict[str, Any]:
    first, last = day - _HALF_WEEK, day + _HALF_WEEK
    return {"day": day.isoformat(), "value": value, "told": f"{first} – {last}: {figure_text(kpi, value, language)}"}


def _row(name: str, goal: PlannedGoal, standing: Standing, language: Language) -> dict[str, str]:
    return {
        "name": _called(name, goal, language),
        "scope": _scope(goal, language),
        "owner": _owner(goal, language),
        "by": goal.by.isoformat(),
        "target": f"{figure_text(goal.kpi, goal.baseline, language)} →\n{figure_text(goal.kpi, goal.target, language)}",
        "expected": figure_text(goal.kpi, standing.expected, language),
        "actual": _actual(goal, standing, language),
        "landing": _landing(goal, standing, language).replace(" (", "\n("),
        "course": f"{SHAPES[COURSES[standing.course]]} {words(language)[f'trends.goal_{standing.course}']}",
    }


def _owner(goal: PlannedGoal, language: Language) -> str:
    """A team, or a person for those who may see names."""
    owner = serving().config.owner_called(goal.owner) if goal.owner else None
    if owner is None or not (owner.is_team or page_visitor().may(Permission.SEE_NAMES)):
        return UNKNOWN
    return owner.called.in_(language)


def _actual(goal: PlannedGoal, standing: Standing, language: Language) -> str:
    """Of the last week; of an older one with its last day."""
    text = figure_text(goal.kpi, standing.actual, language)
    last = standing.weeks[-1][0] + _HALF_WEEK if standing.weeks else None
    return text if last is None or today_here() - last <= _WEEK else f"{text}\n({last:%m-%d})"


def _landing(goal: PlannedGoal, standing: Standing, language: Language) -> str:
    if standing.landing is None:
        return UNKNOWN
    value, low, high = (figure_text(goal.kpi, one, language) for one in standing.landing)
    return f"{value} ({low} – {high})"


def _numbers(name: str, goal: PlannedGoal, standing: Standing) -> Iterator[tuple[str | float | None, ...]]:
    landing = standing.landing or (None, None, None)
    days = (goal.since.isoformat(), goal.by.isoformat())
    line = (goal.baseline, goal.target, standing.expected, standing.actual)
    yield (name, goal.kpi, goal.scope, *days, *line, *landing, standing.course.value)


def _called(name: str, goal: PlannedGoal, language: Language) -> str:
    return goal.title.text.in_(language) if goal.title else f"{figure_title(goal.kpi, language)} ({name})"


def _scope(goal: PlannedGoal, language: Language) -> str:
    config = serving().config
    if goal.scope == SITE:
        return words(language)["trends.by_site"]
    by, prefix = (By.QUEUE, QUEUE) if goal.scope.startswith(QUEUE) else (By.CHANNEL, CHANNEL)
    return name_of(config, by, goal.scope.removeprefix(prefix), language)
