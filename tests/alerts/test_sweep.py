"""A rule is asked only about the queues that matter, and nothing comes of it that the plain way would not bring."""

from dataclasses import replace

import pytest
from alerts_made import board, config, ms, queue, source
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from alerts.evaluate import Evaluator, Ports
from alerts.lifecycle import State
from alerts.rules import threshold
from alerts.ruleset import load_rules
from alerts.rung import Rung
from alerts.sample import Context, Reading
from alerts.sampling import laddered
from alerts.sweep import narrowed, whole
from sql.models import Transition
from sql.session import open_database

RULES = {
    "waiting": {"kind": "threshold", "figure": "waiting", "raise_above": 10, "clear_at": 5, "raise_for": "1s", "clear_for": "2s"},
    "level": {
        "kind": "threshold",
        "figure": "service_level",
        "raise_below": "80%",
        "min_contacts": 20,
        "raise_for": "0s",
        "clear_for": "0s",
    },
}
RULES["waiting"]["graver"] = [{"level": 2, "raise_above": 20, "clear_at": 15, "raise_for": "0s"}]
NAMES = ("support", "sales", "mail")
scopes = st.builds(
    lambda waiting, level, offered: queue(level, offered, waiting=waiting),
    st.sampled_from([None, 0, 4, 5, 6, 10, 11, 16, 21]),
    st.sampled_from([None, 0.5, 0.79, 0.8, 0.9]),
    st.sampled_from([None, 0, 19, 20]),
)
boards = st.tuples(st.integers(-4, 9), st.tuples(scopes, scopes, scopes), st.sampled_from([0, 0, 0, 60]))
"""Seconds later (or earlier: a clock that was set back), the queues, and for how long the phone has been silent."""


def run(ticks, narrow):
    """The frames, the log and the states of an evaluator that saw these Boards."""
    second, frames = 0, []
    with open_database("sqlite://") as database:
        evaluator = Evaluator(database, config(rules=RULES), Ports(publish=lambda news: True, narrow=narrow))
        for later, queues, silent_s in ticks:
            second += later
            seen = board(ms(second), sources={"phone": source(ms(second - silent_s))}, **dict(zip(NAMES, queues, strict=True)))
            frames.append(evaluator.evaluate(seen, ms(second)))
        with database.read() as session:
            log = [(line.at, line.incident_id, line.kind, line.from_state, line.to_state) for line in session.scalars(select(Transition))]
        kept = {key: bare(state) for key, state in evaluator._states.items()}
        return frames, log, {key: state for key, state in kept.items() if state != bare(State())}


def bare(state):
    """The state without what a sample that says "well" leaves in it: the instant of the sample, and rungs that stand still."""
    return replace(state, seen_at=None, rungs=tuple(rung for rung in state.rungs if rung != Rung()))


@settings(max_examples=40, deadline=None)
@given(st.lists(boards, max_size=12))
def test_what_is_told_logged_and_kept_is_that_of_the_plain_way(ticks):
    assert run(ticks, narrowed) == run(ticks, whole)


@given(scopes, st.sampled_from(["waiting", "level"]))
def test_queue_that_is_no_suspect_is_well(scope, name):
    (rule,) = (one for one in load_rules(config(rules=RULES)) if one.name == name)
    seen = board(support=scope)

    suspects = {found for options in (rule.options, *rule.graver) for found in threshold.suspects(seen.queues, options)}

    (sample,) = laddered(rule, seen, Context())
    well = {one.reading for one in (sample, *sample.graver)} <= {Reading.CLEAR, Reading.BETWEEN}
    assert ("support" in suspects) or well


@pytest.mark.parametrize(("known", "queues", "asked"), [((), [], []), (("sales",), [], ["sales"]), (("sales",), ["support"], [])])
def test_queue_is_asked_about_while_a_state_of_it_is_kept(known, queues, asked):
    (rule, _) = load_rules(config(rules={**RULES, "waiting": {**RULES["waiting"], "queues": queues}}))

    left = narrowed(rule, board(support=queue(waiting=1), sales=queue(waiting=1)), known)

    assert list(left) == asked
