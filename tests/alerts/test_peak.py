from dataclasses import replace

import pytest
from alerts_made import ms, sample
from watched import BAD, GOOD, HOOK, Watch, rule

from alerts.account import account_of
from alerts.lifecycle import Policy, State, step
from alerts.peak import worst_of
from sql.models import OutboxMessage, Transition

AT_ONCE = Policy(level=3, raise_for_ms=0, clear_for_ms=0)
TOLD = {"rules": rule(raise_for="0s", clear_for="0s", notify=["ops"]), "notify": HOOK}


def said(second, value, reading="breach", threshold=0.8):
    return replace(sample(reading, ms(second), value=value), threshold=threshold)


def followed(*samples, state=None):
    state = state or State()
    for one in samples:
        state, _ = step(state, one, one.at, AT_ONCE)
    return state


def standing(database):
    return Watch(database, **TOLD).at(0, 0.6).at(1, 0.4).at(2, 0.7)


@pytest.mark.parametrize(("threshold", "values", "worst"), [(0.8, (0.6, 0.4, 0.7), 0.4), (10, (12, 30, 20), 30), (None, (3, 9, 5), None)])
def test_the_worst_value_is_the_one_furthest_beyond_the_limit(threshold, values, worst):
    peak = None
    for second, value in enumerate(values):
        peak = worst_of(peak, said(second, value, threshold=threshold))

    assert peak == worst


def test_what_breaches_nothing_is_no_peak():
    assert worst_of(0.7, said(0, 1.0, "clear")) == 0.7
    assert worst_of(None, said(0, None)) is None


def test_a_peak_begins_with_the_raise_and_stays_known_after_the_end():
    assert followed(said(0, 0.9, "clear")).peak is None
    assert followed(said(0, 0.6), said(1, 0.4), said(2, 0.7)).peak == 0.4
    assert followed(said(0, 0.6), said(1, 0.4), said(2, 0.95, "clear")).peak == 0.4


def test_a_new_incident_has_a_peak_of_its_own():
    before = followed(said(0, 0.2), said(1, 0.95, "clear"))

    assert followed(said(2, 0.7), state=replace(before, incident_id=None)).peak == 0.7
    assert followed(said(2, 0.7), state=replace(before, incident_id=7)).peak == 0.2
    assert followed(said(2000, 0.7), state=replace(before, incident_id=7)).peak == 0.7


def test_the_frame_tells_the_peak_and_in_what_it_is_counted(database):
    watch = standing(database)

    assert (watch.row.peak, watch.row.unit) == (0.4, "ratio")


def test_the_all_clear_and_the_log_tell_the_peak(database):
    watch = standing(database).at(3, GOOD).at(60, GOOD)

    *_, clear = (row.payload for row in watch.all(OutboxMessage))
    over = [line.why for line in watch.all(Transition) if line.to_state == "ok"]

    assert (clear["state"], clear["peak"]) == ("cleared", 0.4)
    assert over[0]["en"].endswith("; peaked at 40.0 %")
    assert over[0]["zh"].endswith("；期间最差值 40.0 %")


def test_the_page_of_an_incident_knows_its_peak_until_another_one_of_its_rule_stands_there(database):
    watch = standing(database).at(3, GOOD)
    known = account_of(database, watch.config, 1, ms(60)).peak
    watch.at(2000, 0.7)

    assert (known, account_of(database, watch.config, 1, ms(2000)).peak) == (0.4, None)
    assert account_of(database, watch.config, 2, ms(2000)).peak == 0.7


def test_a_worse_value_is_saved_within_a_minute_and_outlives_a_restart(database):
    watch = Watch(database, **TOLD).at(0, BAD).at(61, 0.3).killed().at(62, 0.7)

    assert watch.row.peak == 0.3
