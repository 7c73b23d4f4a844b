import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.backtest import Past, backtest
from alerts.expected_alerts import Judging, outcome_lines, outcomes
from alerts.given_boards import boards
from alerts.lifecycle import is_standing
from alerts.rule_tests import checked_rule_tests, read_rule_tests
from alerts.sampling import Key
from pulse.config import ConfigError
from pulse.plugins import kinds

EXAMPLES = Path(__file__).parents[2] / "examples" / "rules"
LONG_QUEUE = """
every = "30s"

[rules.long_queue]
kind = "threshold"
figure = "waiting"
raise_above = 10
"""


def written(tests, head=LONG_QUEUE):
    return checked_rule_tests(tomllib.loads(f"{head}\n[[tests]]\nname = 'a test'\n{tests}"), Path("made.toml"))


def lines(tests, head=LONG_QUEUE):
    read = written(tests, head)
    return list(outcome_lines(read, outcomes(read)))


def faults(tests, head=LONG_QUEUE):
    with pytest.raises(ConfigError) as refused:
        written(tests, head)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_does_what_it_says(example):
    tests = read_rule_tests(example)

    assert [(outcome.name, outcome.differences) for outcome in outcomes(tests)] == [(test.name, ()) for test in tests.tests]


def test_every_kind_of_rule_has_an_example_and_every_rule_of_it_is_expected_to_be_raised_and_not_to_be():
    read = [read_rule_tests(example) for example in sorted(EXAMPLES.glob("*.toml"))]

    expected = [{(one.rule, one.raised) for test in tests.tests for one in test.expected} for tests in read]

    # What other systems tell cannot be given as values of queues.
    assert [tests.path.stem for tests in read] == [kind for kind in kinds("alerts.rules") if kind != "external"]
    assert expected == [{(rule.name, raised) for rule in tests.rules for raised in (True, False)} for tests in read]


def test_an_example_that_expects_its_contrary_fails_each_time():
    for example in EXAMPLES.glob("*.toml"):
        told = tomllib.loads(example.read_text(encoding="utf-8"))
        for test in told["tests"]:
            for one in test["expect"]:
                one["raised"] = one.pop("level", None) is None and one.get("raised") is False
        tests = checked_rule_tests(told, example)

        differing = [len(outcome.differences) for outcome in outcomes(tests)]

        assert differing == [sum(len(one.at) for one in test.expected) for test in tests.tests]


def test_a_difference_says_when_what_was_expected_and_what_was_found():
    told = lines("""
        series.support.waiting = "12*9"
        expect = [
          { at = "30s", rule = "long_queue", scope = "support", level = 3 },
          { at = ["60s", "4m"], rule = "long_queue", scope = "support", raised = false },
          { at = "60s", rule = "long_queue", scope = "support", level = 2 },
        ]""")

    assert told == [
        "made.toml: 1 of 1 test failed",
        "  a test",
        "    at 30 s, long_queue, support: expected level III, found not raised (pending); 12 now, alarm above 10",
        "    at 1:00 min, long_queue, support: expected not raised, found level III; 12 now, alarm above 10",
        "    at 1:00 min, long_queue, support: expected level II, found level III; 12 now, alarm above 10",
        "    at 4:00 min, long_queue, support: expected not raised, found level III; 12 now, alarm above 10",
    ]


def test_a_figure_that_is_unknown_and_a_scope_no_rule_speaks_of_are_said_to_be():
    told = lines("""
        series.support.waiting = "_*3"
        expect = [
          { at = "60s", rule = "long_queue", scope = "support" },
          { at = "60s", rule = "long_queue", scope = "site" },
        ]""")

    assert told[2:] == [
        "    at 1:00 min, long_queue, support: expected raised, found not raised (nothing known); — now, alarm above 10",
        "    at 1:00 min, long_queue, site: expected raised, found not raised; the rule says nothing of it",
    ]


def test_a_rule_that_fails_is_said_to_and_the_others_are_judged():
    growing = f'{LONG_QUEUE}\n[rules.spike]\nkind = "spike"'

    told = lines(
        """
        series.site.last_30m.complaints = 5
        series.support.waiting = 12
        normal.site.last_30m.complaints = { expected = 2, dispersion = -1 }
        expect = [
          { at = "0s", rule = "spike", scope = "site", raised = false },
          { at = "0s", rule = "long_queue", scope = "support", raised = false },
        ]""",
        growing,
    )

    assert len(told) == 3
    assert "at 0 s, spike, site: expected not raised, found that the rule failed: " in told[2]


def test_the_rules_of_a_config_are_tested_where_it_is_named(tmp_path):
    (tmp_path / "pulse.toml").write_text(LONG_QUEUE.replace('every = "30s"', ""), encoding="utf-8")
    told = tomllib.loads('every = "60s"\nconfig = "pulse.toml"\n[[tests]]\nname = "long"\nseries.support.waiting = "12*2"')
    told["tests"][0]["expect"] = [{"at": "60s", "rule": "long_queue", "scope": "support"}]

    (outcome,) = outcomes(checked_rule_tests(told, tmp_path / "made.toml"))

    assert outcome.differences == ()


