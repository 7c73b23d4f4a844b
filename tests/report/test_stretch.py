"""Days, weeks and months by the site's calendar: their ends, what they are compared with, when they are frozen."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.report.stretch import compared, stretch_of
from pulse.calendar import Calendar
from pulse.kpi.snapshot import Edition

BERLIN, HOUR = ZoneInfo("Europe/Berlin"), 3_600_000
FRIDAY = date(2026, 11, 20)


def days(stretch):
    return stretch.first.isoformat(), stretch.last.isoformat()


def utc(written):
    return round(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (FRIDAY, 24)])
def test_a_day_is_as_long_as_its_clocks_make_it(day, hours):
    stretch = stretch_of(Edition.DAILY, day, BERLIN)

    assert (stretch.end - stretch.start) / HOUR == hours


def test_a_week_with_a_change_of_the_clock_has_169_hours_and_a_month_745():
    week, month = (stretch_of(edition, date(2026, 10, 25), BERLIN) for edition in (Edition.WEEKLY, Edition.MONTHLY))

    assert ((week.end - week.start) / HOUR, (month.end - month.start) / HOUR) == (169, 745)


def test_the_day_of_a_half_hour_zone_begins_at_its_own_midnight():
    assert stretch_of(Edition.DAILY, FRIDAY, ZoneInfo("Asia/Kolkata")).start == utc("2026-11-19T18:30")


def test_a_midnight_that_the_clocks_leave_out_is_the_first_instant_after_it():
    left_out = stretch_of(Edition.DAILY, date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))

    assert (left_out.start, (left_out.end - left_out.start) / HOUR) == (utc("2018-11-04T03:00"), 23)


def test_a_week_runs_from_monday_to_sunday_and_a_month_to_its_last_day():
    assert days(stretch_of(Edition.WEEKLY, FRIDAY, BERLIN)) == ("2026-11-16", "2026-11-22")
    assert days(stretch_of(Edition.MONTHLY, FRIDAY, BERLIN)) == ("2026-11-01", "2026-11-30")
    assert days(stretch_of(Edition.MONTHLY, date(2028, 2, 1), BERLIN)) == ("2028-02-01", "2028-02-29")
    assert days(stretch_of(Edition.MONTHLY, date(2026, 12, 31), BERLIN)) == ("2026-12-01", "2026-12-31")


def test_a_day_is_compared_with_days_of_the_same_weekday_and_the_month_so_far():
    found = compared(stretch_of(Edition.DAILY, FRIDAY, BERLIN))

    assert {name: days(one) for name, one in found.items()} == {
        "before": ("2026-11-19", "2026-11-19"),
        "last_week": ("2026-11-13", "2026-11-13"),
        "last_year": ("2025-11-21", "2025-11-21"),
        "to_date": ("2026-11-01", "2026-11-20"),
    }


@pytest.mark.parametrize(
    ("country", "day", "earlier"),
    [
        ("CN", date(2026, 2, 18), date(2025, 1, 30)),
        ("TR", date(2026, 3, 22), date(2025, 4, 1)),
        ("DE", date(2026, 12, 25), date(2025, 12, 25)),
        ("CN", date(2020, 10, 1), date(2019, 10, 1)),
        ("CN", date(2021, 10, 1), date(2020, 10, 1)),
        ("CN", date(2021, 9, 21), date(2020, 10, 1)),
        ("CN", date(2026, 2, 20), date(2025, 2, 21)),
        ("DE", FRIDAY, date(2025, 11, 21)),
    ],
    ids=[
        "second day of the Spring Festival",
        "third day of Eid",
        "Christmas",
        "two holidays on a day",
        "after two on a day",
        "the other of two on a day",
        "a day off moved by date",
        "an ordinary day",
    ],
)
def test_a_holiday_is_compared_with_the_same_one_by_its_name_and_its_number(country, day, earlier):
    calendar = Calendar(open={}, holidays=country)

    found = compared(stretch_of(Edition.DAILY, day, BERLIN), calendar.holidays_a_year_earlier((day.year,)))

    assert days(found["last_year"]) == (earlier.isoformat(), earlier.isoformat())


def test_a_leap_day_is_compared_with_the_same_weekday_a_year_earlier():
    leap = stretch_of(Edition.DAILY, date(2028, 2, 29), BERLIN)

    assert compared(leap)["last_year"].first == date(2027, 3, 2)
    assert compared(leap)["last_year"].first.weekday() == leap.first.weekday()


def test_a_week_and_a_month_have_no_weekday_to_be_compared_with():
    week, month = (compared(stretch_of(edition, FRIDAY, BERLIN)) for edition in (Edition.WEEKLY, Edition.MONTHLY))

    assert {name: days(one) for name, one in week.items()} == {
        "before": ("2026-11-09", "2026-11-15"),
        "last_year": ("2025-11-17", "2025-11-23"),
        "to_date": ("2026-11-01", "2026-11-22"),
    }
    assert {name: days(one) for name, one in month.items()} == {
        "before": ("2026-10-01", "2026-10-31"),
        "last_year": ("2025-11-01", "2025-11-30"),
        "to_date": ("2026-01-01", "2026-11-30"),
    }


@pytest.mark.parametrize(
    ("minutes", "at"),
    [(450, "2026-11-21T06:30"), (0, "2026-11-21T01:00"), (60, "2026-11-21T01:00")],
    ids=["at its time by the clock", "not at midnight", "not before it has settled"],
)
def test_a_day_is_due_by_the_clock_of_the_next_but_not_within_two_hours(minutes, at):
    assert stretch_of(Edition.DAILY, FRIDAY, BERLIN).due_at(minutes) == utc(at)


def test_a_day_is_due_at_the_same_time_by_the_clock_when_the_clocks_change():
    assert stretch_of(Edition.DAILY, date(2026, 10, 24), BERLIN).due_at(450) == utc("2026-10-25T06:30")
    assert stretch_of(Edition.DAILY, date(2026, 3, 28), BERLIN).due_at(450) == utc("2026-03-29T05:30")
