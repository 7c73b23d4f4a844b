"""A rule with hours of its own judges within them; outside them it neither raises nor clears, and its time stands still."""

from pathlib import Path

import pytest
from alerts_made import T0, config, ms
from watched import BAD, GOOD, HOOK, Watch, rule

from alerts.expected_alerts import outcomes
from alerts.frame import Signal
from alerts.rule_tests import checked_rule_tests
from alerts.ruleset import load_rules
from pulse.config import ConfigError
from sql.models import Incident

UNTIL_ONE = {"calendar": {"open": {"mon-sun": ["08:00-12:01"]}}}
"""T0 is Monday, 12:00: the site closes a minute later."""
SHIFTS = {"shifts": {"early": {"time": "06:00-14:00", "days": "mon-fri"}, "night": {"time": "22:00-06:00"}}}


def is_on(schedule, *hours, **tables):
    (found,) = load_rules(config(rules=rule(schedule=schedule), **tables))
    return [not found.rests(T0 + round((hour - 12) * 3_600_000)) for hour in hours]


def test_a_rule_without_a_schedule_always_judges():
    assert is_on([], 3, 12, 23) == [True] * 3


def test_a_schedule_is_the_open_hours_the_closed_ones_or_shifts():
    assert is_on("open", 7.99, 8, 12, 12.02, **UNTIL_ONE) == [False, True, True, False]
    assert is_on("closed", 7.99, 8, 12, 12.02, **UNTIL_ONE) == [True, False, False, True]
    assert is_on(["early", "night"], 5, 13, 15, 23, **SHIFTS) == [True, True, False, True]


def test_a_breach_outside_its_hours_is_not_raised_and_one_within_them_is(database):
    watch = Watch(database, rules=rule(raise_for="0s", schedule="open"), **UNTIL_ONE).at(61, BAD)
    quiet = watch.frame.incidents

    watch.at(20 * 3600, BAD)

    assert quiet == ()
    assert watch.row.signal is Signal.RAISED


def test_what_stands_when_its_hours_end_stays_and_says_so_until_they_begin(database):
    watch = Watch(database, rules=rule(raise_for="0s", clear_for="0s", schedule="open"), **UNTIL_ONE).at(0, BAD)

    watch.until(60, 300, GOOD)
    resting = watch.row
    watch.at(20 * 3600, GOOD)

    assert (resting.signal, resting.no_data) == (Signal.RAISED, False)
    assert resting.why["en"] == "outside the hours of its rule: neither raised nor cleared until they begin"
    assert watch.frame.incidents == ()


def test_time_proven_before_its_hours_ended_counts_when_they_begin_again_and_the_night_does_not(database):
    watch = Watch(database, rules=rule(raise_for="30s", schedule="open"), **UNTIL_ONE).until(40, 59, BAD).until(60, 120, BAD)

    watch.until(20 * 3600, 20 * 3600 + 10, BAD)
    pending = watch.frame.incidents
    watch.at(20 * 3600 + 11, BAD)

    assert pending == ()
    assert watch.row.opened_at == ms(20 * 3600 + 11)


def test_an_all_clear_that_was_owed_when_its_hours_ended_is_told_all_the_same(database):
    rules = rule(raise_for="0s", clear_for="0s", notify=["ops"], schedule="open")
    watch = Watch(database, rules=rules, notify=HOOK, **UNTIL_ONE).at(0, BAD).at(50, GOOD)

    watch.until(60, 90, GOOD)

    assert watch.told() == [("raised", 3, "ops"), ("cleared", 3, "ops")]
    assert watch.all(Incident)[0].work == "closed"


def test_tests_of_rules_and_back_tests_keep_to_the_hours():
    written = {
        "every": "60s",
        "calendar": {"open": {"mon-sun": ["00:02-24:00"]}},
        "rules": rule(raise_for="0s", schedule="open", min_contacts=1),
        "tests": [
            {
                "name": "raised when the site opens",
                "series": {"support": {"last_30m": {"service_level": "50%*4", "offered": 40}}},
                "expect": [
                    {"at": "60s", "rule": "sla", "scope": "support", "raised": False},
                    {"at": "2m", "rule": "sla", "scope": "support", "level": 3},
                ],
            }
        ],
    }

    (outcome,) = outcomes(checked_rule_tests(written, Path("made.toml")))

    assert outcome.differences == ()


@pytest.mark.parametrize(
    ("schedule", "tables", "fault"),
    [
        ("early", {}, 'got "early", expected a \\[calendar\\] or \\[shifts.NAME\\] beside it'),
        (["early", "evening"], SHIFTS, 'got "evening", expected one of early, night'),
        ("open", SHIFTS, 'got "open" with no \\[calendar\\]'),
        ("open", {**UNTIL_ONE, "shifts": {"open": {"time": "06:00-14:00"}}}, 'got "open" with a shift of that name'),
        (3, {}, "got 3"),
    ],
)
def test_hours_that_are_not_there_are_refused_with_their_place(schedule, tables, fault):
    with pytest.raises(ConfigError, match=rf"rules\.sla\.schedule: {fault}"):
        load_rules(config(rules=rule(schedule=schedule), **tables))
