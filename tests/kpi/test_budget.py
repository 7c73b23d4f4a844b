"""The service-level budget: worked examples, thin traffic, the day's end, and the laws that tie it to the service level."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import HOUR, MINUTE, NOON

from pulse.kpi.budget import Budget, DaySoFar, VolumeFrom, budget_of, expected_volume, pace, tells_rate
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.hours import OpenHours
from pulse.kpi.service_level import FORMULAS, JUDGED_BY, Judged, judged
from pulse.kpi.tally import Tally

DAY_START, DAY_END = NOON - 12 * HOUR, NOON + 12 * HOUR
BERLIN = ZoneInfo("Europe/Berlin")


def so_far(now: int = NOON, start: int = DAY_START, hours: OpenHours | None = None) -> DaySoFar:
    return DaySoFar(start, now, DAY_END, hours)


def budget(today: Judged, last_30m: Judged | None = None, expected: float | None = 1000, **when: int) -> Budget:
    found = budget_of(today, last_30m, 0.9, expected, so_far(**when))
    assert found is not None
    return found


def counts(answered: int, within: int) -> Tally:
    tally = Tally()
    tally.add("answered", answered)
    tally.add("answered_within_target", within)
    return tally


def test_fourteen_more_misses_and_the_day_still_makes_its_goal() -> None:
    """At 1,000 contacts and a goal of 90 % the day may miss 100; 86 of them are used up."""
    found = budget(Judged(514, 600))

    assert (found.volume, found.volume_from) == (1000, VolumeFrom.SAME_WEEKDAYS)
    assert (found.allowed, found.missed, found.left) == (100, 86, 14)


def test_burn_rate_is_the_miss_rate_of_the_last_half_hour_over_the_allowed_rate() -> None:
    """12 of 40 missed are 30 %, three times the allowed 10 %: 14 misses are left for 35 minutes."""
    found = budget(Judged(514, 600), Judged(28, 40))

    assert found.burn_rate == pytest.approx(3.0)
    assert found.exhausted_at == NOON + 35 * MINUTE


def test_budget_that_lasts_until_the_day_ends_has_no_end() -> None:
    assert budget(Judged(600, 600), Judged(39, 40)).exhausted_at is None


def office_day(now: str, *week: tuple[int, int]) -> DaySoFar:
    """A Monday in Berlin with these opening hours."""
    start = datetime(2026, 11, 23, tzinfo=BERLIN)
    first, last = round(start.timestamp() * 1000), round(start.timestamp() * 1000) + 24 * HOUR
    at = round(datetime.fromisoformat(f"2026-11-23T{now}").replace(tzinfo=BERLIN).timestamp() * 1000)
    return DaySoFar(first, at, last, OpenHours(BERLIN, (tuple((opens * 60, closes * 60) for opens, closes in week),) * 7))


def clock(at: int | None) -> str | None:
    return None if at is None else f"{datetime.fromtimestamp(at / 1000, BERLIN):%H:%M}"


@pytest.mark.parametrize(
    ("now", "week", "gone"),
    [
        ("10:00", [(8, 20)], "10:35"),
        ("11:50", [(8, 12), (14, 20)], "14:25"),
        ("12:30", [(8, 12), (14, 20)], "14:35"),
        ("06:30", [(8, 20)], "08:35"),
        ("19:50", [(8, 20)], None),
        ("20:10", [(8, 20)], None),
        ("19:25", [(8, 20)], None),
        ("10:00", [], None),
        ("23:50", [(0, 2), (20, 4)], None),
    ],
)
def test_budget_is_used_up_in_open_hours_only(now: str, week: list[tuple[int, int]], gone: str | None) -> None:
    """14 misses are left at 12 in half an hour: 35 minutes, in which the site must be open."""
    found = budget_of(Judged(514, 600), Judged(28, 40), 0.9, 1000, office_day(now, *week))

    assert found is not None
    assert clock(found.exhausted_at) == gone


def test_budget_that_is_overdrawn_is_negative_and_gone_now() -> None:
    found = budget(Judged(400, 520))

    assert (found.left, found.exhausted_at) == (-20, NOON)


def test_half_hour_without_a_miss_burns_nothing() -> None:
    found = budget(Judged(514, 600), Judged(40, 40))

    assert (found.burn_rate, found.exhausted_at) == (0.0, None)


@pytest.mark.parametrize("thin", [None, Judged(0, 0), Judged(9, 9), Judged(6, 12)], ids=str)
def test_on_too_thin_traffic_there_is_no_burn_rate(thin: Judged | None) -> None:
    found = budget(Judged(514, 600), thin)

    assert (found.burn_rate, found.exhausted_at) == (None, None)


@pytest.mark.parametrize(("missed", "all_", "known"), [(0, 10, True), (5, 10, False), (5, 20, True), (10, 20, False), (0, 9, False)])
def test_a_rate_is_known_by_the_width_of_its_wilson_interval(missed: int, all_: int, known: bool) -> None:
    """5 of 10 lie between 24 and 76 %, 5 of 20 between 11 and 47 %, 10 of 20 between 30 and 70 %."""
    assert tells_rate(Judged(all_ - missed, all_)) is known


def test_day_that_has_already_judged_more_than_expected_has_at_least_that_volume() -> None:
    assert budget(Judged(1100, 1200)).allowed == 120


def test_without_same_weekdays_the_volume_is_the_pace_so_far() -> None:
    found = budget(Judged(280, 300), expected=None)

    assert (found.volume, found.volume_from, found.allowed) == (600, VolumeFrom.PACE, 60)


def test_a_pace_goes_by_open_hours() -> None:
    """At 12:00, four of twelve open hours are over, though the clock has done half of the day."""
    start = round(datetime(2026, 11, 23, tzinfo=BERLIN).timestamp() * 1000)
    office = OpenHours(BERLIN, (((8 * 60, 20 * 60),),) * 7)

    assert pace(100, DaySoFar(start, start + 12 * HOUR, start + 24 * HOUR, office)) == 300
    assert pace(100, DaySoFar(start, start + 8 * HOUR + 29 * MINUTE, start + 24 * HOUR, office)) is None


def test_on_a_day_on_which_the_site_is_closed_a_pace_goes_by_the_clock() -> None:
    closed = OpenHours(BERLIN, ((),) * 7)

    assert pace(100, so_far(hours=closed)) == 200


@pytest.mark.parametrize(("day", "volume"), [("2026-03-29", 230), ("2026-10-25", 250), ("2026-11-23", 240)])
def test_a_pace_knows_days_of_23_and_25_hours(day: str, volume: float) -> None:
    first = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    start, end = (round(at.timestamp() * 1000) for at in (first, first.replace(day=first.day + 1)))

    assert pace(10, DaySoFar(start, start + HOUR, end, None)) == pytest.approx(volume)


def test_a_pace_begins_with_the_first_contact_a_site_ever_had() -> None:
    """30 contacts in the first hour of a site that was switched on at 11: 390 by midnight, not 60."""
    assert pace(30, so_far(start=NOON - HOUR)) == 390


@pytest.mark.parametrize(("judged_so_far", "now"), [(0, NOON), (7, DAY_START + 29 * MINUTE)])
def test_a_day_of_which_too_little_is_over_has_no_pace_and_no_budget(judged_so_far: int, now: int) -> None:
    assert budget_of(Judged(judged_so_far, judged_so_far), None, 0.9, None, so_far(now)) is None


def test_the_expected_volume_is_the_mean_of_the_days_that_judged_anything() -> None:
    holiday: list[Tally] = []
    days = [[counts(60, 50), counts(40, 40)], holiday, [counts(0, 0)], [counts(200, 10)]]

    assert expected_volume(days, ServiceLevelFormula.D) == 150
    assert expected_volume([holiday], ServiceLevelFormula.D) is None


amounts = st.integers(0, 10_000)
tallies = st.dictionaries(st.sampled_from([*JUDGED_BY, "offered", "talk_ms"]), st.integers(1, 50)).map(
    lambda found: Tally.from_map({"counts": found, "peaks": {}})
)


@given(amounts, amounts, st.integers(1, 99), st.integers(0, 20_000))
def test_a_day_that_ends_within_its_budget_makes_its_goal_and_one_beyond_it_does_not(
    within: int, missed: int, goal_percent: int, more: int
) -> None:
    """If everything still to come is in time, the goal is met exactly where the budget is not overdrawn."""
    goal_ratio, volume = goal_percent / 100, within + missed + more

    found = budget_of(Judged(within, within + missed), None, goal_ratio, volume, so_far())

    assert found is not None
    assert (found.left >= 0) == ((volume - missed) * 100 >= goal_percent * volume)
    assert found.left + found.missed == found.allowed


@given(tallies, st.sampled_from(ServiceLevelFormula))
def test_the_counts_that_are_read_from_history_are_all_that_a_formula_looks_at(tally: Tally, formula: ServiceLevelFormula) -> None:
    kept = Tally.from_map({"counts": {name: tally.counts[name] for name in JUDGED_BY if name in tally.counts}, "peaks": {}})

    assert judged(kept, formula) == judged(tally, formula)
    assert FORMULAS[formula](kept) == FORMULAS[formula](tally)


def test_day_too_small_for_a_miss_is_not_used_up_before_there_is_one() -> None:
    found = budget(Judged(3, 3), Judged(3, 3), expected=4)

    assert (found.allowed, found.missed, found.exhausted_at) == (0, 0, None)
