"""What becomes of an alert when the levels of its rule are edited."""

from dataclasses import replace

import pytest
from alerts_made import ms, sample

from alerts.frame import Signal
from alerts.lifecycle import Policy, State, step
from alerts.rung import Rung


def ladder(*levels, **facts):
    own, *graver = (Policy(level=level, raise_for_ms=10_000, clear_for_ms=20_000, **facts) for level in levels)
    return replace(own, graver=tuple(graver))


def after(state, policy, second, *readings):
    """The state after a sample whose own and graver levels read so."""
    own, *graver = (sample(reading, ms(second)) for reading in readings)
    return step(state, replace(own, graver=tuple(graver)), ms(second), policy)[0]


def stood(policy, *readings):
    """A state after ten seconds of one reading."""
    return after(after(State(), policy, 0, *readings), policy, 10, *readings)


def signals(state):
    return {rung.level: rung.signal.value for rung in state.rungs}


def test_a_level_put_in_between_leaves_the_graver_one_standing():
    state = stood(ladder(3, 1), "breach", "breach")

    state = after(state, ladder(3, 2, 1), 11, "between", "between", "between")

    assert (signals(state), state.level) == ({3: "raised", 2: "ok", 1: "raised"}, 1)


def test_a_milder_level_put_first_takes_nothing_from_what_stands():
    state = stood(ladder(2), "breach")

    state = after(state, ladder(3, 2), 11, "breach", "between")

    assert (signals(state), state.level) == ({3: "pending", 2: "raised"}, 2)


def test_a_level_in_place_of_another_begins_anew_and_the_alert_falls_to_what_is_left():
    state = stood(ladder(3, 2), "breach", "breach")

    state = after(state, ladder(3, 1), 11, "breach", "breach")

    assert (signals(state), state.level) == ({3: "raised", 1: "pending"}, 3)


@pytest.mark.parametrize(("level", "now"), [(3, 2), (2, 1), (1, 3)])
def test_a_rule_that_was_only_given_another_level_keeps_its_time(level, now):
    state = after(State(), ladder(level), 0, "breach")

    state = after(state, ladder(now), 10, "breach")

    assert (signals(state), state.level) == ({now: "raised"}, now)


def test_what_stood_on_a_level_that_is_gone_stands_on_the_rules_own():
    state = stood(ladder(3, 1), "between", "breach")

    state = after(state, ladder(3, 2), 11, "none", "none")

    assert (signals(state), state.level) == ({3: "raised", 2: "ok"}, 3)


def test_rungs_of_before_levels_were_known_are_taken_in_their_order():
    kept = State(rungs=(Rung(signal=Signal.RAISED), Rung(signal=Signal.RAISED)), level=2, seen_at=ms(0))

    assert signals(after(kept, ladder(3, 2, 1), 1, "between", "between", "between")) == {3: "raised", 2: "raised", 1: "ok"}
    assert signals(after(kept, ladder(3), 1, "between")) == {3: "raised"}


def at_once(*levels, clear_for_ms=(0, 0, 0)):
    own, *graver = (Policy(level=level, raise_for_ms=0, clear_for_ms=clear) for level, clear in zip(levels, clear_for_ms, strict=False))
    return replace(own, graver=tuple(graver))


def test_an_incident_stays_as_grave_as_it_ever_was_when_it_rises_again_less_far():
    state, policy = State(), at_once(3, 2, 1)
    for second, readings in enumerate([("breach",) * 3, ("breach", "clear", "clear"), ("breach", "breach", "clear")]):
        state = after(state, policy, second, *readings)

    assert (state.level, state.worst_level) == (2, 1)


def test_an_end_is_settled_since_the_shortest_time_to_clear_of_all_levels():
    policy = at_once(3, 2, clear_for_ms=(0, 60_000))
    state = after(State(), policy, 0, "breach", "clear")

    state = after(state, policy, 10, "clear", "clear")

    assert (state.level, state.voice.settled_at) == (None, ms(10))
