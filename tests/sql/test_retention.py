"""What is too old goes, what is made of it stays; and what arrives for it later is still counted."""

from zoneinfo import ZoneInfo

import pytest
from made import contact, contact_files
from sqlalchemy import func, select, text

from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally
from pulse.retention import Retention
from sql.contact_tables import ComplaintRow, ContactRow
from sql.due import Grain
from sql.history import History
from sql.models import BoardMinute, Minute
from sql.recorder import Recorder
from sql.retention import Keeper
from sql.rolled import Rolled
from sql.rollup import RollUp

pytestmark = pytest.mark.both_databases

UTC, DAY_MS = ZoneInfo("UTC"), 24 * HOUR_MS
OLD = 20_600 * DAY_MS
NOW = OLD + 100 * DAY_MS


def offered(at, count):
    return IntervalRow(at, "support", "voice", Tally.from_map({"counts": {"offered": count, "wait#90": 1}, "peaks": {"wait_left": count}}))


def record(database, *rows):
    Recorder(database, "site").commit(stream_id="1-0", at=NOW, state=b"", seen={}, rows=rows)


def day(database):
    found = Rolled(database, "site", UTC).by(Grain.DAY, OLD, OLD + DAY_MS, spread=True)
    return {at: tally.as_map() for at, queues in found.items() for _, tally in queues.values()}


def rows_of(database, model):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def keeper(database):
    return Keeper(database, "site", Retention())


def test_counts_of_whole_quarters_are_known_without_their_minutes_and_those_of_a_part_are_not(database, keeper):
    record(database, offered(OLD + 5 * MINUTE_MS, 3), offered(OLD + 20 * MINUTE_MS, 2), offered(NOW, 1))
    RollUp(database, "site", UTC).catch_up(NOW)
    list(keeper.sweep(NOW))

    def counted(start, end):
        return {queue: tally.counts for queue, (_, tally) in History(database).day_counts("site", start, end, ["offered"]).items()}

    assert counted(OLD, OLD + DAY_MS) == {"support": {"offered": 5}}
    assert counted(OLD + MINUTE_MS, OLD + DAY_MS) == counted(OLD, OLD + 25 * MINUTE_MS) == {}
    assert counted(NOW, NOW + MINUTE_MS) == {"support": {"offered": 1}}


def test_minutes_go_and_their_sums_stay(database, keeper):
    record(database, offered(OLD, 3), offered(OLD + 7 * HOUR_MS, 2), offered(NOW, 1))
    RollUp(database, "site", UTC).catch_up(NOW)
    before = day(database)

    gone = list(keeper.sweep(NOW))

    assert [(one.kind, one.rows) for one in gone] == [("minutes", 2)]
    assert (rows_of(database, Minute), day(database)) == (1, before)
    assert History(database).first_at("site") == OLD


def test_between_two_days_that_go_others_get_their_turn_to_write(database, keeper):
    record(database, offered(OLD, 3), offered(OLD + 3 * DAY_MS, 2))
    RollUp(database, "site", UTC).catch_up(NOW)
    left = []

    def write_meanwhile():
        with database.write() as session:
            left.append(session.scalar(select(func.count()).select_from(Minute)))

    list(keeper.sweep(NOW, write_meanwhile))

    assert (left[0], left[-1], len(left) > 3) == (1, 0, True)


def test_a_minute_that_is_not_summed_up_yet_does_not_go(database, keeper):
    record(database, offered(OLD, 3))

    assert (list(keeper.sweep(NOW)), rows_of(database, Minute)) == ([], 1)


def test_what_arrives_for_a_minute_that_is_gone_is_added_to_its_day(database, keeper):
    rollup = RollUp(database, "site", UTC)
    record(database, offered(OLD, 3))
    rollup.catch_up(NOW)
    list(keeper.sweep(NOW))

    record(database, offered(OLD + 60_000, 4))
    at_once = day(database)
    rollup.catch_up(NOW)

    assert at_once == day(database) == {OLD: {"counts": {"offered": 7, "wait#90": 2}, "peaks": {"wait_left": 4}}}
    assert rows_of(database, Minute) == 0


def test_what_would_go_is_told_without_deleting_it(database, keeper):
    Recorder(database, "site").record_board(OLD, b"{}")

    told = keeper.too_old(NOW)

    assert [(one.kind, one.oldest, one.rows) for one in told] == [("boards", OLD, 1)]
    assert rows_of(database, BoardMinute) == 1


def test_the_words_of_a_complaint_go_before_the_complaint(database, keeper):
    events = [contact("offered", at=OLD), contact("complaint", at=OLD, text="late", category="delay")]
    Recorder(database, "site").commit(stream_id="1-0", at=OLD, state=b"", seen={}, rows=[], told=events)
    contact_files(database).file_waiting()

    list(keeper.sweep(NOW))
    with database.read() as session:
        kept = session.scalars(select(ComplaintRow)).one()
    words_gone = (kept.text, kept.category)
    RollUp(database, "site", UTC).catch_up(NOW)
    list(keeper.sweep(OLD + 401 * DAY_MS + 1))

    assert words_gone == (None, "delay")
    assert (rows_of(database, ComplaintRow), rows_of(database, ContactRow)) == (0, 0)


def test_other_sites_keep_what_is_theirs(database, keeper):
    Recorder(database, "other").record_board(OLD, b"{}")

    assert (list(keeper.sweep(NOW)), rows_of(database, BoardMinute)) == ([], 1)


def test_a_month_of_which_nothing_is_left_is_dropped_as_a_whole(database, keeper):
    Recorder(database, "site").record_board(OLD, b"{}")
    list(keeper.sweep(NOW))

    with database.read() as session:
        if session.connection().dialect.name == "postgresql":
            assert session.scalar(text("SELECT to_regclass('board_minutes_202605')")) is None
        assert rows_of(database, BoardMinute) == 0
