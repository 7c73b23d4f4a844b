"""Rules that are exchanged while alerts stand or are under way."""

from alerts_made import config, ms
from watched import BAD, GOOD, Watch, rule

from alerts.frame import Signal
from alerts.ruleset import load_rules


def exchanged(watch, **facts):
    watch.config = config(rules=rule(**facts))
    watch.evaluator.exchange(watch.config, load_rules(watch.config))
    return watch


def test_time_that_was_proven_counts_under_the_changed_rule(database):
    watch = Watch(database, rules=rule(raise_for="30s")).until(0, 20, BAD)

    exchanged(watch, raise_for="25s", min_contacts=5).until(21, 25, BAD)

    assert watch.row.opened_at == ms(25)


def test_an_alert_on_its_way_to_clear_goes_on(database):
    watch = Watch(database, rules=rule(raise_for="0s", clear_for="60s")).at(0, BAD).until(1, 31, GOOD)

    exchanged(watch, raise_for="0s", clear_for="40s").until(32, 40, GOOD)
    clearing = watch.row.signal
    watch.at(41, GOOD)

    assert clearing is Signal.CLEARING
    assert watch.frame.incidents == ()


def test_killed_after_an_exchange_it_goes_on_by_the_new_file(database):
    watch = exchanged(Watch(database, rules=rule(raise_for="30s")).until(0, 10, BAD), raise_for="20s")

    watch.killed().until(11, 20, BAD)

    assert watch.row.opened_at == ms(20)
