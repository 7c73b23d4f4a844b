"""Where a goal lands: the figure's weeks so far, prolonged to the day by which it is to be reached.

In: values of whole weeks, a goal. Out: where the straight line from baseline to target is, where the figure is, and where it lands.
The slope is Theil's and Sen's, the median of the slopes between all pairs of weeks: one odd week does not turn it. The band holds what
nine of ten weeks differ from that line by, around the lowest and the highest landing that come out when any one week is left out. It
tells of no cause and knows no season; under five weeks nothing is foretold.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from statistics import median, quantiles
from typing import NamedTuple

from pulse.definitions import definitions
from pulse.goals import PlannedGoal
from pulse.kpi.kpi import Better, Unit

LEAST_WEEKS = 5
MOST_WEEKS = 52
"""Older weeks say little of the way it goes now."""
Week = tuple[date, float]
"""The middle day of a whole week, and the figure of it."""


class Course(StrEnum):
    """How a goal stands."""

    TOO_EARLY = "too_early"
    ON_COURSE = "on_course"
    """The whole band reaches the target."""
    OPEN = "open"
    """A part of it does."""
    OFF_COURSE = "off_course"
    REACHED = "reached"
    MISSED = "missed"


class Landing(NamedTuple):
    """The figure at the day of the goal, from `low` to `high`."""

    value: float
    low: float
    high: float


class Standing(NamedTuple):
    """How a goal stands on a day; `landing` is None under too few weeks, and once its day is over."""

    weeks: tuple[Week, ...]
    actual: float | None
    """Of the last whole week in which it is known."""
    expected: float
    landing: Landing | None
    course: Course


def standing(goal: PlannedGoal, weeks: Sequence[Week], today: date) -> Standing:
    """How a goal stands."""
    actual = weeks[-1][1] if weeks else None
    landing = landing_of(goal, weeks) if today <= goal.by else None
    return Standing(tuple(weeks), actual, goal.expected(today), landing, _course(goal, actual, landing, is_over=today > goal.by))


def landing_of(goal: PlannedGoal, weeks: Sequence[Week]) -> Landing | None:
    """Where it lands; None under five weeks."""
    known = [((day - goal.since).days / 7, value) for day, value in weeks[-MOST_WEEKS:]]
    if len(known) < LEAST_WEEKS:
        return None
    at = (goal.by - goal.since).days / 7
    slope, start = _line(known)
    rests = [value - (start + slope * x) for x, value in known]
    tenths = quantiles(rests, n=20, method="inclusive")
    others = [_prolonged([*known[:number], *known[number + 1 :]], at) for number in range(len(known))]
    value = start + slope * at
    found = (value, min(value, *others) + tenths[0], max(value, *others) + tenths[-1])
    return Landing(*(_possible(goal.kpi, one) for one in found))


def _line(known: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Slope a week, and where the line begins."""
    slope = median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(known, 2))
    return slope, median(y - slope * x for x, y in known)


def _prolonged(known: Sequence[tuple[float, float]], at: float) -> float:
    slope, start = _line(known)
    return start + slope * at


_LEAST: Mapping[Unit, float] = {Unit.RATIO: 0.0, Unit.SECONDS: 0.0, Unit.COUNT: 0.0}


def _possible(kpi: str, value: float) -> float:
    unit = definitions()[kpi].unit
    least = max(value, _LEAST.get(unit, value))
    return min(least, 1.0) if unit is Unit.RATIO else least


def _course(goal: PlannedGoal, actual: float | None, landing: Landing | None, *, is_over: bool) -> Course:
    if is_over and actual is not None:
        return Course.REACHED if _meets(goal, actual) else Course.MISSED
    if landing is None:
        return Course.TOO_EARLY
    ends = [_meets(goal, landing.low), _meets(goal, landing.high)]
    if all(ends):
        return Course.ON_COURSE
    return Course.OPEN if any(ends) else Course.OFF_COURSE


def _meets(goal: PlannedGoal, value: float) -> bool:
    return value <= goal.target if definitions()[goal.kpi].better is Better.LOWER else value >= goal.target
