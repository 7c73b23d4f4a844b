from zoneinfo import ZoneInfo

import pytest
from alerts_made import T0
from hypothesis import given
from hypothesis import strategies as st

from alerts.baseline import HOUR_MS, HourlyBaseline, baseline

UTC, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
HALF_HOUR = (T0, T0 + HOUR_MS // 2)
"""12:00 to 12:30 on a Monday."""
SITE = ("site", "complaints")


def hours(counts, name="complaints", queue="support"):
    """Recorded hours by how many hours before noon they began."""
    return {T0 // HOUR_MS - ago: {queue: {"offered": 9, name: count}} for ago, count in counts.items()}


def days(counts):
    return hours({24 * ago: count for ago, count in counts.items()})


def test_the_same_time_of_earlier_days_is_normal():
    found = baseline(days({1: 8, 2: 12}), SITE, HALF_HOUR, UTC)

    assert found.expected == pytest.approx((4 + 6 + 0.5) / 2)
    assert found.basis.en == "same hour of 2 earlier days"


def test_three_same_weekdays_are_preferred_to_all_days():
    found = baseline(days({1: 100, 7: 2, 14: 2, 21: 2}), SITE, HALF_HOUR, UTC)

    assert found.expected == pytest.approx((3 + 0.5) / 3)
    assert found.basis.en == "same hour of 3 same weekdays"


def test_a_window_over_two_hours_takes_its_share_of_each():
    found = baseline(hours({24: 8, 25: 4}), SITE, (T0 - HOUR_MS // 4, T0 + HOUR_MS // 4), UTC)

    assert found.expected == pytest.approx(1 + 2 + 0.5)


def test_a_day_that_was_not_recorded_is_left_out_not_counted_as_none():
    assert baseline(days({2: 8}), SITE, HALF_HOUR, UTC).expected == pytest.approx(4.5)


def test_without_earlier_days_the_earlier_hours_of_today_are_normal():
    found = baseline(hours({5: 8, 4: 4, 3: 6, 1: 100}), SITE, HALF_HOUR, UTC)

    # Three hours are six half-hours' worth; the hour before the window is too new to say what is normal.
    assert found.expected == pytest.approx((8 + 4 + 6 + 0.5) / 6)
    assert found.basis.en == "3 earlier hours of today"


def test_without_two_recorded_hours_nothing_is_normal():
    assert baseline(hours({3: 8}), SITE, HALF_HOUR, UTC) is None
    assert baseline({}, SITE, HALF_HOUR, UTC) is None


def test_yesterdays_hours_are_not_todays():
    assert baseline(hours({13: 1, 14: 1, 15: 1}), SITE, HALF_HOUR, UTC) is None


def test_little_history_scatters_more():
    one, many = baseline(days({1: 10}), SITE, HALF_HOUR, UTC), baseline(days({1: 10, 2: 10, 3: 10, 4: 10}), SITE, HALF_HOUR, UTC)

    assert one.dispersion == pytest.approx(2.0)
    assert many.dispersion == pytest.approx(1.25)


def test_restless_history_scatters_more():
    assert baseline(days({1: 0, 2: 40, 3: 0, 4: 40}), SITE, HALF_HOUR, UTC).dispersion > 10


def test_the_site_is_the_sum_of_its_queues_and_a_queue_is_itself():
    hour = T0 // HOUR_MS - 24
    recorded = {hour: {"support": {"complaints": 6}, "orders": {"complaints": 2}}}

    assert baseline(recorded, SITE, HALF_HOUR, UTC).expected == pytest.approx(4.5)
    assert baseline(recorded, ("orders", "complaints"), HALF_HOUR, UTC).expected == pytest.approx(1.5)


def test_a_name_never_seen_is_rare_not_impossible():
    assert baseline(days({1: 8}), ("site", "complaint_line=new"), HALF_HOUR, UTC).expected == pytest.approx(0.5)


def test_the_same_time_is_the_wall_clocks_over_a_change_of_the_clocks():
    # Monday 2026-10-26 11:00 in Berlin is 10:00 UTC; the Saturday before, in summer time, it was 09:00 UTC.
    monday = 1_793_008_800_000
    saturday = {(monday - 49 * HOUR_MS) // HOUR_MS: {"support": {"complaints": 8}}}

    assert baseline(saturday, SITE, (monday, monday + HOUR_MS), BERLIN).expected == pytest.approx(8.5)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=20))
def test_the_expected_count_is_within_what_was_seen(counts):
    found = baseline(days({1 + ago: count for ago, count in enumerate(counts)}), SITE, (T0, T0 + HOUR_MS), UTC)

    assert min(counts) <= found.expected <= max(counts) + 0.5
    assert found.dispersion >= 1


def test_history_is_read_once_an_hour():
    read = []

    def fetch(start, end):
        read.append((start, end))
        return hours({23: 8, 24: 8, 25: 8})

    normal = HourlyBaseline(fetch, UTC)
    for minute in range(90):
        normal(T0 + minute * 60_000, "site", "complaints", 1800.0)
        normal(T0 + minute * 60_000, "site", "complaints", 1800.0)

    assert [(end - T0) // 60_000 for _, end in read] == [0, 60]


def test_history_is_looked_for_every_minute_while_there_is_none():
    read = []
    normal = HourlyBaseline(lambda start, end: read.append(end) or {}, UTC)

    found = [normal(T0 + second * 1000, "site", "complaints", 1800.0) for second in range(0, 180, 20)]

    assert found == [None] * 9
    assert len(read) == 3


def test_history_that_is_still_being_filled_in_is_read_again_until_it_answers():
    filled = [{T0 // HOUR_MS - 40: {"support": {"complaints": 1}}}, hours({24: 8, 25: 8})]
    normal = HourlyBaseline(lambda start, end: filled.pop(0), UTC)

    before = normal(T0, "site", "complaints", 1800.0)
    after = normal(T0 + 60_000, "site", "complaints", 1800.0)

    assert before is None
    assert after is not None
