from zoneinfo import ZoneInfo

import pytest

from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally
from sql.history import History
from sql.recorder import Recorder

pytestmark = pytest.mark.both_databases

UTC = ZoneInfo("UTC")
AT = 1_000 * 24 * HOUR_MS


def row(minute, queue="support", channel="voice", **counted):
    tally = Tally()
    for name, amount in counted.items():
        tally.add(name.replace("__", "="), amount)
    return IntervalRow(AT + minute * MINUTE_MS, queue, channel, tally)


@pytest.fixture
def history(database):
    rows = [
        row(0, offered=1, complaints=1, complaint_line__logistics=1),
        row(1, offered=2),
        row(20, offered=4),
        row(0, "orders", "chat", offered=8),
        row(60, offered=16),
    ]
    Recorder(database, "site").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=rows)
    return History(database)


def offered(tallies):
    return {queue: tally.count("offered") for queue, tally in tallies.items()}


def test_the_day_holds_every_queue_with_its_channel(history):
    day = history.day_counts("site", AT, AT + 24 * HOUR_MS, ("offered",))

    assert {queue: (channel, tally.count("offered")) for queue, (channel, tally) in day.items()} == {
        "support": ("voice", 23),
        "orders": ("chat", 8),
    }


def test_the_end_of_a_day_belongs_to_the_next(history):
    day = history.day_counts("site", AT + 20 * MINUTE_MS, AT + 60 * MINUTE_MS, ("offered",))

    assert day["support"][1].count("offered") == 4


def test_a_day_without_rows_is_empty(history):
    assert history.day_counts("site", 0, AT, ("offered",)) == {}


def test_slots_begin_at_the_start_and_empty_ones_are_left_out(history):
    slots = history.tallies_by("site", AT, AT + HOUR_MS, 15 * MINUTE_MS)

    assert {(at - AT) // MINUTE_MS: offered(queues) for at, queues in slots.items()} == {
        0: {"support": 3, "orders": 8},
        15: {"support": 4},
    }


def test_a_minute_without_a_board_has_none(history):
    assert history.board_at("site", AT) is None


def test_hourly_complaints_tell_a_quiet_hour_from_one_that_was_not_recorded(history):
    hour = AT // HOUR_MS

    hours = history.hourly_complaints("site", AT, AT + 3 * HOUR_MS)

    assert hours == {
        hour: {"support": {"offered": 7, "complaints": 1, "complaint_line=logistics": 1}, "orders": {"offered": 8}},
        hour + 1: {"support": {"offered": 16}},
    }


def test_hourly_complaints_are_added_up_over_commits(database, history):
    Recorder(database, "site").commit(stream_id="2-0", at=AT, state=b"", seen={}, rows=[row(30, complaints=2)])

    assert history.hourly_complaints("site", AT, AT + 1)[AT // HOUR_MS]["support"]["complaints"] == 3


def test_some_counts_of_a_day_are_those_of_its_whole_tallies(database, history):
    Recorder(database, "site").commit(stream_id="2-0", at=AT, state=b"", seen={}, rows=[row(2, answered=3), row(1500, answered=7)])
    whole = history.tallies_by("site", AT, AT + 24 * HOUR_MS, 24 * HOUR_MS)[AT]

    some = history.day_counts("site", AT, AT + 24 * HOUR_MS, ("offered", "answered", "short_abandoned?"))

    assert {queue: (channel, tally.counts) for queue, (channel, tally) in some.items()} == {
        "support": ("voice", {"offered": 23, "answered": 3}),
        "orders": ("chat", {"offered": 8}),
    }
    assert offered(whole) == {"support": 23, "orders": 8}


def test_the_whole_tallies_of_a_day_hold_every_count_of_every_queue(history):
    day = history.day_tallies("site", AT, AT + 24 * HOUR_MS, UTC)

    assert {queue: (channel, tally.counts) for queue, (channel, tally) in day.items()} == {
        "support": ("voice", {"offered": 23, "complaints": 1, "complaint_line=logistics": 1}),
        "orders": ("chat", {"offered": 8}),
    }


def test_counts_of_minutes_come_in_their_order_with_none_where_nothing_was_counted(history):
    counted = [(at - AT, queue, counts) for at, queue, _, counts in history.minute_counts("site", AT, AT + HOUR_MS, ("offered", "no_such"))]

    assert sorted(counted) == [
        (0, "orders", (8, 0)),
        (0, "support", (1, 0)),
        (1 * MINUTE_MS, "support", (2, 0)),
        (20 * MINUTE_MS, "support", (4, 0)),
    ]


def test_slots_by_channel_add_its_queues_up(database, history):
    Recorder(database, "site").commit(stream_id="2-0", at=AT, state=b"", seen={}, rows=[row(2, "billing", offered=32)])

    slots = history.channel_slots((AT, AT + HOUR_MS), 15 * MINUTE_MS, "site", UTC)

    assert {(at - AT) // MINUTE_MS: offered(channels) for at, channels in slots.items()} == {
        0: {"voice": 35, "chat": 8},
        15: {"voice": 4},
    }


def test_a_site_was_watched_until_its_newest_board(database, history):
    before = history.watched_until("site")
    for minute in (0, 5):
        Recorder(database, "site").record_board(AT + minute * MINUTE_MS, b"{}")

    assert (before, history.watched_until("site")) == (None, AT + 5 * MINUTE_MS)


def test_history_begins_with_its_first_minute(history):
    assert history.first_at("site") == AT
    assert history.first_at("elsewhere") is None
