"""The same weekdays of the past: by the site's calendar, read apart from the tick."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pulse.config import Config, checked_config
from pulse.kpi.tally import Tally
from pulse.live.past_days import past_days, same_weekdays

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
