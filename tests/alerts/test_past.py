import zlib

import msgspec
import pytest
from alerts_made import T0, board, config, queue, source
from history_made import MINUTE, keep, measured, rule

from alerts.backtest import Past, backtest
from alerts.baseline import HOUR_MS
from alerts.past import Recorded, Stretch
from alerts.slim import slim_reader, windows_of
from pulse.kpi.board import Agents, Backlog, UnreadableBoard, board_json, read_board_json
from pulse.kpi.interval import IntervalRow
from pulse.kpi.service_level import JUDGED_BY
from pulse.kpi.tally import Tally
from pulse.plugins import kinds
from sql.history import History
from sql.models import BoardMinute
from sql.recorder import Recorder

KEYS = {
    "threshold": {"figure": "asa_s", "raise_above": "45s", "window": "today"},
    "sla_breach": {"window": "last_5m"},
    "spike": {"dimension": "pair"},
    "backlog_growth": {"of": "site"},
    "due_soon": {"of": "backlog", "promise": "24h"},
    "trend": {"figure": "csat_score"},
}
WINDOW = {"service_level": 0.5, "offered": 60, "asa_s": 70.0, "complaints": 40, "complaints_by_pair": {"delay/logistics": 30}}
BUSY = {
    "waiting": 3,
    "target_s": 400.0,
    "contact_time_left_s": 9.0,
    "agents": Agents(available=2),
    "backlog": Backlog(open=300, oldest_age_s=90_000.0),
    "last_30m": {**WINDOW, "p1_complaints_by_pair": {"delay/logistics": 2}},
    "last_5m": WINDOW,
    "today": WINDOW,
}


def busy(at):
    phone = source(at - 60_000, completeness_ratio=0.5)
    return board(at, site=queue(**BUSY), sources={"phone": phone, "chat": source(at)}, support=queue(**BUSY), mail=queue(None, None))


def recorded(database, minutes=240, config_=None):
    return Recorded(History(database), config_ or config(), Stretch(T0, T0 + minutes * MINUTE))


def count(database, *rows):
    """Keeps (minute, queue, counts) the way the watch does."""
    made = []
    for minute, name, counts in rows:
        tally = Tally()
        for one, amount in counts.items():
            tally.add(one, amount)
        made.append(IntervalRow(T0 + minute * MINUTE, name, "voice", tally))
    Recorder(database, "site").commit(stream_id="1-0", at=T0, state=b"", seen={}, rows=made)


@pytest.mark.parametrize("kind", kinds("alerts.rules"))
def test_a_rule_says_the_same_of_a_slim_board_as_of_the_whole_one(kind):
    loaded = rule(kind, **KEYS.get(kind, {}))
    slim = slim_reader(windows_of(loaded))
    kept = [board_json(busy(T0 + n * MINUTE)) for n in range(4)]
    earlier = Past(
        board_ago=lambda _now, _ago_s: board(T0, site=queue(backlog=Backlog(open=100)), support=queue(backlog=Backlog(open=100)))
    )

    whole = backtest([read_board_json(one) for one in kept], loaded, earlier)
    found = backtest([slim(one) for one in kept], loaded, earlier)

    assert measured(found) == measured(whole)
    assert whole.failed == 0
    # What other systems tell stands on no Board.
    assert whole.series or kind == "external"


def test_a_slim_board_lacks_what_it_was_not_asked_for():
    read = slim_reader({"last_5m"})(board_json(busy(T0)))

    assert read.queues["support"].last_5m == WINDOW
    assert not hasattr(read.queues["support"], "today")
    assert not hasattr(read, "channels")


def test_what_is_no_board_is_refused_by_the_slim_reader_too():
    with pytest.raises(UnreadableBoard):
        slim_reader(())(b'{"at": "noon"}')


