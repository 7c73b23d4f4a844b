"""What may come on the day a snapshot is read, by what came on the same weekdays before."""

from datetime import date, timedelta

import msgspec
import pytest
from composing import DAY, History, calls
from report_samples import rich

from pulse.kpi.snapshot import Edition, decode_snapshot, encode_snapshot

SATURDAYS = [date(2026, 11, 14) - timedelta(weeks=weeks) for weeks in range(4)]
"""The four before the one on which the snapshot of DAY is read."""


def filled(**tables):
    history = History(**tables).on(DAY, calls(offered=999))
    for day, offered in zip(SATURDAYS, (10, 20, 30, 60), strict=True):
        history.on(day, {"support": ("voice", calls(offered=offered)), "talk": ("chat", calls(offered=offered * 2))})
    return history


def told(snapshot):
    return {one.name: (one.value, one.low, one.high) for one in snapshot.ahead.channels}


def test_the_day_after_may_bring_the_mean_of_the_last_four_of_its_weekday():
    snapshot = filled().composed()

    assert (snapshot.ahead.day, told(snapshot)) == ("2026-11-21", {"voice": (30.0, 10, 60), "chat": (60.0, 20, 120)})
    assert "last 4 days of this kind (Saturday)" in snapshot.ahead.why["en"]


def test_a_channel_that_was_silent_on_one_of_the_days_had_none_there_and_a_day_without_records_is_no_day():
    history = filled()
    history.days[SATURDAYS[0]] = {"support": ("voice", calls(offered=10))}
    del history.days[SATURDAYS[3]]

    snapshot = history.composed()

    assert told(snapshot) == {"voice": (20.0, 10, 30), "chat": (pytest.approx(100 / 3), 0, 60)}
    assert "last 3 days" in snapshot.ahead.why["en"]


def test_one_day_is_told_as_one():
    snapshot = filled(begun=SATURDAYS[0]).composed()

    assert snapshot.ahead.why["en"].startswith("As on the one day of this kind (Saturday)")


def test_a_day_that_was_closed_or_began_before_history_is_not_looked_at():
    calendar = {"open": {"sat": ["08:00-20:00"]}, "closed": [SATURDAYS[0].isoformat()]}

    snapshot = filled(begun=SATURDAYS[2], calendar=calendar).composed()

    assert told(snapshot)["voice"] == (25.0, 20, 30)


@pytest.mark.parametrize("told_of", [{"edition": Edition.WEEKLY, "day": date(2026, 11, 16)}, {"day": date(2020, 1, 1)}])
def test_a_week_and_a_day_without_a_past_expect_nothing_and_leave_no_trace_of_it(told_of):
    data = encode_snapshot(filled().composed(**told_of))

    assert b"ahead" not in data
    assert decode_snapshot(data).ahead is msgspec.UNSET


def test_what_is_expected_is_frozen_with_the_day():
    assert decode_snapshot(encode_snapshot(rich())).ahead == rich().ahead
