"""Tens of thousands of standing alerts take turns; nothing else waits for them."""

from dataclasses import replace

import pytest
from alerts_made import board, config, ms, queue
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import in_memory

from alerts.evaluate import Evaluator, Ports
from alerts.frame import Signal, Work
from alerts.lifecycle import State
from alerts.rung import Rung
from alerts.sampling import Key
from alerts.speaking import RAISED, Voice
from alerts.turns import Turns

STANDS = State(rungs=(Rung(signal=Signal.RAISED),), work=Work.OPEN, voice=Voice(told=RAISED))
RULES = {"waiting": {"kind": "threshold", "figure": "waiting", "raise_above": 10, "level": 2, "raise_for": "0s", "clear_for": "0s"}}
QUEUES = ("a", "b", "c", "d", "e")


def key(scope):
    return Key("waiting", scope)


def scopes_of(turn):
    return sorted(one.scope for one in turn.keys)


def test_those_that_stand_still_come_one_after_the_other():
    found = Turns(most=2)
    for scope in "abc":
        found.keep(key(scope), STANDS)

    assert [scopes_of(found.next()) for _ in range(3)] == [["a", "b"], ["a", "c"], ["b", "c"]]


@pytest.mark.parametrize(
    "state",
    [
        replace(STANDS, rungs=(Rung(signal=Signal.CLEARING),)),
        replace(STANDS, rungs=(Rung(signal=Signal.PENDING),)),
        replace(STANDS, rungs=(Rung(signal=Signal.RAISED), Rung(signal=Signal.PENDING))),
        replace(STANDS, voice=Voice(owes=RAISED)),
    ],
)
def test_what_moves_or_has_something_to_say_waits_for_no_turn(state):
    found = Turns(most=1)
    found.keep(key("stands"), STANDS)
    found.keep(key("moves"), state)

    assert [scopes_of(found.next()) for _ in range(2)] == [["moves", "stands"]] * 2


def test_what_others_depend_on_waits_for_no_turn():
    found = Turns(most=0)
    found.keep(key("source"), STANDS, always=True)

    assert scopes_of(found.next()) == ["source"]


def test_only_what_stands_as_bad_as_can_be_is_passed_over_while_it_waits():
    found = Turns(most=0)
    found.keep(key("worst"), STANDS)
    found.keep(key("may rise"), replace(STANDS, rungs=(Rung(signal=Signal.RAISED), Rung())))
    found.keep(key("over"), replace(STANDS, rungs=(Rung(),)))

    turn = found.next()

    assert (scopes_of(turn), turn.known.waiting) == ([], {"waiting": {"worst"}})


def test_what_came_to_rest_is_forgotten():
    found = Turns()
    found.keep(key("a"), STANDS)

    assert found.keep(key("a"), State()) is False
    assert (key("a") in found, scopes_of(found.next()), found.next().known.waiting["waiting"]) == (False, [], set())


def shown(ticks, most):
    """What is raised at each of these Boards, and the alerts after as many more of the last one as there are queues."""
    with in_memory() as database:
        evaluator = Evaluator(database, config(rules=RULES), Ports(publish=lambda _news: True, turns=lambda: Turns(most)))
        raised = []
        for second, waiting in enumerate([*ticks, *[ticks[-1]] * len(QUEUES)]):
            queues = {name: queue(waiting=count) for name, count in zip(QUEUES, waiting, strict=True)}
            evaluator.evaluate(board(ms(second), **queues), ms(second))
            raised.append({row.scope for row in evaluator.rows if row.signal is Signal.RAISED})
        return raised, {(row.scope, row.signal, row.no_data) for row in evaluator.rows}


def waiting(*counts):
    return st.tuples(*[st.sampled_from(counts)] * len(QUEUES))


@settings(max_examples=15, deadline=None)
@given(st.lists(waiting(None, 1, 11, 12), max_size=8), waiting(1, 11, 12))
def test_in_turns_alerts_come_to_the_same_and_none_is_raised_later(before, last):
    at_once, every = shown([*before, last], 100)
    in_turns, some = shown([*before, last], 1)

    assert some == every
    assert all(slow >= fast for slow, fast in zip(in_turns, at_once, strict=True))