def test_boards_of_a_stretch_come_oldest_first_and_a_broken_one_is_counted(database):
    keep(database, [busy(T0 + n * MINUTE) for n in (-1, 0, 2, 240)])
    with database.write() as session:
        broken = session.get(BoardMinute, ("site", T0 + 2 * MINUTE))
        session.add(BoardMinute(site="site", at=T0 + 3 * MINUTE, board=broken.board))
        session.add(BoardMinute(site="site", at=T0 + 4 * MINUTE, board=zlib.compress(b"{}")))
    past = recorded(database)

    found = [(one.at - T0) // MINUTE for one in past.boards(rule())]

    assert found == [0, 2, 2]
    assert past.unreadable == 1


def test_what_is_read_in_parts_has_no_gap(database):
    keep(database, [board(T0 + n * MINUTE) for n in range(730)])

    found = [(at - T0) // MINUTE for at, _ in History(database).boards("site", T0, T0 + 725 * MINUTE)]

    assert found == list(range(725))


def test_judged_contacts_end_before_the_minute_that_is_judged(database):
    served, missed = {"answered": 1, "answered_within_target": 1}, {"answered": 1}
    count(database, (0, "support", served), (1, "support", missed), (2, "support", served), (3, "support", served))
    past = recorded(database).past()

    asked = [past.judged(T0 + minute * MINUTE, "support", 120.0) for minute in range(4)]

    assert [(one.within, one.all) for one in asked] == [(0, 0), (1, 1), (1, 2), (1, 2)]


@pytest.mark.both_databases
def test_judged_contacts_are_those_the_live_site_reads(database):
    count(database, *((minute, name, {"answered": 3, "answered_within_target": minute % 4}) for minute in range(90) for name in ("a", "b")))
    now, past = T0 + 80 * MINUTE, recorded(database).past()

    for stretch_s in (300.0, 3600.0):
        live = History(database).day_counts("site", now - round(stretch_s * 1000), now, JUDGED_BY)
        both = sum(tally.count("answered_within_target") for _, tally in live.values())
        assert past.judged(now, "site", stretch_s).within == both


def test_the_board_of_some_time_ago_is_of_that_minute_or_a_few_before(database):
    keep(database, [board(T0 + n * MINUTE + 40) for n in (-60, -59, 3)])
    past = recorded(database).past()

    asked = [past.board_ago(T0 + minute * MINUTE, 3600.0) for minute in (0, 1, 4, 6, 7, 63)]

    assert [None if one is None else (one.at - T0) // MINUTE for one in asked] == [-60, -59, -59, -59, None, 3]


def test_what_is_normal_is_learnt_from_hours_that_were_over(database):
    count(database, *((60 * hour, "support", {"offered": 9, "complaints": 8}) for hour in (-25, -24, 0, 1)))
    past = recorded(database).past()

    before = past.expected(T0, "site", "complaints", 1800.0)
    later = past.expected(T0 + HOUR_MS, "site", "complaints", 1800.0)

    assert before.basis.en == "same hour of 1 earlier day"
    assert later.expected == before.expected


def test_the_future_of_a_rule_never_changes_what_it_would_have_said(database):
    count(database, *((60 * hour, "support", {"offered": 9, "complaints": 8}) for hour in range(-30, 1)))
    kept = [board(T0 + n * MINUTE, site=queue(last_30m={"complaints": 25 if n > 3 else 2})) for n in range(30)]
    keep(database, kept)
    before = backtest(recorded(database).boards(rule("spike")), rule("spike"), recorded(database).past())

    count(database, *((minute, "support", {"offered": 9, "complaints": 500}) for minute in range(30, 90)))
    keep(database, [msgspec.structs.replace(kept[0], at=T0 + n * MINUTE) for n in range(30, 60)])
    past = recorded(database)
    after = backtest([one for one in past.boards(rule("spike")) if one.at < T0 + 30 * MINUTE], rule("spike"), past.past())

    assert before.alerts
    assert measured(after) == measured(before)
