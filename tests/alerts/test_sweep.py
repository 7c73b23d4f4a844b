"""A rule is asked only about the queues that matter, and nothing comes of it that the plain way would not bring."""

from dataclasses import replace

import pytest
from alerts_made import board, config, ms, queue, source
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import in_memory
from sqlalchemy import select

from alerts.evaluate import Evaluator, Ports
from alerts.lifecycle import State
from alerts.rules import threshold
from alerts.ruleset import load_rules
from alerts.rung import Rung
from alerts.sample import Context, Reading
from alerts.sampling import Sampler, laddered
from alerts.sweep import Crowd, Known, crowds_of, narrowed, whole
from sql.models import Transition

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
ALIKE = {
    f"{name}_waiting": {**RULES["waiting"], "queues": list(queues)}
    for name, queues in {"mail": ["mail"], "support": ["support"], "both": ["sales", "support"], "every": [], "gone": ["gone"]}.items()
}
"""Rules that differ in nothing but their queues, and one that is alone."""
ALIKE["calm"] = {**RULES["waiting"], "raise_above": 30, "queues": ["support"], "graver": []}
scopes = st.builds(
    lambda waiting, level, offered: queue(level, offered, waiting=waiting),
    st.sampled_from([None, 0, 4, 5, 6, 10, 11, 16, 21]),
    st.sampled_from([None, 0.5, 0.79, 0.8, 0.9]),
    st.sampled_from([None, 0, 19, 20]),
)
boards = st.tuples(st.integers(-4, 9), st.tuples(scopes, scopes, scopes), st.sampled_from([0, 0, 0, 60]))
"""Seconds later (or earlier: a clock that was set back), the queues, and for how long the phone has been silent."""


def run(ticks, narrow, rules=RULES):
    """The frames, the log and the states of an evaluator that saw these Boards."""
    second, frames = 0, []
    with in_memory() as database:
        evaluator = Evaluator(database, config(rules=rules), Ports(publish=lambda news: True, narrow=narrow))
        for later, queues, silent_s in ticks:
            second += later
            seen = board(ms(second), sources={"phone": source(ms(second - silent_s))}, **dict(zip(NAMES, queues, strict=True)))
            evaluator.evaluate(seen, ms(second))
            frames.append(evaluator.frame(ms(second)))
        with database.read() as session:
            log = [(line.at, line.incident_id, line.kind, line.from_state, line.to_state) for line in session.scalars(select(Transition))]
        kept = {key: bare(state) for key, state in evaluator._states.items()}
        return frames, log, {key: state for key, state in kept.items() if state != bare(State())}


def bare(state):
    """The state without what a sample that says "well" leaves in it: the instant of the sample, and rungs that stand still."""
    return replace(state, seen_at=None, rungs=tuple(rung for rung in state.rungs if rung != Rung(level=rung.level)))


@settings(max_examples=40, deadline=None)
@given(st.lists(boards, max_size=12))
def test_what_is_told_logged_and_kept_is_that_of_the_plain_way(ticks):
    assert run(ticks, narrowed) == run(ticks, whole)


@settings(max_examples=8, deadline=None)
@given(st.lists(boards, max_size=10))
def test_rules_that_are_alike_are_told_logged_and_kept_as_if_each_were_asked_for_itself(ticks):
    assert run(ticks, narrowed, ALIKE) == run(ticks, whole, ALIKE)


kept = st.dictionaries(st.sampled_from(list(ALIKE)), st.lists(st.sampled_from([*NAMES, "gone"]), unique=True))


@given(st.tuples(scopes, scopes, scopes), kept)
def test_of_a_crowd_only_well_samples_of_queues_without_a_state_are_left_out(queues, kept):
    rules, seen = load_rules(config(rules=ALIKE)), board(**dict(zip(NAMES, queues, strict=True)))

    some, every = (
        Sampler(rules, lambda rule, _: Context(queues=rule.queues), how).samples(seen, seen.at, Known(kept)) for how in (narrowed, whole)
    )

    left_out = [(key, sample) for key, (_, sample) in every.items() if key not in some]
    assert list(some.items()) == [(key, one) for key, one in every.items() if key in some]
    assert all(key.scope not in kept.get(key.rule, ()) for key, _ in left_out)
    assert {one.reading for _, sample in left_out for one in (sample, *sample.graver)} <= {Reading.CLEAR, Reading.BETWEEN}


def test_rules_that_differ_in_name_and_queues_alone_are_one_crowd():
    found = crowds_of(load_rules(config(rules={**ALIKE, "site": {**ALIKE["calm"], "of": "site"}})))

    assert [[rule.name for rule in crowd.rules] for crowd in found] == [[name for name in ALIKE if name != "calm"], ["calm"], ["site"]]


def test_crowd_of_which_one_look_fails_is_asked_rule_by_rule():
    def broken(_crowd, _board, _known):
        raise ValueError("no such figure")

    bad = ((1, [queue(waiting=21)] * 3, 0),)

    assert run(bad, broken, ALIKE) == run(bad, whole, ALIKE)


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

    left = narrowed(Crowd.of([rule]), board(support=queue(waiting=1), sales=queue(waiting=1)), Known({"waiting": known}))

    assert left == ({"waiting": asked} if asked else {})


def test_queue_that_was_bad_once_is_asked_about_until_it_is_at_rest():
    asked = []

    def noted(crowd, seen, known):
        asked.append(sorted(known.kept.get("waiting", ())))
        return narrowed(crowd, seen, known)

    script = [(0, 11), (0.5, 3), (1, 3), (2, 3)]
    with in_memory() as database:
        evaluator = Evaluator(database, config(rules={"waiting": RULES["waiting"]}), Ports(publish=lambda news: True, narrow=noted))
        for second, waiting in script:
            evaluator.evaluate(board(ms(second), support=queue(waiting=waiting), sales=queue(waiting=1)), ms(second))

    assert asked == [[], ["support"], [], []]
