from dataclasses import replace

import pytest
from alerts_made import ms, sample

from alerts.frame import Signal, Work
from alerts.lifecycle import (
    CloseIncident,
    DataMoved,
    JoinIncident,
    OpenIncident,
    Policy,
    SignalMoved,
    State,
    may_become,
    step,
    with_work,
)

POLICY = Policy(level=2, raise_for_ms=30_000, clear_for_ms=60_000, gap_ms=10_000)
AT_ONCE = Policy(level=2, raise_for_ms=0, clear_for_ms=0)
RAISED = (OpenIncident(), SignalMoved(Signal.OK, Signal.RAISED))
CLEARED = (SignalMoved(Signal.CLEARING, Signal.OK),)


class Timeline:
    """Feeds one signal second by second, as a script in time."""

    def __init__(self, policy=POLICY, state=None):
        self.policy, self.state, self.effects = policy, state or State(), ()

    def at(self, second, reading, now=None):
        self.state, effects = step(self.state, sample(reading, ms(second)), ms(second if now is None else now), self.policy)
        if OpenIncident() in effects:
            self.state = replace(self.state, incident_id=7)
        self.effects = effects
        return self

    def until(self, start, end, reading):
        for second in range(start, end + 1, 5):
            self.at(second, reading)
        return self

    def want(self, signal, *effects):
        assert self.state.signal is signal
        assert self.effects == effects
        return self


def raised(policy=POLICY):
    return Timeline(policy).until(0, 30, "breach")


def test_a_breach_is_raised_when_it_has_held_for_raise_for():
    line = Timeline()

    line.at(0, "breach").want(Signal.PENDING)
    line.at(25, "breach").want(Signal.PENDING)
    line.at(30, "breach").want(Signal.RAISED, *RAISED)
    line.at(31, "breach").want(Signal.RAISED)


def test_a_breach_that_ends_early_is_forgotten():
    line = Timeline()

    line.at(0, "breach")
    line.at(20, "between").want(Signal.OK)
    line.at(25, "breach")
    line.at(50, "breach").want(Signal.PENDING)


def test_without_raise_for_a_breach_is_raised_at_once():
    Timeline(AT_ONCE).at(0, "breach").want(Signal.RAISED, *RAISED)


def test_a_raised_signal_clears_after_clear_for_of_clear_samples():
    line = raised()

    line.at(35, "clear").want(Signal.CLEARING, SignalMoved(Signal.RAISED, Signal.CLEARING))
    line.until(40, 90, "clear").want(Signal.CLEARING)
    line.at(95, "clear").want(Signal.OK, *CLEARED)


def test_between_the_thresholds_a_raised_signal_stays():
    raised().until(35, 500, "between").want(Signal.RAISED)


def test_clearing_starts_again_when_a_sample_is_not_clear():
    line = raised().until(35, 80, "clear")

    line.at(85, "between").want(Signal.RAISED, SignalMoved(Signal.CLEARING, Signal.RAISED))
    line.until(90, 145, "clear").want(Signal.CLEARING)


def test_no_data_keeps_the_signal_however_long():
    line = raised()

    line.at(35, "none").want(Signal.RAISED, DataMoved(True))
    line.until(40, 9_000, "none").want(Signal.RAISED)

    assert line.state.no_data
    assert line.state.work is Work.OPEN


def test_time_without_data_does_not_clear():
    line = raised().until(35, 60, "clear")

    line.until(65, 300, "none")
    line.at(305, "clear").want(Signal.CLEARING, DataMoved(False))
    line.until(310, 335, "clear").want(Signal.CLEARING)
    line.at(340, "clear").want(Signal.OK, *CLEARED)


def test_time_nobody_looked_does_not_clear():
    line = raised().at(35, "clear")

    line.at(400, "clear").want(Signal.CLEARING)


def test_a_pending_breach_keeps_its_time_over_a_restart():
    line = Timeline().until(0, 20, "breach")

    line.at(30, "breach").want(Signal.RAISED, *RAISED)


def test_a_pending_breach_does_not_count_an_hour_nobody_looked():
    line = Timeline().until(0, 20, "breach")

    line.at(3_620, "breach").want(Signal.PENDING)
    line.at(3_630, "breach").want(Signal.RAISED, *RAISED)


def test_an_old_sample_does_nothing():
    line = raised()
    before = line.state

    line.at(30, "clear", now=31).at(12, "clear", now=31)

    assert line.state == before


def test_a_clock_that_goes_back_neither_raises_nor_clears_but_goes_on():
    line = Timeline().until(0, 20, "breach")

    line.at(-3_600, "breach").want(Signal.PENDING)
    line.at(-3_595, "breach").want(Signal.PENDING)
    line.at(-3_590, "breach").want(Signal.RAISED, *RAISED)


def test_a_sample_from_the_future_counts_as_now():
    line = Timeline()

    line.at(3_600, "breach", now=0)
    line.at(3_601, "breach", now=1).want(Signal.PENDING)


def test_level_three_closes_by_itself_when_it_is_ok():
    line = Timeline(replace(AT_ONCE, level=3)).at(0, "breach")

    line.at(1, "clear").want(Signal.OK, SignalMoved(Signal.RAISED, Signal.CLEARING), *CLEARED, CloseIncident())

    assert line.state.work is Work.CLOSED


@pytest.mark.parametrize("level", [1, 2])
def test_graver_levels_wait_for_a_person(level):
    line = Timeline(replace(AT_ONCE, level=level)).at(0, "breach").at(1, "clear")

    assert line.state.work is Work.OPEN


def test_raised_again_within_15_minutes_joins_its_incident():
    line = Timeline(replace(AT_ONCE, level=3)).at(0, "breach").at(1, "clear")

    line.at(901, "breach").want(Signal.RAISED, JoinIncident(7), *RAISED[1:])


def test_raised_again_after_15_minutes_is_a_new_incident():
    line = Timeline(replace(AT_ONCE, level=3)).at(0, "breach").at(1, "clear")

    line.at(902, "breach").want(Signal.RAISED, *RAISED)


@pytest.mark.parametrize(("second", "is_news", "work"), [(901, False, Work.ACKNOWLEDGED), (902, True, Work.OPEN)])
def test_an_incident_still_open_is_joined_and_is_nobodys_again_after_15_minutes(second, is_news, work):
    line = Timeline(AT_ONCE).at(0, "breach").at(1, "clear")
    line.state = with_work(line.state, Work.ACKNOWLEDGED)

    line.at(second, "breach").want(Signal.RAISED, JoinIncident(7, is_news), *RAISED[1:])

    assert line.state.work is work


def test_closing_by_a_person_lets_the_signal_be_raised_anew():
    line = raised()

    line.state = with_work(line.state, Work.CLOSED)

    assert line.state.signal is Signal.OK
    line.until(35, 65, "breach").want(Signal.RAISED, *RAISED)


def test_work_goes_forward_only_and_closed_work_only_opens_again():
    assert may_become(Work.OPEN, Work.ACKNOWLEDGED)
    assert may_become(Work.ACKNOWLEDGED, Work.MITIGATED)
    assert may_become(Work.MITIGATED, Work.CLOSED)
    assert not may_become(Work.ACKNOWLEDGED, Work.OPEN)
    assert not may_become(Work.CLOSED, Work.ACKNOWLEDGED)
    assert may_become(Work.CLOSED, Work.OPEN)
