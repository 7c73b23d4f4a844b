from itertools import pairwise

import pytest
from alerts_made import T0, board, config, ms, queue, sample, source
from history_made import MINUTE, boards, minutes, rule, run
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from alerts.backtest import Past, Walk, Walking, backtest, replayed
from alerts.evaluate import Evaluator, Ports
from alerts.frame import Signal
from alerts.lifecycle import Policy, SignalMoved, State, step
from alerts.sample import Baseline
from pulse.kpi.board import Agents
from pulse.text import Text
from sql.models import Transition


def test_an_alert_stands_from_raise_for_until_clear_for():
    found = run([5, 11, 12, 20, 8, 8, 8, 8]).alerts

    assert minutes(found) == [(2, 6)]
    assert (found[0].value, found[0].worst, found[0].threshold, found[0].lasted_s) == (12, 20, 10, 240)


def test_an_alert_that_is_not_over_at_the_end_still_stands():
    (found,) = run([11, 12, 13, 8]).alerts

    assert found.cleared_at is None
    assert found.lasted_s == 120


def test_the_worst_of_a_figure_that_should_be_high_is_its_lowest():
    low = rule(figure="agents_available", raise_above=None, raise_below=5)

    (found,) = backtest(
        [board(T0 + n * MINUTE, support=queue(agents=Agents(available=left))) for n, left in enumerate((4, 3, 1, 2))], low, Past()
    ).alerts

    assert (found.value, found.worst) == (3, 1)


def test_minutes_are_a_minute_whenever_in_them_their_board_was_kept():
    late = [*boards([11], off_ms=900), *boards([..., 11], off_ms=50), *boards([..., ..., 11], off_ms=999)]

    assert minutes(backtest(late, rule(), Past()).alerts) == [(1, None)]


def test_a_minute_that_was_not_kept_proves_nothing():
    assert minutes(run([11, ..., 11, 8, ..., 8, 8, 8]).alerts) == []
    assert minutes(run([11, 11, 8, ..., 8, 8, 8]).alerts) == [(1, 6)]


def test_an_alert_that_rose_to_a_graver_level_is_over_as_one_that_did_not():
    found = run([5, 11, 30, 30, 30, 8, 8, 8, 8], clear_at=8, graver=[{"level": 2, "raise_above": 25, "clear_at": 15}]).alerts

    assert minutes(found) == [(2, 7)]


def test_a_queue_that_is_gone_leaves_its_alert_standing():
    gone = [*boards([11, 11]), board(T0 + 2 * MINUTE), board(T0 + 3 * MINUTE)]

    assert minutes(backtest(gone, rule(), Past()).alerts) == [(1, None)]


def test_a_silent_source_does_not_clear():
    shown = [*boards([11, 11]), *(board(T0 + n * MINUTE, sources={"phone": source(T0)}, support=queue(waiting=1)) for n in range(2, 9))]

    assert minutes(backtest(shown, rule(), Past()).alerts) == [(1, None)]


def test_a_rule_that_fails_on_a_board_is_counted_and_judges_the_others():
    def baseline(now, *_):
        if now == T0:
            raise ZeroDivisionError
        return Baseline(1.0, 1.0, Text("b", "b"))

    shown = [board(T0 + n * MINUTE, site=queue(last_30m={"complaints": 50})) for n in range(3)]

    found = backtest(shown, rule("spike"), Past(expected=baseline))

    assert found.failed == 1
    assert minutes(found.alerts) == [(2, None)]


readings = st.sampled_from(["breach", "between", "clear", "none"])
scripts = st.lists(st.tuples(st.sampled_from([0, 1, 5, 60, 130]), readings), max_size=60)
policies = st.builds(
    Policy, level=st.sampled_from([1, 3]), raise_for_ms=st.sampled_from([0, 60_000]), clear_for_ms=st.sampled_from([0, 5_000, 120_000])
)


@given(scripts, policies)
def test_a_walk_that_asks_only_where_something_may_move_equals_asking_every_time(script, policy):
    policy, walk, state, second = replayed(policy, MINUTE), Walk(replayed(policy, MINUTE)), State(), 0
    raised, cleared = [], []
    for later, reading in script:
        second += later
        one = sample(reading, ms(second))
        walk.take(ms(second), one.reading, one.value, lambda one=one: one)
        state, effects = step(state, one, ms(second), policy)
        raised += [ms(second)] if SignalMoved(Signal.OK, Signal.RAISED) in effects else []
        cleared += [ms(second)] if SignalMoved(Signal.CLEARING, Signal.OK) in effects else []

    found = [*walk.done, *walk.standing()]

    assert [one.raised_at for one in found] == raised
    assert [one.cleared_at for one in found if one.is_cleared] == cleared


def test_boards_of_every_second_raise_and_clear_when_the_live_site_does(database):
    values = [11] * 70 + [8] * 130 + [12] * 10 + [None] * 20 + [12] * 80 + [9] * 200
    written = {"rule": {"kind": "threshold", "figure": "waiting", "raise_above": 10}}
    live = Evaluator(database, config(rules=written), Ports(publish=lambda _: True))
    for one in boards(values, 1000):
        live.evaluate(one, one.at)
    with database.read() as session:
        moves = session.execute(select(Transition.at, Transition.to_state).where(Transition.kind == "signal").order_by(Transition.id)).all()

    found = run(values, 1000).alerts

    assert [one.raised_at for one in found] == [at for at, to in moves if to == "raised" and (at, to) in _raises(moves)]
    assert [one.cleared_at for one in found] == [at for at, to in moves if to == "ok"]


def _raises(moves):
    """Moves from ok to raised: after clearing has been broken off, raised is told as well."""
    return [move for before, move in pairwise([(0, "ok"), *moves]) if before[1] == "ok"]


def test_two_rules_can_share_one_reading():
    strict, loose = (Walking(rule(raise_above=limit), Past()) for limit in (30, 10))
    for one in boards([11, 20, 20, 20]):
        strict.take(one)
        loose.take(one)

    assert (len(strict.run().alerts), len(loose.run().alerts)) == (0, 1)


def test_nothing_comes_of_no_board():
    found = run([])

    assert (found.alerts, found.first_at, found.unknown_ratio) == ((), None, None)


def test_share_of_samples_that_knew_nothing_is_told():
    assert run([5, None, None, 5]).unknown_ratio == pytest.approx(0.5)
