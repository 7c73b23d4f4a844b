import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally, merged
from sql.history import History
from sql.models import SeenIds
from sql.recorder import Recorder

pytestmark = pytest.mark.both_databases

AT = 1_000 * 24 * HOUR_MS


def tally(peak=0, **counted):
    made = Tally()
    for name, amount in counted.items():
        made.add(name, amount)
    if peak:
        made.observe("wait", peak)
        made.raise_peak("wait", peak)
    return made


def row(tally, at=AT, queue="support"):
    return IntervalRow(at, queue, "voice", tally)


def commit(recorder, rows=(), at=AT, seen=None, stream_id="1-0"):
    recorder.commit(stream_id=stream_id, at=at, state=b"state " + stream_id.encode(), seen=seen or {}, rows=rows)


@pytest.fixture
def recorder(database):
    return Recorder(database, "site")


def test_a_new_site_has_no_checkpoint(recorder):
    assert recorder.load() is None


def stored(database, site="site"):
    """What a site counted by queue in the hour that begins at AT."""
    return History(database).tallies_by(site, AT, AT + HOUR_MS, HOUR_MS).get(AT, {})


def test_the_last_checkpoint_is_loaded(recorder):
    commit(recorder, stream_id="1-0")
    commit(recorder, stream_id="2-0")

    assert recorder.load() == ("2-0", b"state 2-0")


def test_sites_do_not_see_each_other(database, recorder):
    commit(recorder, [row(tally(offered=1))], seen={1: ["a"]})
    other = Recorder(database, "other")

    assert other.load() is None
    assert list(other.seen_ids(0)) == []
    assert stored(database, "other") == {}


def test_rows_are_added_to_what_their_minute_holds(database, recorder):
    commit(recorder, [row(tally(offered=2, peak=5_000))])
    commit(recorder, [row(tally(offered=1, answered=1, peak=3_000))])

    kept = stored(database)["support"]

    assert kept == merged([tally(offered=2, peak=5_000), tally(offered=1, answered=1, peak=3_000)])
    assert kept.peaks == {"wait": 5_000}


def test_two_rows_of_one_minute_in_one_commit_are_added(database, recorder):
    commit(recorder, [row(tally(offered=2)), row(tally(offered=3))])

    assert stored(database)["support"].count("offered") == 5


def test_a_commit_that_fails_changes_nothing(database, recorder):
    commit(recorder, [row(tally(offered=1))], seen={1: ["a"]})

    with pytest.raises(TypeError):
        commit(recorder, [row(tally(offered=object()))], stream_id="2-0", seen={1: ["b"]})

    assert recorder.load() == ("1-0", b"state 1-0")
    assert stored(database)["support"].count("offered") == 1


@given(parts=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=12), cut=st.integers(0, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
def test_the_day_is_the_same_however_the_rows_are_split_into_commits(database, parts, cut):
    site = f"site-{hash((tuple(parts), cut))}"
    recorder = Recorder(database, site)
    rows = [row(tally(offered=count), at=AT + minute * MINUTE_MS) for minute, count in parts]

    commit(recorder, rows[:cut])
    commit(recorder, rows[cut:])

    assert stored(database, site)["support"].count("offered") == sum(count for _, count in parts)


def test_seen_ids_come_back_by_hour_from_the_hour_asked_for(recorder):
    hour = AT // HOUR_MS
    commit(recorder, seen={hour - 2: ["old"], hour - 1: ["a", "b"]})
    commit(recorder, seen={hour - 1: ["c"], hour: ["d"]})

    assert list(recorder.seen_ids(hour - 1)) == [(hour - 1, ["a", "b", "c"]), (hour, ["d"])]


def test_seen_ids_are_forgotten_after_50_hours(recorder):
    hour = AT // HOUR_MS
    commit(recorder, seen={hour: ["a"]})

    commit(recorder, at=AT + 50 * HOUR_MS)
    still = list(recorder.seen_ids(0))
    commit(recorder, at=AT + 51 * HOUR_MS)

    assert still == [(hour, ["a"])]
    assert list(recorder.seen_ids(0)) == []


def test_a_finished_hour_becomes_one_chunk_without_losing_an_id(database, recorder):
    hour = AT // HOUR_MS
    for name in ("a", "b", "c"):
        commit(recorder, seen={hour: [name]})

    commit(recorder, at=AT + HOUR_MS)

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SeenIds)) == 1
    assert list(recorder.seen_ids(hour)) == [(hour, ["a", "b", "c"])]


def test_the_board_of_a_minute_is_kept_once(database, recorder):
    recorder.record_board(AT, b"first")
    recorder.record_board(AT, b"second")

    assert History(database).board_at("site", AT + 59_999) == b"second"
