"""What people hear of one alert: a script of (second, what happens), and what was said when."""

from dataclasses import dataclass, field, replace

import pytest
from alerts_made import ms, sample
from hypothesis import given
from hypothesis import strategies as st

from alerts.flapping import Flaps, calmed, flapped
from alerts.lifecycle import OpenIncident, Policy, State, is_standing, step
from alerts.speaking import CLEARED, EASED, RAISED, Moment, MuteMoved, Notify, Voice, speak

AT_ONCE = Policy(level=3, raise_for_ms=0, clear_for_ms=0)
LADDER = Policy(level=3, raise_for_ms=0, clear_for_ms=0, graver=(Policy(level=2, raise_for_ms=0, clear_for_ms=0),))
READINGS = {"ok": ("clear", "clear"), "III": ("breach", "clear"), "II": ("breach", "breach"), "?": ("none", "none")}


@dataclass
class Alert:
    """One alert that is sampled every second and speaks after each."""

    policy: Policy
    state: State = field(default_factory=State)
    heard: tuple = ()

    def at(self, second, reading, muted=None):
        own, graver = READINGS[reading]
        told = replace(sample(own, ms(second)), graver=(sample(graver, ms(second)),) * len(self.policy.graver))
        self.state, effects = step(self.state, told, ms(second), self.policy)
        if OpenIncident() in effects:
            self.state = replace(self.state, incident_id=1)
        voice, said = speak(self.state.voice, Moment(ms(second), self.state.flaps.flapping, muted))
        self.state = replace(self.state, voice=voice)
        self.heard += tuple((second, one.step, one.level) for one in said if isinstance(one, Notify))
        return self

    def until(self, seconds, reading, muted=None):
        for second in seconds:
            self.at(second, reading, muted)
        return self


def test_an_alarm_is_told_at_once_and_its_end_when_it_has_held_for_half_a_minute():
    alert = Alert(AT_ONCE).at(0, "III").until(range(1, 60), "ok")

    assert alert.heard == ((0, "raised", 3), (31, "cleared", 3))


def test_an_end_that_was_waited_for_by_clear_for_is_told_at_once():
    alert = Alert(Policy(level=3, raise_for_ms=0, clear_for_ms=60_000)).at(0, "III").until(range(1, 90), "ok")

    assert alert.heard == ((0, "raised", 3), (61, "cleared", 3))


def test_an_end_that_did_not_hold_is_never_told():
    alert = Alert(AT_ONCE).at(0, "III").until(range(1, 20), "ok").until(range(20, 40), "III").until(range(40, 80), "ok")

    assert alert.heard == ((0, "raised", 3), (70, "cleared", 3))


def test_forty_flips_in_a_minute_are_two_messages():
    alert = Alert(AT_ONCE)

    for flip in range(40):
        alert.at(flip * 1.5, "III").at(flip * 1.5 + 0.75, "ok")

    assert alert.heard == ((0, "raised", 3), (4.5, "flapping", 3))


def test_flapping_that_comes_to_rest_is_told_with_what_stands_then():
    for rest, told in (("III", "steady"), ("ok", "cleared")):
        alert = Alert(AT_ONCE)
        for flip in range(5):
            alert.at(flip * 2, "III").at(flip * 2 + 1, "ok")

        alert.until(range(10, 700, 5), rest)

        assert [step for _, step, _ in alert.heard] == ["raised", "flapping", told]


def test_a_graver_level_is_told_at_once_and_a_milder_one_as_easing():
    alert = Alert(LADDER).at(0, "III").at(1, "II").at(2, "III").until(range(3, 40), "ok")

    assert alert.heard == ((0, "raised", 3), (1, "raised", 2), (2, "eased", 3), (33, "cleared", 2))


def test_two_levels_at_once_are_one_message_of_the_graver():
    alert = Alert(LADDER).at(0, "II")

    assert alert.heard == ((0, "raised", 2),)


def test_a_graver_level_is_told_even_while_it_flaps():
    alert = Alert(LADDER)
    for flip in range(5):
        alert.at(flip * 2, "III").at(flip * 2 + 1, "ok")

    alert.at(20, "II")

    assert alert.heard[-1] == (20, "raised", 2)


def test_what_is_kept_quiet_is_told_when_nothing_keeps_it_quiet_any_more():
    alert = Alert(AT_ONCE).until(range(10), "III", "silence:1").until(range(10, 12), "III")

    assert alert.heard == ((10, "raised", 3),)


