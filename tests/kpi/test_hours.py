"""The business-hours clock: only open time counts, overnight, over holidays and over changes of summer time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.kpi.hours import OpenHours

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000
DAYTIME, NIGHT, CLOSED = ((8 * 60, 20 * 60),), ((22 * 60, 6 * 60),), ()
OFFICE = OpenHours(BERLIN, (DAYTIME,) * 5 + (CLOSED,) * 2, frozenset({date(2026, 12, 25)}))
NIGHT_SHIFT = OpenHours(BERLIN, (NIGHT,) * 7)
NEVER_CLOSED = OpenHours(BERLIN, (((0, 24 * 60),),) * 7)


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 09:00", "2026-11-23 10:30", 1.5),
        ("2026-11-23 19:00", "2026-11-24 09:00", 2),
        ("2026-11-27 19:00", "2026-11-30 09:00", 2),
        ("2026-12-24 19:00", "2026-12-28 09:00", 2),
        ("2026-11-28 09:00", "2026-11-28 10:00", 0),
        ("2026-11-23 10:00", "2026-11-23 09:00", 0),
    ],
)
def test_only_the_time_in_which_the_site_is_open_counts(start: str, end: str, hours: float) -> None:
    assert OFFICE.open_ms(at(start), at(end)) == hours * HOUR


def test_an_overnight_shift_belongs_to_the_evening_it_begins_on() -> None:
    assert NIGHT_SHIFT.open_ms(at("2026-11-23 05:00"), at("2026-11-23 23:00")) == 2 * HOUR
    assert [NIGHT_SHIFT.is_open(at(f"2026-11-23 {clock}")) for clock in ("05:59", "06:00", "22:00")] == [True, False, True]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24), ("2028-02-29", 24)])
def test_a_site_that_never_closes_is_open_as_long_as_the_day_really_is(day: str, hours: int) -> None:
    next_day = date.fromisoformat(day).toordinal() + 1

    assert NEVER_CLOSED.open_ms(at(f"{day} 00:00"), at(f"{date.fromordinal(next_day)} 00:00")) == hours * HOUR


def test_a_night_over_the_change_of_summer_time_is_an_hour_shorter_or_longer() -> None:
    assert NIGHT_SHIFT.open_ms(at("2026-03-28 20:00"), at("2026-03-29 08:00")) == 7 * HOUR
    assert NIGHT_SHIFT.open_ms(at("2026-10-24 20:00"), at("2026-10-25 08:00")) == 9 * HOUR


def test_a_zone_at_a_half_hour_offset_opens_by_its_own_clock() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")

    assert OpenHours(kolkata, (DAYTIME,) * 7).open_ms(at("2026-11-23 07:30", kolkata), at("2026-11-23 08:30", kolkata)) == HOUR // 2


INSTANTS = st.integers(at("2026-01-01 00:00"), at("2027-01-01 00:00"))


@given(st.lists(INSTANTS, min_size=3, max_size=3).map(sorted), st.sampled_from([OFFICE, NIGHT_SHIFT, NEVER_CLOSED]))
def test_open_time_of_the_parts_is_that_of_the_whole(cuts: list[int], hours: OpenHours) -> None:
    first, middle, last = cuts

    assert hours.open_ms(first, middle) + hours.open_ms(middle, last) == hours.open_ms(first, last)
    assert 0 <= hours.open_ms(first, last) <= last - first
