"""What rules ask of whole days: read from real history, apart from the tick."""

from zoneinfo import ZoneInfo

import pytest
from made import tally

from alerts.daily import days_over
from alerts.days_read import Days
from pulse.clock import day_start, earlier_day_start
from pulse.config import Config
from pulse.kpi.interval import IntervalRow
from pulse.runtime.daily import Daily
from sql.history import History
from sql.recorder import Recorder
from sql.session import open_database, sqlite_url

BERLIN = ZoneInfo("Europe/Berlin")
NOW = 1_795_435_200_000
"""Monday, 2026-11-23, 13:00 in Berlin."""
SITE = {"site": {"zone": "Europe/Berlin"}, "queues": {"support": {"channel": "voice"}, "mail": {"channel": "email"}}}
WEEKDAYS = Config.model_validate({**SITE, "calendar": {"open": {"mon-sun": ["08:00-20:00"]}, "closed": ["2026-11-21"]}})
EVERY_DAY = Config.model_validate(SITE)


@pytest.fixture
def history(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as database:
        recorder = Recorder(database, "site")
        rows = []
        for days_ago, answered in ((5, 50), (4, 90), (3, 80), (2, 70), (1, 60), (0, 10)):
            at = earlier_day_start(NOW, days_ago, BERLIN)
            for minute in (0, 1439):
                half = tally(offered=50, answered=50, answered_within_target=answered // 2)
                rows.append(IntervalRow(at + minute * 60_000, "support", "voice", half))
        recorder.commit(stream_id="1-0", at=NOW, state=b"", seen={}, rows=rows)
        yield History(database)


def levels(values):
    return [None if value is None else round(value, 2) for value in values]


def test_the_last_days_are_those_that_are_over_by_the_sites_clock(history):
    daily = Daily(history, EVERY_DAY, lambda: NOW)
    daily("support", "service_level", 3)
    daily.wait(10)

    assert levels(daily("support", "service_level", 3)) == [0.8, 0.7, 0.6]
    assert levels(daily("site", "service_level", 2)) == [0.7, 0.6]
    assert daily("mail", "service_level", 1) == (None,)
    assert daily("support", "offered", 1) == (100,)


def test_a_day_on_which_the_site_is_closed_is_passed_over(history):
    days = Days(history, WEEKDAYS)

    assert levels(days.at(NOW, "support", "service_level", 3)) == [0.9, 0.8, 0.6]


def test_at_an_instant_of_the_past_only_what_was_over_is_known(history):
    days, earlier = Days(history, EVERY_DAY), earlier_day_start(NOW, 2, BERLIN)

    assert levels(days.at(earlier, "support", "service_level", 2)) == [0.9, 0.8]
    assert levels(days.at(earlier + 1, "support", "service_level", 5)) == [None, None, 0.5, 0.9, 0.8]


def test_days_of_the_clock_change_are_as_long_as_they_are():
    spring = day_start(1_774_862_000_000, BERLIN)

    (span,) = days_over(spring, 1, EVERY_DAY)

    assert (span[1] - span[0]) / 3_600_000 == 23