def test_every_fault_of_a_file_is_said_at_once():
    head = LONG_QUEUE.replace('every = "30s"', 'every = "2m"\ncolour = 1').replace('"waiting"', '"weiting"')

    said = faults(
        """
        series.support = { waiting = "5*", wating = 1, last_30m = { offered = "1 2 3", asa_s = "5s 6s" }, today = 3 }
        sources.phone.mute_s = 3
        judged.support.1y = { within = 3, all = 4 }
        normal.site.today.complaints.expected = 3
        expect = []
        [[tests]]
        name = "without series"
        expect = [{ at = "5", rule = "long_queue", scope = "support", level = 4 }]
        """,
        head,
    )

    told = "\n".join(said)
    assert "made.toml, every: got 120 s, expected 100ms to 60s" in told
    assert "made.toml, colour: this key is not known here" in told
    assert 'made.toml, rules.long_queue, figure: got "weiting", expected one of waiting' in told
    assert 'made.toml, tests.0.series.support.waiting: got "5*", expected a value' in told
    assert "made.toml, tests.0.series.support.wating: this key is not known here, expected one of waiting" in told
    assert "made.toml, tests.0.series.support.last_30m.asa_s: got 2 values, expected 3" in told
    assert "made.toml, tests.0.series.support.today: got one value, expected a table" in told
    assert "made.toml, tests.0.sources.phone.mute_s: this key is not known here, expected one of silent_s, completeness_ratio" in told
    assert 'made.toml, tests.1, expect.0.at.0: got "5", expected a duration such as 5s or 2m' in told
    assert "made.toml, tests.0, expect: got an empty list, expected one entry or more" in told
    assert "made.toml, tests.1, expect.0.level: got 4" in told
    assert "made.toml, tests.1.series: is missing, expected series.QUEUE.FIGURE" in told
    assert 'made.toml, tests.0.judged.support: got "1y", expected a duration such as 5s or 2m' in told
    assert 'made.toml, tests.0.normal.site: got "today", expected one of last_5m, last_30m' in told
    assert len(said) == 14


def test_expectations_of_what_the_test_does_not_have_are_faults():
    said = faults("""
        series.support.waiting = "12*3"
        expect = [
          { at = "45s", rule = "lond_queue", scope = "suport" },
          { at = "90s", rule = "long_queue", scope = "support" },
        ]""")

    assert said == [
        'made.toml, tests.0.expect.0.rule: got "lond_queue", expected one of long_queue',
        'made.toml, tests.0.expect.0.scope: got "suport", expected one of support, site',
        "made.toml, tests.0.expect.0.at: got 45 s, expected a multiple of 30 s (every) up to 60 s, the last Board",
        "made.toml, tests.0.expect.1.at: got 90 s, expected a multiple of 30 s (every) up to 60 s, the last Board",
    ]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('every = "30s"', "made.toml, rules: is missing, expected [rules.NAME] or config with the pulse.toml"),
        (f'config = "pulse.toml"\n{LONG_QUEUE}', "made.toml, config: got it beside rules, expected either config or tables here"),
        ('every = "30s"\nconfig = "none.toml"', "none.toml"),
    ],
)
def test_a_file_without_rules_or_with_two_sets_of_them_is_refused(head, said):
    told = faults('series.support.waiting = 1\nexpect = [{ at = "0s", rule = "long_queue", scope = "support" }]', head)

    assert any(said in fault for fault in told)


def test_a_file_without_tests_is_refused():
    with pytest.raises(ConfigError, match=r"made\.toml, tests: is missing, expected a \[\[tests\]\] table"):
        checked_rule_tests(tomllib.loads(LONG_QUEUE), Path("made.toml"))


def test_an_expected_level_of_no_alert_is_a_fault():
    (said,) = faults(
        'series.support.waiting = 1\nexpect = [{ at = "0s", rule = "long_queue", scope = "support", level = 3, raised = false }]'
    )

    assert "got raised = false with level = 3, expected no level" in said


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["_", "2", "8", "12", "30"]), st.integers(1, 6)), min_size=1, max_size=12))
def test_what_stands_in_a_test_is_what_a_backtest_of_the_same_boards_says(runs):
    values = " ".join(f"{value}*{times}" for value, times in runs)
    ladder = f"{LONG_QUEUE}clear_at = 5\n[[rules.long_queue.graver]]\nlevel = 2\nraise_above = 20\nclear_at = 10"
    expect = 'expect = [{ at = "0s", rule = "long_queue", scope = "support" }]'
    tests = written(f'series.support.waiting = "{values}"\n{expect}', ladder)
    made = list(boards(tests.tests[0].given, tests.every_ms, tests.config))
    judging, stands = Judging(tests, tests.tests[0].given), []

    for board in made:
        judging.take(board)
        stands.append(is_standing(judging.found(Key("long_queue", "support")).state))

    alerts = backtest(made, tests.rules[0], Past(), tests.every_ms).alerts
    assert stands == [any(one.raised_at <= board.at and (board.at < one.until or not one.is_cleared) for one in alerts) for board in made]


KEYS = ("series", "sources", "judged", "normal", "expect", "name", "support", "last_30m", "waiting", "p1_complaints_by_pair", "1h", "all")
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["1*3", "_", "30s", "5..1*3", "long_queue", "75%", ""])
TREES = st.recursive(
    LEAVES, lambda parts: st.lists(parts, max_size=2) | st.dictionaries(st.sampled_from(KEYS), parts, max_size=3), max_leaves=8
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=5), st.dictionaries(st.sampled_from(("every", "config", "sources")), TREES))
def test_whatever_stands_in_a_file_its_faults_are_said(test, further):
    told = {**tomllib.loads(LONG_QUEUE), **further, "tests": [test]}

    with pytest.raises(ConfigError) as refused:
        checked_rule_tests(told, Path("made.toml"))

    assert all(fault.where and fault.message for fault in refused.value.faults)
