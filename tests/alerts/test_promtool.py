"""Prometheus as a second opinion: where it has the same notion, our signal machine raises and clears at the same evaluation.

The same are: `for` begins with the first breaching evaluation, and an alert fires once that was so long ago. Ours differs on purpose
where Prometheus has no notion: a clear rule of its own, `clear_for`, and values that are not known.
"""

import json
import os
import random
import shutil
import subprocess
from itertools import product

import pytest
from alerts_made import board, config, ms, queue

from alerts.lifecycle import State, is_standing, step
from alerts.ruleset import load_rules
from alerts.sample import Context
from alerts.sampling import laddered

EVERY_S = 15
HOLDS_S = (0, 15, 40, 60)
"""One of them is no multiple of the interval."""
LIMIT = 10
STALE = "stale"
"""A series that ended, as Prometheus writes it: its answer to a value that is not known."""


@pytest.fixture(scope="module")
def promtool():
    found = shutil.which("promtool")
    if found is None:
        refuse = pytest.fail if os.environ.get("PULSE_REQUIRE") == "all" else pytest.skip
        refuse("no promtool here (Debian: prometheus)")
    return found


def every_way_of_breaching(length, drawn):
    """Each order of values within and beyond the limit there is; the limit itself is within."""
    within, beyond = (0, 3, 9.5, LIMIT), (10.001, 11, 400)
    return [[drawn.choice(beyond if is_beyond else within) for is_beyond in way] for way in product((False, True), repeat=length)]


def long_ways(count, length, drawn):
    """Values that stay for a while, as they do in a queue."""
    made = []
    for _ in range(count):
        values = [drawn.randint(5, 15)]
        while len(values) < length:
            values.append(drawn.randint(5, 15) if drawn.random() < 0.25 else values[-1])
        made.append(values)
    return made


def rule_with(hold_s):
    keys = {"kind": "threshold", "figure": "waiting", "raise_above": LIMIT, "raise_for": f"{hold_s}s", "clear_for": "0s"}
    return load_rules(config(rules={"long": keys}))[0]


RULES = {hold_s: rule_with(hold_s) for hold_s in HOLDS_S}


def ours(values, hold_s):
    """Whether our alert stands after each Board; None is a value that is not known."""
    rule = RULES[hold_s]
    state, stands = State(), []
    for number, value in enumerate(values):
        (sample,) = laddered(rule, board(ms(number * EVERY_S), support=queue(waiting=value)), Context())
        state, _ = step(state, sample, sample.at, rule.policy)
        stands.append(is_standing(state))
    return stands


def expected_of(series, firing):
    """A test of promtool: which of the series fire at each evaluation, by `for`."""
    length = len(series[0])
    return {
        "interval": f"{EVERY_S}s",
        "input_series": [
            {"series": f'waiting{{queue="{name}"}}', "values": " ".join(STALE if value is None else str(value) for value in values)}
            for name, values in enumerate(series)
        ],
        "alert_rule_test": [
            {
                "eval_time": f"{number * EVERY_S}s",
                "alertname": f"for_{hold_s}",
                "exp_alerts": [{"exp_labels": {"queue": str(name)}} for name, stands in enumerate(firing[hold_s]) if stands[number]],
            }
            for hold_s in firing
            for number in range(length)
        ],
    }


def agrees(promtool, folder, *tests):
    """What promtool says of the tests: whether it found the same, and its words."""
    rules = [{"alert": f"for_{hold_s}", "expr": f"waiting > {LIMIT}", "for": f"{hold_s}s"} for hold_s in HOLDS_S]
    (folder / "rules.json").write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}))
    told = {"rule_files": ["rules.json"], "evaluation_interval": f"{EVERY_S}s", "tests": list(tests)}
    (folder / "tests.json").write_text(json.dumps(told))
    done = subprocess.run([promtool, "test", "rules", "tests.json"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0, (done.stdout + done.stderr)[:4000]


def test_the_same_series_fire_at_the_same_evaluations_as_in_prometheus(promtool, tmp_path):
    drawn = random.Random(18)
    batches = [every_way_of_breaching(8, drawn), long_ways(30, 30, drawn)]

    tests = [expected_of(series, {hold_s: [ours(values, hold_s) for values in series] for hold_s in HOLDS_S}) for series in batches]

    same, words = agrees(promtool, tmp_path, *tests)
    assert same, words


def test_prometheus_contradicts_an_alert_that_is_one_evaluation_late(promtool, tmp_path):
    late = {40: [[False, *ours([11] * 6, 40)[:-1]]]}

    same, words = agrees(promtool, tmp_path, expected_of([[11] * 6], late))

    assert not same
    assert "for_40" in words


def test_what_is_not_known_takes_an_alert_away_in_prometheus_and_leaves_it_standing_in_ours(promtool, tmp_path):
    values = [11, 11, None, None, 11, 9]
    theirs = [False, True, False, False, False, False]

    same, words = agrees(promtool, tmp_path, expected_of([values], {15: [theirs]}))

    assert same, words
    assert ours(values, 15) == [False, True, True, True, True, False]


def test_a_gap_begins_for_anew_in_prometheus_and_counts_in_ours_where_a_breach_stands_on_both_sides(promtool, tmp_path):
    values = [11, None, None, 11, 11, 11]
    theirs = [False] * 6

    same, words = agrees(promtool, tmp_path, expected_of([values], {40: [theirs]}))

    assert same, words
    assert ours(values, 40) == [False, False, False, True, True, True]
