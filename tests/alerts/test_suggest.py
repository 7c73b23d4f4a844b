import pytest
from alerts_made import T0, board, config, queue
from history_made import MINUTE, boards, keep, rule
from hypothesis import given
from hypothesis import strategies as st

from alerts.backtest import Past, backtest
from alerts.past import Stretch
from alerts.suggest import candidates, count_at, suggested
from alerts.tried import tried, tried_rule, tuning_of, with_keys, written_changes
from alerts.tuning import rounded
from pulse.config import ConfigError
from pulse.plugins import kinds
from sql.history import History
from sql.models import Incident, Transition

DAY = 1440
KEYS = {
    "threshold": {},
    "sla_breach": {"raise_below_percent": 60, "clear_above_percent": 70},
    "completeness": {"clear_above_percent": 98},
    "due_soon": {},
    "backlog_growth": {"clear_below_percent": 10},
}


WORDS = {"en": "w", "zh": "w"}
FACTS = {"site": "site", "rule": "long", "kind": "threshold", "scope": "support", "level": 3, "signal": "ok", "work": "closed"}
FACTS |= {"title": WORDS, "why": WORDS, "contributors": []}


def moved(minute, after):
    """A line of the log: the signal of the one incident in a state from a minute on."""
    return Transition(
        site="site", at=T0 + minute * MINUTE, incident_id=1, kind="signal", who="machine", from_state="", to_state=after, why=WORDS
    )


def hill(top):
    """Ten minutes above whatever lies below the top, then ten quiet ones."""
    return [top] * 10 + [0] * 10


def widest(loaded, shown):
    tuning = tuning_of(loaded)
    return backtest(shown, with_keys(loaded, tuning.widest), Past()), tuning


def test_the_most_watchful_limit_with_so_many_alerts_is_found():
    shown = boards([value for top in (40, 30, 20, 10) for value in hill(top)])
    run, tuning = widest(rule(), shown)

    per_day = 2 / (len(shown) / DAY)

    assert suggested(run, tuning, per_day).limit == 20
    assert [count_at(run, tuning, limit) for limit in (40, 30, 20, 10)] == [0, 1, 2, 3]


def test_no_alert_at_all_can_be_asked_for():
    run, tuning = widest(rule(), boards(hill(40)))

    assert suggested(run, tuning, 0) is not None
    assert suggested(run, tuning, 0).alerts == 0


def test_nothing_is_suggested_where_nothing_was_measured():
    run, tuning = widest(rule(), boards([None] * 5))

    assert suggested(run, tuning, 1) is None


def test_candidates_go_from_the_worst_value_on():
    assert candidates(*widest(rule(), boards([1, 5, 3]))) == [5, 3, 1]
    assert candidates(*widest(rule(figure="waiting", raise_above=None, raise_below=4), boards([1, 5, 3]))) == [1, 3, 5]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=80), st.integers(0, 20), st.integers(0, 5))
def test_the_count_on_recorded_values_is_what_the_rule_itself_gives(values, limit, beyond):
    loaded = rule(raise_above=50 + beyond, clear_at=50)
    run, tuning = widest(loaded, boards(values))

    again = backtest(boards(values), with_keys(loaded, tuning.at(limit)), Past())

    assert count_at(run, tuning, limit) == len(again.alerts)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), min_size=1, max_size=40), st.integers(1, 99))
def test_windows_of_few_contacts_are_left_out_of_the_search(windows, percent):
    loaded = rule("sla_breach", raise_below_percent=50, min_contacts=20)
    shown = [board(T0 + n * MINUTE, support=queue(level / 100, offered)) for n, (offered, level) in enumerate(windows)]
    run, tuning = widest(loaded, shown)

    again = backtest(shown, with_keys(loaded, tuning.at(percent / 100)), Past())

    assert count_at(run, tuning, percent / 100) == len(again.alerts)


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_any_value_are_a_rule_again(kind):
    loaded = rule(kind, **KEYS[kind])
    tuning = tuning_of(loaded)

    for keys in (tuning.widest, *(tuning.at(value) for value in (0.0, 0.123, 1.0, 3.7, 1e6))):
        assert with_keys(loaded, keys).name == loaded.name


