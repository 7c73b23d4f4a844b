"""An incident whose post-mortem is finished counts as closed, for the machine and for people."""

import pytest
from alerts_made import board, config, ms, queue
from sqlalchemy import select

from alerts.actions import Answer, Asked, Cause, acknowledge, close, reopen
from alerts.evaluate import Evaluator, Ports
from alerts.frame import Work
from alerts.lifecycle import WORK_MOVES
from sql.models import Incident


@pytest.fixture
def evaluator(database):
    """Incident 1 was raised at 0 s, over at 5 s, closed at 9 s and reviewed at 10 s."""
    rules = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "0s", "clear_for": "0s"}}
    made = Evaluator(database, config(rules=rules), Ports(publish=lambda _news: True))
    made.evaluate(board(support=queue(0.5)), ms(0))
    made.evaluate(board(ms(5), support=queue(0.9)), ms(5))
    close(database, Asked(1, 1, "Ada", ms(9)), Cause.PEOPLE)
    with database.write() as session:
        found = session.get_one(Incident, 1)
        found.work, found.version = "reviewed", 3
    made.refresh(ms(10))
    return made


def works(database):
    with database.read() as session:
        return list(session.scalars(select(Incident.work).order_by(Incident.id)))


def test_reviewed_follows_closed_and_can_only_be_opened_again():
    assert Work.REVIEWED in WORK_MOVES[Work.CLOSED]
    assert WORK_MOVES[Work.REVIEWED] == {Work.OPEN}
    assert [work for work in Work if Work.REVIEWED in WORK_MOVES[work]] == [Work.CLOSED]
    assert set(WORK_MOVES) == set(Work)


def test_reviewed_incident_is_on_no_list_of_open_ones(evaluator):
    assert evaluator.frame(ms(11)).incidents == ()


def test_signal_raised_again_soon_opens_the_reviewed_incident(database, evaluator):
    evaluator.evaluate(board(ms(60), support=queue(0.5)), ms(60))

    assert [(row.id, row.work) for row in evaluator.rows] == [(1, Work.OPEN)]


def test_signal_raised_later_opens_another_incident_beside_the_reviewed_one(database, evaluator):
    later = ms(3_600)

    evaluator.evaluate(board(later, support=queue(0.5)), later)

    assert [row.id for row in evaluator.rows] == [2]
    assert works(database) == ["reviewed", "open"]


def test_nobody_acknowledges_what_is_reviewed_and_who_must_opens_it_again(database, evaluator):
    assert acknowledge(database, Asked(1, 3, "Grace", ms(20))).answer is Answer.GONE
    assert reopen(database, Asked(1, 3, "Grace", ms(20))).answer is Answer.DONE
    assert works(database) == ["acknowledged"]


def test_restarted_evaluator_takes_a_reviewed_incident_for_closed(database, evaluator):
    again = Evaluator(database, config(rules={"sla": {"kind": "sla_breach"}}), Ports(publish=lambda _news: True))

    assert again.frame(ms(11)).incidents == ()
