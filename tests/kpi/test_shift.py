"""Which shift runs: overnight, over changes of summer time, where two overlap and where none runs."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.kpi.hours import OpenHours
from pulse.kpi.shift import Shift, current_shift, next_shift
from pulse.text import Text

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


def every_day(name: str, begins: int, ends: int) -> Shift:
    return Shift(name, Text(name.title(), f"{name}班"), OpenHours(BERLIN, (((begins * 60, ends * 60),),) * 7))


ROUND_THE_CLOCK = (every_day("early", 6, 14), every_day("late", 14, 22), every_day("night", 22, 6))
WEEKDAYS_ONLY = (Shift("day", Text("Day", "日班"), OpenHours(BERLIN, (((480, 1080),),) * 5 + ((),) * 2)),)


@pytest.mark.parametrize(
    ("clock", "name"),
    [("05:59", "night"), ("06:00", "early"), ("13:59", "early"), ("14:00", "late"), ("22:00", "night"), ("00:00", "night")],
)
def test_a_shift_runs_from_its_beginning_until_the_next_begins(clock: str, name: str) -> None:
    running = current_shift(ROUND_THE_CLOCK, at(f"2026-11-23 {clock}"))

    assert running is not None
    assert running.name == name


def test_a_night_shift_began_the_evening_before() -> None:
    running = current_shift(ROUND_THE_CLOCK, at("2026-11-24 03:00"))

    assert running is not None
    assert (running.start, running.end) == (at("2026-11-23 22:00"), at("2026-11-24 06:00"))
    assert (running.titled("zh"), running.titled("fr")) == ("night班", "Night")


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-23", 8)])
def test_a_night_over_the_change_of_summer_time_is_an_hour_shorter_or_longer(evening: str, hours: int) -> None:
    running = current_shift(ROUND_THE_CLOCK, at(f"{evening} 23:00"))

    assert running is not None
    assert (running.end - running.start) / HOUR == hours


def test_between_shifts_and_on_days_without_one_none_runs() -> None:
    assert current_shift(WEEKDAYS_ONLY, at("2026-11-23 18:00")) is None
    assert current_shift(WEEKDAYS_ONLY, at("2026-11-28 12:00")) is None
    assert current_shift((), at("2026-11-23 12:00")) is None


def test_of_two_shifts_that_overlap_the_one_that_began_later_runs() -> None:
    overlapping = (every_day("early", 6, 14), every_day("late", 13, 22))

    names = [running.name for clock in ("12:59", "13:30") if (running := current_shift(overlapping, at(f"2026-11-23 {clock}")))]

    assert names == ["early", "late"]


@given(st.integers(at("2026-01-01 00:00"), at("2027-01-01 00:00")))
def test_shifts_round_the_clock_leave_no_instant_out_and_hold_the_one_they_run_at(instant: int) -> None:
    running = current_shift(ROUND_THE_CLOCK, instant)

    assert running is not None
    assert running.start <= instant < running.end
    assert current_shift(ROUND_THE_CLOCK, running.start) == running == current_shift(ROUND_THE_CLOCK, running.end - 1)


@pytest.mark.parametrize(("clock", "name", "begins"), [("05:59", "early", "06:00"), ("06:00", "late", "14:00"), ("13:59", "late", "14:00")])
def test_the_next_shift_is_the_one_that_begins_next(clock: str, name: str, begins: str) -> None:
    coming = next_shift(ROUND_THE_CLOCK, at(f"2026-11-23 {clock}"))

    assert coming is not None
    assert (coming.name, coming.start) == (name, at(f"2026-11-23 {begins}"))


def test_after_friday_the_next_shift_of_weekdays_begins_on_monday() -> None:
    coming = next_shift(WEEKDAYS_ONLY, at("2026-11-27 18:00"))

    assert coming is not None
    assert coming.start == at("2026-11-30 08:00")
    assert next_shift((), at("2026-11-27 18:00")) is None