def test_kinds_without_one_limit_say_so():
    without = {kind for kind in kinds("alerts.rules") if kind not in KEYS}

    assert without == {"burn_rate", "external", "flood", "no_data", "p1_complaint", "spike", "trend"}
    needed = {"trend": {"figure": "csat_score"}}
    assert [tuning_of(rule(kind, **needed.get(kind, {}))) for kind in sorted(without)] == [None] * 7


def test_limits_are_rounded_towards_fewer_alerts():
    assert [rounded(0.1234 * 100, 0.1, is_low=low) for low in (True, False)] == [12.3, 12.4]
    assert [rounded(12.3, 0.1, is_low=low) for low in (True, False)] == [12.3, 12.3]


def test_a_suggestion_is_confirmed_by_the_rule_itself(database):
    keep(database, boards([value for top in (40, 30, 20, 10) for value in hill(top)]))
    written = config(rules={"long": {"kind": "threshold", "figure": "waiting", "raise_above": 5}})
    stretch = Stretch(T0, T0 + DAY * MINUTE)

    trial = tried(written, History(database), tried_rule(written, "long", {}), stretch, per_day=2 * DAY / 80)

    assert len(trial.run.alerts) == 4
    assert trial.suggestion.keys["raise_above"] == 20
    assert (trial.suggestion.searched, trial.suggestion.confirmed) == (2, 2)


def test_an_alert_after_the_signal_was_over_did_not_find_what_was_closed_late(database):
    keep(database, boards([1] * 60 + [11] * 10))
    written = config(rules={"long": {"kind": "threshold", "figure": "waiting", "raise_above": 5}})
    with database.write() as session:
        session.add(Incident(**FACTS, opened_at=T0 + 39 * MINUTE, closed_at=T0 + 65 * MINUTE))
        session.flush()
        session.add_all(moved(at, after) for at, after in ((39, "raised"), (41, "clearing"), (42, "ok")))

    trial = tried(written, History(database), tried_rule(written, "long", {}), Stretch(T0, T0 + DAY * MINUTE))

    assert [one.found for one in trial.said.incidents] == [None]


def test_changes_are_read_as_people_write_them():
    assert written_changes(["raise_above=45s", "min_contacts = 20", 'queues=["a"]', "clear_at=", "of=site"]) == {
        "raise_above": "45s",
        "min_contacts": 20,
        "queues": ["a"],
        "clear_at": None,
        "of": "site",
    }


def test_a_changed_rule_keeps_its_other_keys():
    written = config(rules={"long": {"kind": "threshold", "figure": "waiting", "raise_above": 5, "clear_at": 3, "raise_for": "5m"}})

    changed = tried_rule(written, "long", {"raise_above": 8, "clear_at": None, "clear_for": "1m"})

    assert (changed.policy.raise_for_ms, changed.policy.clear_for_ms) == (300_000, 60_000)
    assert (changed.options.limit, changed.options.clear_from) == (8, 8)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("other", {}, 'got "other", expected one of long'),
        ("long", {"colour": "red"}, "colour: this key is not known here"),
        ("long", {"raise_for": "soon"}, 'raise_for: got "soon", expected a duration'),
    ],
)
def test_what_cannot_be_tried_is_refused_with_its_place(name, changes, said):
    written = config(rules={"long": {"kind": "threshold", "figure": "waiting", "raise_above": 5}})

    with pytest.raises(ConfigError, match=said):
        tried_rule(written, name, changes)


def test_a_change_without_a_value_is_refused():
    with pytest.raises(ConfigError, match='--set: got "raise_above", expected key=value'):
        written_changes(["raise_above"])
