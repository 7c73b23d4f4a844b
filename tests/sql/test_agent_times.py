"""Where people's time went: kept by person, state and reason, once, together with the checkpoint that has laid it."""

import pytest
from made import MINUTE, NOON, agent, empty_fold
from sqlalchemy import select

from pulse.kpi.agents import PersonTime
from sql.contact_tables import AgentTime
from sql.recorder import Recorder

pytestmark = pytest.mark.both_databases

DAY = [
    agent("ann", "available", "support", at=NOON),
    agent("ann", "paused", "support", at=NOON + 10 * MINUTE, reason="lunch"),
    agent("ann", "busy", at=NOON + 40 * MINUTE),
    agent("ann", "offline", at=NOON + 50 * MINUTE),
]


def checkpoint(database, fold):
    Recorder(database, "site").commit(
        stream_id="1-0", at=fold.now, state=fold.dump(), seen={}, rows=[*fold.take_rows(), *fold.people.take_times()]
    )


def kept(database):
    with database.read() as session:
        rows = session.scalars(select(AgentTime).order_by(AgentTime.at, AgentTime.state))
        return [((row.at - NOON) // MINUTE, row.agent, row.state, row.reason, row.ms // MINUTE) for row in rows]


WHOLE = [
    (0, "ann", "available", "", 10),
    (0, "ann", "paused", "lunch", 5),
    (15, "ann", "paused", "lunch", 15),
    (30, "ann", "busy", "", 5),
    (30, "ann", "paused", "lunch", 10),
    (45, "ann", "busy", "", 5),
]


def test_time_is_kept_by_quarter_state_and_reason_whether_a_queue_is_told_or_not(database):
    fold = empty_fold(hands_on_times=True)
    fold.fold(DAY)
    fold.roll(NOON + 90 * MINUTE)
    checkpoint(database, fold)

    assert kept(database) == WHOLE


@pytest.mark.parametrize("minutes", [(3, 14, 44), (20,), (55, 56)])
def test_whoever_goes_on_from_a_checkpoint_lays_no_minute_twice(database, minutes):
    fold = empty_fold(hands_on_times=True)
    for minute in (*minutes, 90):
        fold.fold([state for state in DAY if state.at <= NOON + minute * MINUTE])
        fold.roll(NOON + minute * MINUTE)
        checkpoint(database, fold)
        lost, fold = fold, empty_fold(hands_on_times=True)
        fold.restore(lost.dump())
        lost.roll(NOON + (minute + 5) * MINUTE)

    assert kept(database) == WHOLE


def test_what_history_could_not_keep_is_handed_out_again():
    fold = empty_fold(hands_on_times=True)
    fold.fold(DAY[:1])
    fold.roll(NOON + 2 * MINUTE)
    taken = fold.people.take_times()
    fold.people.give_back(taken)
    fold.roll(NOON + 4 * MINUTE)

    assert [time.ms for time in taken] == [1 * MINUTE]
    assert fold.people.take_times() == [PersonTime(NOON, "ann", "available", "", 3 * MINUTE)]


def test_a_fold_that_is_not_asked_for_it_keeps_nobodys_time():
    fold = empty_fold()
    fold.fold(DAY)
    fold.roll(NOON + 90 * MINUTE)

    assert fold.people.take_times() == []
