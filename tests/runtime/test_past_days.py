"""The same weekdays of the past: by the site's calendar, read apart from the tick."""

import threading
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import OperationalError

from pulse.config import Config, checked_config
from pulse.kpi.tally import Tally
from pulse.runtime.past_days import SameWeekdays, past_days, same_weekdays

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000
MONDAYS_AND_HOLIDAYS = {"open": {"mon-sun": ["08:00-20:00"]}, "closed": ["2026-11-16"]}


def config(**tables) -> Config:
    return checked_config({"site": {"zone": "Europe/Berlin"}, **tables}, Path("pulse.toml"))


def midnight(day: str) -> int:
    return round(datetime.fromisoformat(day).replace(tzinfo=BERLIN).timestamp() * 1000)


def days_of(spans) -> list[str]:
    return [datetime.fromtimestamp(start / 1000, BERLIN).date().isoformat() for start, _ in spans]


class Past:
    """A history that begins at an instant; every day holds one answered contact, but for the empty ones."""

    def __init__(self, first: int | None, empty: tuple[str, ...] = ()) -> None:
        self.first, self.empty = first, empty

    def first_at(self, site):
        return self.first

    def day_counts(self, site, start, end, names):
        if datetime.fromtimestamp(start / 1000, BERLIN).date().isoformat() in self.empty:
            return {}
        tally = Tally()
        tally.add("answered", (end - start) // HOUR)
        return {"support": ("voice", tally)}


def test_four_same_weekdays_are_compared() -> None:
    assert days_of(same_weekdays(midnight("2026-11-23"), config())) == ["2026-11-16", "2026-11-09", "2026-11-02", "2026-10-26"]


@pytest.mark.parametrize(("today", "hours"), [("2026-04-05", [23, 24, 24, 24]), ("2026-11-01", [25, 24, 24, 24])])
def test_a_day_of_23_or_25_hours_is_read_whole(today: str, hours: list[int]) -> None:
    spans = list(same_weekdays(midnight(today), config()))

    assert [(end - start) / HOUR for start, end in spans] == hours


def test_a_closed_day_is_not_compared_with_an_open_one() -> None:
    calendar = config(calendar=MONDAYS_AND_HOLIDAYS)

    assert days_of(same_weekdays(midnight("2026-11-23"), calendar)) == ["2026-11-09", "2026-11-02", "2026-10-26"]
    assert days_of(same_weekdays(midnight("2026-11-16"), calendar)) == []


def test_a_day_in_which_history_only_began_is_left_out() -> None:
    past = Past(first=midnight("2026-11-09") + HOUR)

    assert len(past_days(past, config(), midnight("2026-11-23"))) == 1
    assert past_days(Past(first=None), config(), midnight("2026-11-23")) == ()


def test_a_holiday_without_records_is_left_out() -> None:
    past = Past(first=0, empty=("2026-11-16",))

    assert len(past_days(past, config(), midnight("2026-11-23"))) == 3


class Read:
    """Reads that wait until they are let go."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.let_go = threading.Event()
        self.trouble = False

    def __call__(self, today: int):
        self.asked.append(today)
        assert self.let_go.wait(10)
        if self.trouble:
            raise OperationalError("select", None, Exception("locked"))
        return ({"support": ("voice", Tally())},)


@pytest.fixture
def read():
    made = Read()
    yield made
    made.let_go.set()


def test_a_tick_never_waits_for_history(read) -> None:
    past = SameWeekdays(read, lambda: 0)

    assert past(0) == ()
    assert past(0) == ()

    read.let_go.set()
    past.wait()
    assert len(past(0)) == 1
    assert read.asked == [0]


def test_history_is_read_again_after_an_hour_and_on_a_new_day(read) -> None:
    now = [0]
    past = SameWeekdays(read, lambda: now[0])
    read.let_go.set()

    for now[0], today in [(0, 0), (HOUR - 1, 0), (HOUR, 0), (HOUR + 1, 24 * HOUR)]:
        past(today)
        past.wait()

    assert read.asked == [0, 0, 24 * HOUR]


def test_days_of_yesterday_are_not_taken_for_those_of_today(read) -> None:
    past = SameWeekdays(read, lambda: 0)
    read.let_go.set()
    past(0)
    past.wait()
    read.let_go.clear()

    assert past(24 * HOUR) == ()


def test_a_database_in_trouble_is_asked_again_a_minute_later(read) -> None:
    now = [0]
    past = SameWeekdays(read, lambda: now[0])
    read.let_go.set()
    read.trouble = True

    past(0)
    past.wait()
    read.trouble = False
    for now[0] in (59_999, 60_000):
        past(0)
        past.wait()

    assert len(read.asked) == 2
    assert len(past(0)) == 1
