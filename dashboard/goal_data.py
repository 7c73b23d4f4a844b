"""How the goals of the file stand, read from history.

In: the running day. Out: a standing for each; raises what the database raises.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import streamlit as st

from dashboard.data import PAST_TTL_S
from dashboard.report.stretch import Stretch, stretch_of
from dashboard.serving import serving
from dashboard.trend_data import lines_along
from dashboard.trends.landing import MOST_WEEKS, Standing, standing
from dashboard.trends.lines import Axis
from dashboard.trends.question import By, Question
from pulse.clock import day_at, day_of, system_clock
from pulse.goals import CHANNEL, QUEUE, PlannedGoal
from pulse.kpi.snapshot import Edition

_WEEK = timedelta(weeks=1)


@st.cache_data(ttl=PAST_TTL_S, show_spinner=False)
def goal_standings(today: date) -> dict[str, Standing]:
    """How each goal stands on a day, in the order of the file."""
    return {name: standing(goal, list(_weeks(goal, today)), today) for name, goal in serving().config.goals.items()}


def today_here() -> date:
    """The running day of the site."""

    return day_of(system_clock(), serving().config.zone)


def _weeks(goal: PlannedGoal, today: date) -> Iterator[tuple[date, float]]:
    shown = tuple(_whole_weeks(goal, today))
    if not shown:
        return
    by, part = _scope(goal.scope)
    question = Question(kpis=(goal.kpi,), by=by, only=part if by is By.QUEUE else "")
    axis = Axis(shown, (), day_at(today, shown[0].zone))
    for line in lines_along(question, axis)[goal.kpi]:
        if line.name == part:
            yield from ((point.first + timedelta(days=3), float(point.value)) for point in line.points if point.value is not None)


def _whole_weeks(goal: PlannedGoal, today: date) -> Iterator[Stretch]:
    """Those that lie wholly between its beginning, or a year ago, and today."""
    zone = serving().config.zone
    week = stretch_of(Edition.WEEKLY, max(goal.since, today - MOST_WEEKS * _WEEK), zone)
    while week.last < min(today, goal.by + _WEEK):
        if week.first >= goal.since:
            yield week
        week = stretch_of(Edition.WEEKLY, week.first + _WEEK, zone)


def _scope(scope: str) -> tuple[By, str]:
    if scope.startswith(CHANNEL):
        return By.CHANNEL, scope.removeprefix(CHANNEL)
    return (By.QUEUE, scope.removeprefix(QUEUE)) if scope.startswith(QUEUE) else (By.SITE, "")
