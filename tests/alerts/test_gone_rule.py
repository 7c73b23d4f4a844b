"""An alert whose rule was renamed or removed from the file ends, and nobody is told that all is well."""

import pytest
from alerts_made import board, config, ms, queue
from watched import BAD, GOOD, HOOK, Watch, rule

from alerts.actions import Answer, Asked, Cause, acknowledge, close
from alerts.frame import Signal, Work
from sql.models import Incident, OutboxMessage

GONE = "its rule was removed from the file: nobody watches this any more"
AT_ONCE = {"raise_for": "0s", "notify": ["ops"]}


def raised(database, **facts):
    """A watch in which an alert stands and was told, and whose file has lost the rule since."""
    watch = Watch(database, rules=rule(**AT_ONCE, **facts), notify=HOOK).at(0, BAD)
    watch.config = config(rules={}, notify=HOOK)
    return watch.killed()


def test_it_says_so_while_it_ends_and_is_closed_after_its_time(database):
    watch = raised(database).until(1, 120, BAD)
    ending = watch.row

    watch.at(121, BAD)

    assert (ending.signal, ending.why["en"], ending.no_data) == (Signal.CLEARING, GONE, False)
    assert watch.frame.incidents == ()
    assert watch.log()[-3:] == [
        ("rule", "pulse", "raised", "clearing"),
        ("rule", "pulse", "clearing", "ok"),
        ("work", "pulse", "open", "closed"),
    ]
    (incident,) = watch.all(Incident)
    assert (incident.why["zh"], incident.cause) == ("其规则已从配置中删除：不再监测此项", None)


def test_who_was_told_of_it_is_told_that_the_rule_was_removed_and_not_that_all_is_well(database):
    watch = raised(database).until(1, 121, BAD)

    assert watch.told() == [("raised", 3, "ops"), ("removed", 3, "ops")]
    assert watch.all(OutboxMessage)[-1].payload["why"]["en"] == GONE


def test_a_channel_that_is_gone_too_is_told_nothing(database):
    watch = raised(database)
    watch.config = config(rules={})

    watch.killed().until(1, 121, BAD)

    assert watch.told() == [("raised", 3, "ops")]


@pytest.mark.parametrize("level", [1, 2])
def test_a_grave_one_that_nobody_owns_is_closed_too(database, level):
    watch = raised(database, level=level).until(1, 121, BAD)

    assert watch.frame.incidents == ()


def test_a_grave_one_that_somebody_owns_is_theirs_to_close(database):
    watch = raised(database, level=2)
    acknowledge(database, Asked(1, 1, "Ada", ms(1)))

    watch.refresh(1).until(2, 130, BAD)

    assert (watch.row.signal, watch.row.work, watch.row.owner, watch.row.why["en"]) == (Signal.OK, Work.ACKNOWLEDGED, "Ada", GONE)
    assert close(database, Asked(1, watch.row.version, "Ada", ms(131)), Cause.FALSE_ALARM).answer is Answer.DONE


def test_a_rule_that_comes_back_in_time_finds_its_alert_as_it_was(database):
    watch = raised(database).until(1, 60, BAD)
    watch.config = config(rules=rule(**AT_ONCE), notify=HOOK)

    watch.killed().until(61, 200, BAD)

    assert (watch.row.id, watch.row.signal, watch.told()) == (1, Signal.RAISED, [("raised", 3, "ops")])


def test_a_renamed_rule_raises_its_own_alert_while_the_other_ends(database):
    watch = raised(database)
    watch.config = config(rules={"level": rule(**AT_ONCE)["sla"]}, notify=HOOK)

    watch.killed().until(1, 121, BAD)

    assert [row.rule for row in watch.frame.incidents] == ["level"]


def test_a_breach_under_way_ends_with_its_rule(database):
    watch = Watch(database, rules=rule(raise_for="60s")).at(0, BAD)
    watch.config = config(rules={})

    watch.killed().at(1, BAD)

    assert {state.signal for state in watch.evaluator._states.values()} == {Signal.OK}


def test_a_queue_that_its_rule_no_longer_looks_at_counts_as_one_without_a_rule(database):
    watch = raised(database)
    watch.config = config(rules=rule(**AT_ONCE, queues=["sales"]), notify=HOOK)
    watch.start()

    for second in range(1, 122):
        watch.sees(second, board(ms(second), support=queue(BAD), sales=queue(GOOD)))

    assert watch.told() == [("raised", 3, "ops"), ("removed", 3, "ops")]


def test_an_all_clear_that_was_owed_when_the_rule_went_is_still_told(database):
    watch = Watch(database, rules=rule(**AT_ONCE, clear_for="0s"), notify=HOOK).at(0, BAD).at(1, GOOD)
    watch.config = config(rules={}, notify=HOOK)

    watch.killed().until(2, 40, GOOD)

    assert watch.told() == [("raised", 3, "ops"), ("cleared", 3, "ops")]