def test_of_an_alert_that_came_and_went_in_quiet_nobody_hears():
    alert = Alert(AT_ONCE).until(range(10), "III", "silence:1").until(range(10, 20), "ok", "silence:1").until(range(20, 90), "ok")

    assert alert.heard == ()


def test_who_heard_of_the_alarm_hears_of_its_end_after_the_silence():
    alert = Alert(AT_ONCE).at(0, "III").until(range(1, 50), "ok", "silence:1").until(range(50, 60), "ok")

    assert alert.heard == ((0, "raised", 3), (50, "cleared", 3))


def test_without_data_nothing_is_said():
    alert = Alert(AT_ONCE).at(0, "III").until(range(1, 600), "?")

    assert alert.heard == ((0, "raised", 3),)


def test_what_keeps_it_quiet_is_logged_once():
    quiet, first = speak(Voice(), Moment(0, muted="silence:1"))
    again, second = speak(quiet, Moment(1, muted="silence:1"))
    _, third = speak(again, Moment(2))

    assert (first, second, third) == ((MuteMoved(None, "silence:1"),), (), (MuteMoved("silence:1", None),))


ticks = st.lists(
    st.tuples(st.integers(1, 90), st.sampled_from(list(READINGS)), st.sampled_from([None, None, None, "silence:1"])), max_size=60
)


def walked(script, policy=LADDER):
    alert, second = Alert(policy), 0
    for later, reading, muted in script:
        second += later
        before = len(alert.heard)
        alert.at(second, reading, muted)
        yield alert, second, muted, alert.heard[before:]


@given(ticks)
def test_an_end_is_told_only_to_those_who_know_of_the_alarm(script):
    known = False
    for _, _, _, heard in walked(script):
        for _, told, _ in heard:
            assert known or told == "raised"
            known = told != "cleared"


@given(ticks)
def test_nothing_is_said_in_quiet(script):
    for _, _, muted, heard in walked(script):
        assert muted is None or heard == ()


@given(ticks)
def test_a_level_graver_than_anybody_knows_of_is_told_in_the_same_tick_unless_kept_quiet(script):
    known = 4
    for alert, _, muted, heard in walked(script):
        known = min([known, *(level for _, step, level in heard if step in ("raised", "flapping"))])
        if is_standing(alert.state) and muted is None:
            assert known <= alert.state.level
        if any(step == "cleared" for _, step, _ in heard):
            known = 4


@given(ticks)
def test_once_all_is_quiet_and_clear_people_know_of_nothing(script):
    *_, (alert, second, _, _) = [(Alert(LADDER), 0, None, ()), *walked(script)]

    alert.until(range(second + 1, second + 1_300, 4), "ok")

    assert alert.state.voice.told is None
    assert alert.state.voice.owes is None


@pytest.mark.parametrize("gap_s", [1, 100, 140])
def test_ten_minutes_hold_no_more_than_eight_messages_however_it_comes_and_goes(gap_s):
    alert = Alert(AT_ONCE)
    for flip in range(3_600 // gap_s):
        alert.until([flip * gap_s + step / 2 for step in range(gap_s)], "III").until(
            [flip * gap_s + gap_s / 2 + step / 2 for step in range(gap_s)], "ok"
        )

    for start in range(0, 3_600, 60):
        assert sum(start <= second < start + 600 for second, _, _ in alert.heard) <= 8


def test_an_all_clear_does_not_wait_for_a_clock_that_was_set_back():
    voice = Voice(told=RAISED, told_level=3, owes=CLEARED, settled_at=ms(0))

    _, said = speak(voice, Moment(ms(-3_600)))

    assert said == (Notify(CLEARED, 3),)


def test_raises_that_lie_ahead_since_the_clock_was_set_back_count_for_nothing():
    ahead = Flaps(raised_at=(ms(0), ms(1), ms(2)))

    flaps, began = flapped(ahead, ms(-3_600))

    assert (flaps.raised_at, began) == ((ms(-3_600),), False)
    assert not calmed(replace(ahead, flapping=True), ms(-3_600)).flapping


def test_what_was_told_to_be_milder_is_told_again_when_it_is_as_grave_as_before():
    assert Voice(told=EASED, told_level=2).after_rise(2).owes == RAISED
    assert Voice(told=RAISED, told_level=2).after_rise(2).owes is None
