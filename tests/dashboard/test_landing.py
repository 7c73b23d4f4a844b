"""Where a goal lands: the straight line, the median slope, a band that one odd week does not move, and nothing under five weeks."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.trends.landing import Course, standing
from pulse.config import ConfigError, checked_config
from pulse.goals import PlannedGoal

SINCE, BY = date(2026, 1, 5), date(2026, 12, 28)
TODAY = date(2026, 3, 30)


def goal(**told):
    known = {"kpi": "complaints_per_thousand", "baseline": 50, "target": 30, "from": SINCE, "by": BY}
    return PlannedGoal.model_validate(known | told)


def weeks(values):
    return [(SINCE + timedelta(days=3 + 7 * number), value) for number, value in enumerate(values)]


def falling(by, count=12):
    return weeks([50 - by * number for number in range(count)])


def test_the_straight_line_goes_from_baseline_to_target():
    made = goal()

    assert (made.expected(SINCE), made.expected(BY), made.expected(BY + timedelta(days=9))) == (50, 30, 30)
    assert made.expected(SINCE + (BY - SINCE) / 2) == pytest.approx(40, abs=0.1)


def test_weeks_on_a_line_land_where_it_leads():
    found = standing(goal(), falling(0.4), TODAY)

    assert found.landing.value == pytest.approx(50 - 0.4 * (51 - 3 / 7))
    assert found.landing.low == pytest.approx(found.landing.high)
    assert found.course is Course.ON_COURSE if found.landing.high <= 30 else Course.OFF_COURSE


def test_one_odd_week_does_not_turn_the_line():
    values = [50 - 0.5 * number for number in range(12)]
    values[7] = 90

    assert standing(goal(), weeks(values), TODAY).landing.value == pytest.approx(standing(goal(), falling(0.5), TODAY).landing.value, abs=1)


def test_nothing_is_foretold_under_five_weeks():
    found = standing(goal(), falling(0.5, count=4), TODAY)

    assert (found.landing, found.course, found.actual) == (None, Course.TOO_EARLY, 48.5)
    assert standing(goal(), [], TODAY).actual is None


@pytest.mark.parametrize(("values", "course"), [(falling(0.6), Course.ON_COURSE), (falling(0.1), Course.OFF_COURSE)])
def test_the_course_is_told_by_the_whole_band(values, course):
    assert standing(goal(), values, TODAY).course is course


def test_a_band_that_holds_the_target_leaves_it_open():
    values = [50 - 0.4 * number + (4 if number % 2 else -4) for number in range(12)]

    assert standing(goal(), weeks(values), TODAY).course is Course.OPEN


def test_after_its_day_a_goal_is_reached_or_missed():
    after = BY + timedelta(days=1)

    assert standing(goal(), falling(2), after).course is Course.REACHED
    assert standing(goal(), falling(0.1), after).course is Course.MISSED


def test_a_share_lands_between_nothing_and_all():
    made = goal(kpi="service_level", baseline="80%", target="90%")

    found = standing(made, weeks([0.8 + 0.01 * number for number in range(12)]), TODAY)

    assert found.landing.high == 1.0


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"kpi": "moon"}, "expected one of service_level"),
        ({"baseline": "5%"}, "expected a number"),
        ({"by": "2025-01-01"}, "expected a day after 2026-01-05"),
        ({"target": 50}, "expected another value than the baseline"),
        ({"owner": "person: "}, "expected a team, or person: with a name"),
        ({"scope": "queue:moon"}, 'got "queue:moon", expected one of the [queues]'),
        ({"scope": "moon"}, "expected site, queue:NAME or channel:"),
        ({"kpi": "asa_s", "baseline": "30s", "target": "20s"}, "over several channels says nothing"),
    ],
)
def test_a_goal_that_cannot_be_is_refused_with_what_is_allowed(told, says):
    table = {"kpi": "complaints_per_thousand", "baseline": 50, "target": 30, "from": "2026-01-05", "by": "2026-12-28"}

    with pytest.raises(ConfigError) as refused:
        checked_config({"goals": {"fewer": table | told}}, Path("pulse.toml"))

    assert says in str(refused.value)
    assert "goals" in str(refused.value)
