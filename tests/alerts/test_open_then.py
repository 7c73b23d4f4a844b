"""What was open at a past instant, from the log: as it stood then, whoever did what since."""

import pytest
from alerts_made import board, config, ms, queue

from alerts.actions import Asked, Cause, acknowledge, assign, close, escalate, mitigate, reopen
from alerts.evaluate import Evaluator, Ports
from alerts.frame import Signal, Work
from alerts.open_then import open_then


@pytest.fixture
def lived(database):
    """One alert: raised, acknowledged, escalated, assigned, mitigated, over, closed, opened again."""
    rules = {"sla": {"kind": "sla_breach", "level": 3, "raise_for": "0s", "clear_for": "0s"}}
    evaluator = Evaluator(database, config(rules=rules), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    acknowledge(database, Asked(1, 1, "Ada", ms(10)))
    escalate(database, Asked(1, 2, "Ada", ms(20)))
    assign(database, Asked(1, 3, "Ada", ms(30)), "Grace by night")
    mitigate(database, Asked(1, 4, "Eve", ms(40)))
    evaluator.evaluate(board(at=ms(50), support=queue(0.95)), ms(50))
    close(database, Asked(1, 5, "Grace", ms(60)), Cause.PROCESS)
    reopen(database, Asked(1, 6, "Linus", ms(70)))
    return database


@pytest.mark.parametrize(
    ("at_s", "level", "work", "owner"),
    [
        (5, 3, Work.OPEN, None),
        (10, 3, Work.ACKNOWLEDGED, "Ada"),
        (25, 2, Work.OPEN, None),
        (35, 2, Work.ACKNOWLEDGED, "Grace by night"),
        (45, 2, Work.MITIGATED, "Grace by night"),
        (75, 2, Work.ACKNOWLEDGED, "Linus"),
    ],
)
def test_an_incident_stands_as_it_stood_then(lived, at_s, level, work, owner):
    (row,) = open_then(lived, "site", ms(at_s))

    assert (row.level, row.work, row.owner) == (level, work, owner)


def test_it_is_open_from_when_it_was_opened_until_it_was_closed(lived):
    assert [len(open_then(lived, "site", ms(at_s))) for at_s in (-1, 0, 59, 60, 69, 70)] == [0, 1, 1, 0, 0, 1]
    assert open_then(lived, "elsewhere", ms(5)) == ()


def test_its_signal_and_words_are_those_of_then_and_what_the_log_does_not_keep_is_unknown(lived):
    (before,), (after,) = open_then(lived, "site", ms(45)), open_then(lived, "site", ms(55))

    assert (before.signal, after.signal, after.is_over) == (Signal.RAISED, Signal.OK, True)
    assert "50.0 %" in before.why["en"]
    assert "95.0 %" in after.why["en"]
    assert (before.acknowledge_by, before.value, before.contributors) == (None, None, ())


def test_a_level_that_the_machine_moved_is_the_one_of_then(database):
    graver = [{"level": 2, "raise_below_percent": 30, "raise_for": "0s"}]
    rules = {"sla": {"kind": "sla_breach", "level": 3, "raise_below_percent": 60, "raise_for": "0s", "graver": graver}}
    evaluator = Evaluator(database, config(rules=rules), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    evaluator.evaluate(board(at=ms(90), support=queue(0.1)), ms(90))

    assert [row.level for at_s in (1, 91) for row in open_then(database, "site", ms(at_s))] == [3, 2]
