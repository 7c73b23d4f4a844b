"""Sums of history: formed whole from what is finer, formed again where something changed, and never believed before that."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulse.clock import day_at
from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally, merged
from sql.due import Grain
from sql.history import History
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp

pytestmark = pytest.mark.both_databases

BERLIN, KOLKATA, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
DAY_MS = 24 * HOUR_MS


def instant(text, zone=BERLIN):
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def row(at, queue="support", peak=0, **counted):
    tally = Tally()
    for name, amount in counted.items():
        tally.add(name, amount)
    if peak:
        tally.observe("wait", peak)
        tally.raise_peak("wait", peak)
    return IntervalRow(at - at % MINUTE_MS, queue, "voice", tally)


def record(database, *rows):
    Recorder(database, "site").commit(stream_id="1-0", at=rows[0].at, state=b"", seen={}, rows=rows)


def offered(database, grain, start, end, zone=BERLIN):
    found = Rolled(database, "site", zone).by(grain, start, end)
    return {at: sum(tally.count("offered") for _, tally in queues.values()) for at, queues in found.items()}


@pytest.mark.parametrize(("old", "new"), [(BERLIN, KOLKATA), (KOLKATA, BERLIN)])
def test_a_site_whose_zone_was_wrong_gets_its_hours_and_days_by_the_right_one(database, old, new):
    start = instant("2026-03-28T00:00")
    record(database, *(row(start + hours * HOUR_MS + 25 * MINUTE_MS, offered=1 + hours) for hours in range(75)))
    end = start + 5 * DAY_MS
    rolled = Rolled(database, "site", new)
    true = [rolled.by(grain, start - DAY_MS, end) for grain in (Grain.HOUR, Grain.DAY)]
    RollUp(database, "site", old).catch_up(end)

    RollUp(database, "site", new).catch_up(end)

    assert [rolled.by(grain, start - DAY_MS, end) for grain in (Grain.HOUR, Grain.DAY)] == true
    assert RollUp(database, "site", new).step(end) == 0


@pytest.mark.parametrize("day", [date(2026, 4, 5), date(2026, 10, 4)])
def test_a_night_in_which_the_clock_moves_by_half_an_hour_loses_nothing(database, day):
    start, end = day_at(day, LORD_HOWE), day_at(day + timedelta(days=1), LORD_HOWE)
    quarters = range(start, start + 4 * HOUR_MS, 15 * MINUTE_MS)
    for times in (1, 2):
        for at in quarters:
            record(database, row(at, offered=1))
            RollUp(database, "site", LORD_HOWE).catch_up(end + DAY_MS)

        found = [offered(database, grain, start, end, LORD_HOWE) for grain in Grain]
        assert [sum(counted.values()) for counted in found] == [times * len(quarters)] * 3


def test_a_day_is_the_same_before_and_after_it_was_summed_up(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, offered=1, peak=900), row(start + 9 * HOUR_MS, offered=2, peak=5_000), row(start + DAY_MS, offered=4))
    rolled = Rolled(database, "site", BERLIN)

    before = rolled.by(Grain.DAY, start, start + DAY_MS, spread=True)
    formed = RollUp(database, "site", BERLIN).catch_up(start + 3 * DAY_MS)
    after = rolled.by(Grain.DAY, start, start + DAY_MS, spread=True)

    assert formed == 3 + 3 + 2
    assert before == after
    assert after[start]["support"][1] == merged([row(start, offered=3, peak=900).tally, row(start, peak=5_000).tally])


def test_a_late_record_opens_its_quarter_its_hour_and_its_day_again(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, offered=1))
    rollup = RollUp(database, "site", BERLIN)
    rollup.catch_up(start + 3 * DAY_MS)

    record(database, row(start + 5 * MINUTE_MS, offered=2))
    at_once = offered(database, Grain.DAY, start, start + DAY_MS)
    formed = rollup.catch_up(start + 3 * DAY_MS)

    assert (at_once, formed) == ({start: 3}, 3)
    assert offered(database, Grain.DAY, start, start + DAY_MS) == {start: 3}


def test_what_is_not_over_is_not_summed_up_and_read_all_the_same(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, offered=1), row(start + 20 * MINUTE_MS, offered=2))

    formed = RollUp(database, "site", BERLIN).catch_up(start + 21 * MINUTE_MS)

    assert formed == 1
    assert offered(database, Grain.DAY, start, start + DAY_MS) == {start: 3}


@pytest.mark.parametrize(
    ("day", "next_day", "hours"),
    [("2026-03-29", "2026-03-30", 23), ("2026-10-25", "2026-10-26", 25), ("2028-02-29", "2028-03-01", 24)],
)
def test_a_day_of_the_site_is_as_long_as_its_clocks_make_it(database, day, next_day, hours):
    start, end = instant(f"{day}T00:00"), instant(f"{next_day}T00:00")
    record(database, *(row(at, offered=1) for at in range(start - HOUR_MS, end + HOUR_MS, HOUR_MS)))
    RollUp(database, "site", BERLIN).catch_up(end + DAY_MS)

    assert offered(database, Grain.DAY, start, end) == {start: hours}
    assert len(offered(database, Grain.HOUR, start, end)) == hours


def test_hours_and_days_of_a_zone_at_a_half_hour_begin_by_its_own_clocks(database):
    start = instant("2026-11-20T00:00", KOLKATA)
    record(database, row(start - MINUTE_MS, offered=1), row(start, offered=2), row(start + 59 * MINUTE_MS, offered=4))
    RollUp(database, "site", KOLKATA).catch_up(start + 3 * DAY_MS)

    assert offered(database, Grain.DAY, start - DAY_MS, start + DAY_MS, KOLKATA) == {start - DAY_MS: 1, start: 6}
    assert offered(database, Grain.HOUR, start, start + DAY_MS, KOLKATA) == {start: 6}
    assert start % HOUR_MS == HOUR_MS // 2


def test_history_that_stands_still_tells_the_same_while_others_record_and_sum_up(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, offered=1), row(start + HOUR_MS, offered=2))
    asked = [(grain, begin, start + DAY_MS) for grain in reversed(Grain) for begin in (start, start + HOUR_MS)]

    with database.standing_still() as still:
        first = [offered(still, *one) for one in asked]
        record(database, row(start, offered=4))
        RollUp(database, "site", BERLIN).catch_up(start + 3 * DAY_MS)
        again = [offered(still, *one) for one in asked]

    assert first == again
    assert first[:4] == [{start: 3}, {start: 2}, {start: 1, start + HOUR_MS: 2}, {start + HOUR_MS: 2}]
    assert offered(database, Grain.DAY, start, start + DAY_MS) == {start: 7}


def test_two_sites_are_summed_up_apart(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, offered=1))
    Recorder(database, "other").commit(stream_id="1-0", at=start, state=b"", seen={}, rows=[row(start, offered=5)])

    RollUp(database, "site", BERLIN).catch_up(start + 3 * DAY_MS)
    RollUp(database, "other", KOLKATA).catch_up(start + 3 * DAY_MS)

    assert offered(database, Grain.DAY, start, start + DAY_MS) == {start: 1}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_however_recording_and_summing_up_take_turns_nothing_is_lost_or_counted_twice(database, seed):
    random, site = Random(seed), f"site {seed}"
    start = instant("2026-10-24T00:00")
    recorder, rollup, rolled = Recorder(database, site), RollUp(database, site, BERLIN), Rolled(database, site, BERLIN)
    told = []
    for _ in range(random.randrange(1, 8)):
        rows = [row(start + random.randrange(60) * HOUR_MS, random.choice("ab"), random.randrange(9), offered=1) for _ in range(3)]
        recorder.commit(stream_id="1-0", at=start, state=b"", seen={}, rows=rows)
        told += rows
        for _ in range(random.randrange(3)):
            rollup.step(start + random.randrange(80) * HOUR_MS)

    for grain in Grain:
        found = rolled.by(grain, start, start + 73 * HOUR_MS, spread=True)
        assert merged(tally for queues in found.values() for _, tally in queues.values()) == merged(row.tally for row in told)


def test_counts_that_the_database_adds_up_are_those_of_the_rows_summed_up_or_not(database):
    start = instant("2026-11-20T00:00")
    rows = [row(start, offered=1, answered=1), row(start, "billing", offered=2), row(start + HOUR_MS, offered=4)]
    record(database, *rows)
    rolled = Rolled(database, "site", BERLIN)

    def sums(**wanted):
        found = rolled.sums(Grain.QUARTER, start, start + DAY_MS, ("offered", "answered"), **wanted)
        return {at: (tally.count("offered"), tally.count("answered")) for at, tally in found.items()}

    before = sums()
    RollUp(database, "site", BERLIN).catch_up(start + 3 * DAY_MS)

    assert before == sums() == {start: (3, 1), start + HOUR_MS: (4, 0)}
    assert sums(queue="billing") == {start: (2, 0)}
    assert sums(channel="voice") == before
    assert sums(channel="email") == {}


def test_the_queues_of_some_days_are_known_with_their_channels_the_running_day_by_its_hours(database):
    start = instant("2026-11-20T00:00")
    record(database, row(start, "gone"), row(start + DAY_MS, "billing", offered=1), row(start + 2 * DAY_MS, "vip", offered=1))
    RollUp(database, "site", BERLIN).catch_up(start + 2 * DAY_MS + 2 * HOUR_MS)

    assert Rolled(database, "site", BERLIN).queues(start + DAY_MS, start + 3 * DAY_MS) == {"billing": "voice", "vip": "voice"}
    assert Rolled(database, "site", BERLIN).queues(start + 5 * DAY_MS, start + 6 * DAY_MS) == {}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_counts_between_any_two_minutes_are_those_of_the_minutes_whatever_of_them_was_summed_up(database, seed):
    random, site = Random(seed), f"to the minute {seed}"
    first = instant("2026-11-20T00:00")
    recorder, rollup = Recorder(database, site), RollUp(database, site, BERLIN)
    told = []
    for _ in range(random.randrange(1, 6)):
        rows = [row(first + random.randrange(120) * MINUTE_MS, random.choice("ab"), offered=1, answered=2) for _ in range(6)]
        recorder.commit(stream_id="1-0", at=first, state=b"", seen={}, rows=rows)
        told += rows
        for _ in range(random.randrange(3)):
            rollup.step(first + random.randrange(200) * MINUTE_MS)
    start, end = sorted(first + random.randrange(-600_000, 130 * MINUTE_MS) for _ in range(2))

    found = Rolled(database, site, BERLIN).counts(start, end, ["offered", "no_such"])

    expected = {name: sum(1 for one in told if one.queue == name and start <= one.at < end) for name in "ab"}
    assert {queue: tally.counts for queue, (_, tally) in found.items()} == {q: {"offered": n} for q, n in expected.items() if n}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), min_size=1, max_size=5), st.booleans())
def test_totals_of_stretches_that_lie_in_each_other_are_those_of_each_alone(database, days, is_summed_up):
    start = instant("2026-10-22T00:00")
    if not History(database).first_at("site"):
        record(database, *(row(start + hours * HOUR_MS, offered=hours + 1, peak=hours + 1) for hours in range(0, 11 * 24, 7)))
    if is_summed_up:
        RollUp(database, "site", BERLIN).catch_up(start + 20 * DAY_MS)
    begins = [day_at(date(2026, 10, 22) + timedelta(days=number), BERLIN) for number in range(12)]
    spans = [(begins[first], begins[first + length]) for first, length in days]

    rolled = Rolled(database, "site", BERLIN)
    together = rolled.channel_totals(spans, spread=True)

    alone = [merged(tally for _, tally in rolled.total(*span, spread=True).values()) for span in spans]
    assert [total.get("voice", Tally()) for total in together] == alone
    assert [sum(one.count("offered") for one in total.values()) for total in together] == [
        sum(hours + 1 for hours in range(0, 11 * 24, 7) if span[0] <= start + hours * HOUR_MS < span[1]) for span in spans
    ]


def test_hundreds_of_stretches_that_are_due_again_are_read_in_one_answer(database):
    start, rolled = instant("2026-01-01T00:00"), Rolled(database, "site", BERLIN)
    often = [row(start + number * 3 * HOUR_MS, offered=1) for number in range(600)]
    record(database, *often)
    RollUp(database, "site", BERLIN).catch_up(start + 100 * DAY_MS)

    record(database, *often)

    assert merged(tally for _, tally in rolled.total(start, start + 75 * DAY_MS).values()).count("offered") == 1_200


def test_a_quarter_may_have_waited_for_more_milliseconds_than_32_bits_hold(database):
    start, waited_ms = instant("2026-11-20T00:00"), 60 * 62 * HOUR_MS
    record(database, row(start, offered=60, wait_answered_ms=waited_ms))
    RollUp(database, "site", BERLIN).catch_up(start + 3 * DAY_MS)
    rolled = Rolled(database, "site", BERLIN)

    assert rolled.sums(Grain.QUARTER, start, start + DAY_MS, ["wait_answered_ms"])[start].count("wait_answered_ms") == waited_ms
    assert rolled.counts(start, start + DAY_MS, ["wait_answered_ms"])["support"][1].count("wait_answered_ms") == waited_ms
