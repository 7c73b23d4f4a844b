from dataclasses import replace

from alerts_made import ms, sample
from hypothesis import given
from hypothesis import strategies as st

from alerts.frame import Signal
from alerts.lifecycle import CloseIncident, OpenIncident, Policy, SignalMoved, State, is_at_rest, is_standing, step, stepped

RAISED, CLEARED = SignalMoved(Signal.OK, Signal.RAISED), SignalMoved(Signal.CLEARING, Signal.OK)
POLICY = Policy(level=3, raise_for_ms=10_000, clear_for_ms=20_000, gap_ms=5_000)
readings = st.sampled_from(["breach", "between", "clear", "none"])
ticks = st.lists(st.tuples(st.integers(1, 12), readings), max_size=60)
skipping = st.lists(st.tuples(st.integers(-40, 40), readings), max_size=60)


def walk(script, state=None):
    """Each step of a script of (seconds later, reading): state before, instant in s, reading, state after, effects."""
    state, second = state or State(), 0
    for later, reading in script:
        second += later
        after, effects = step(state, sample(reading, ms(second)), ms(second), POLICY)
        if OpenIncident() in effects:
            after = replace(after, incident_id=1)
        yield state, second, reading, after, effects
        state = after


def clear_run_s(history):
    """The seconds of unbroken fresh clear samples up to the end of the history of (second, reading)."""
    run_s, newest = 0, None
    for second, reading in history:
        if reading not in ("clear", "none"):
            run_s = 0
        elif reading == "clear" and newest is not None and newest[1] == "clear" and second - newest[0] <= 5:
            run_s += second - newest[0]
        newest = (second, reading)
    return run_s


@given(ticks)
def test_cleared_only_after_fresh_clear_samples_for_clear_for(script):
    history = []
    for _, second, reading, _, effects in walk(script):
        history.append((second, reading))
        if CLEARED in effects:
            assert clear_run_s(history) >= 20


@given(ticks)
def test_no_data_never_changes_what_is_firing(script):
    for before, _, reading, after, _ in walk(script):
        if reading == "none":
            assert after.signal is before.signal
            assert [rung.held_ms for rung in after.rungs] == [rung.held_ms for rung in before.rungs]
            assert after.work is before.work


@given(ticks)
def test_raised_only_by_a_breach(script):
    for _, _, reading, _, effects in walk(script):
        if RAISED in effects:
            assert reading == "breach"


@given(ticks)
def test_raised_and_cleared_take_turns(script):
    moves = [effect for *_, effects in walk(script) for effect in effects if effect in (RAISED, CLEARED)]

    assert moves == [(RAISED, CLEARED)[turn % 2] for turn in range(len(moves))]


@given(ticks)
def test_an_incident_closes_by_itself_only_when_its_signal_is_ok(script):
    for _, _, _, after, effects in walk(script):
        if CloseIncident() in effects:
            assert after.signal is Signal.OK


@given(skipping)
def test_a_clock_going_back_changes_no_signal(script):
    newest = None
    for before, second, _, after, effects in walk(script):
        if newest is not None and second <= newest:
            assert after.signal is before.signal
            assert effects == ()
        newest = second


@given(ticks, readings)
def test_the_same_sample_twice_changes_nothing(script, reading):
    *_, (_, second, _, state, _) = [(None, 0, None, State(), ()), *walk(script)]
    once, _ = step(state, sample(reading, ms(second + 1)), ms(second + 1), POLICY)

    twice, effects = step(once, sample(reading, ms(second + 1)), ms(second + 1), POLICY)

    assert twice == once
    assert effects == ()


@given(ticks)
def test_a_signal_that_stands_falls_only_by_clearing(script):
    for before, _, _, after, effects in walk(script):
        if is_standing(before) and not is_standing(after):
            assert CLEARED in effects


@given(ticks, st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([False] * 20 + [True])), min_size=60, max_size=60))
def test_the_quick_step_is_the_full_one_though_the_file_was_changed_in_between(script, changes):
    state, second = State(), 0
    for (later, reading), (level, flaps) in zip(script, changes, strict=False):
        second += later
        policy = replace(POLICY, level=level)
        state = replace(state, flaps=replace(state.flaps, flapping=state.flaps.flapping or flaps))
        told = sample(reading, ms(second))

        quick, full = step(state, told, ms(second), policy), stepped(state, told, ms(second), policy)

        assert quick == full
        state = replace(quick[0], incident_id=quick[0].incident_id or 1)


@given(ticks, st.sampled_from(["clear", "between"]))
def test_at_rest_a_sample_that_is_well_changes_nothing_but_its_instant(script, reading):
    for _, second, _, state, _ in walk(script):
        if is_at_rest(state):
            told = replace(sample(reading, ms(second + 1)), graver=(sample(reading, ms(second + 1)),))

            after, effects = step(state, told, ms(second + 1), replace(POLICY, graver=(Policy(level=2),)))

            assert effects == ()
            assert replace(after, rungs=after.rungs[:1]) == replace(state, seen_at=ms(second + 1))
