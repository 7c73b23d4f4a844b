import threading

import pytest
from alerts_made import board, config, ms, queue
from sqlalchemy import select

from alerts.actions import CAUSES, Answer, Cause, acknowledge, close
from alerts.evaluate import Evaluator, Ports
from sql.models import Incident, Transition


@pytest.fixture
def incident(database):
    """The open incident of one queue that has breached its service level, at version 1."""
    rules = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "0s", "clear_for": "0s"}}
    evaluator = Evaluator(database, config(rules=rules), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    return evaluator


def work_lines(database):
    with database.read() as session:
        lines = session.scalars(select(Transition).where(Transition.kind == "work").order_by(Transition.id))
        return [(line.at, line.who, line.from_state, line.to_state, line.comment) for line in lines][1:]


def test_acknowledging_makes_an_owner_and_a_line_in_the_log(database, incident):
    outcome = acknowledge(database, 1, 1, "Ada", ms(9), "on it")

    assert (outcome.answer, outcome.value, outcome.version, outcome.owner) == (Answer.DONE, "done", 2, "Ada")
    assert outcome.text.zh == "Ada 已确认"
    assert work_lines(database) == [(ms(9), "Ada", "open", "acknowledged", "on it")]


def test_a_second_person_is_told_who_was_faster(database, incident):
    acknowledge(database, 1, 1, "Ada", ms(9))

    outcome = acknowledge(database, 1, 1, "Grace", ms(10))

    assert (outcome.answer, outcome.owner, outcome.version) == (Answer.CHANGED, "Ada", 2)
    assert outcome.text.en == "already acknowledged by Ada"
    assert len(work_lines(database)) == 1


def test_of_many_at_once_one_becomes_the_owner(database, incident):
    together, answers = threading.Barrier(8), []

    def person(name):
        together.wait(5)
        answers.append(acknowledge(database, 1, 1, name, ms(9)).answer)

    threads = [threading.Thread(target=person, args=(f"p{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers) == [Answer.CHANGED] * 7 + [Answer.DONE]
    assert len(work_lines(database)) == 1


def test_an_action_on_an_older_version_is_refused(database, incident):
    with database.write() as session:
        session.get_one(Incident, 1).version = 5

    outcome = acknowledge(database, 1, 4, "Ada", ms(9))

    assert (outcome.answer, outcome.version, outcome.owner) == (Answer.CHANGED, 5, None)
    assert outcome.text.en == "it has changed since you looked"


def test_an_unknown_incident_is_gone(database):
    assert acknowledge(database, 99, 1, "Ada", ms(9)).answer is Answer.GONE
    assert close(database, 99, 1, "Ada", ms(9), Cause.PEOPLE).answer is Answer.GONE


def test_an_alert_that_stands_is_not_closed(database, incident):
    outcome = close(database, 1, 1, "Ada", ms(9), Cause.PEOPLE)

    assert (outcome.answer, outcome.text.en) == (Answer.STANDS, "the alert is still raised")
    assert work_lines(database) == []


def test_closing_keeps_the_cause(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))

    outcome = close(database, 1, 1, "Ada", ms(9), Cause.RESOURCES)

    with database.read() as session:
        found = session.get_one(Incident, 1)
    assert outcome.answer is Answer.DONE
    assert (found.work, found.cause, found.closed_at) == ("closed", "resources", ms(9))
    assert work_lines(database) == [(ms(9), "Ada", "open", "closed", None)]


def test_a_closed_incident_is_gone(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))
    close(database, 1, 1, "Ada", ms(9), Cause.RESOURCES)

    assert acknowledge(database, 1, 2, "Grace", ms(10)).answer is Answer.GONE
    assert close(database, 1, 2, "Grace", ms(10), Cause.PEOPLE).answer is Answer.GONE


def test_every_cause_has_its_words():
    assert set(CAUSES) == set(Cause)
