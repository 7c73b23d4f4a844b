import threading

import pytest
from alerts_made import board, config, ms, queue
from sqlalchemy import select

from alerts.actions import CAUSES, LONGEST_COMMENT, Answer, Asked, Cause, acknowledge, assign, close, comment, escalate, mitigate, reopen
from alerts.evaluate import Evaluator, Ports
from alerts.message import Link
from alerts.telling import Ways
from sql.models import Incident, OutboxMessage, Transition


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
    outcome = acknowledge(database, Asked(1, 1, "Ada", ms(9), "on it"))

    assert (outcome.answer, outcome.value, outcome.version, outcome.owner) == (Answer.DONE, "done", 2, "Ada")
    assert outcome.text.zh == "Ada 已确认"
    assert work_lines(database) == [(ms(9), "Ada", "open", "acknowledged", "on it")]


def test_a_second_person_is_told_who_was_faster(database, incident):
    acknowledge(database, Asked(1, 1, "Ada", ms(9)))

    outcome = acknowledge(database, Asked(1, 1, "Grace", ms(10)))

    assert (outcome.answer, outcome.owner, outcome.version) == (Answer.CHANGED, "Ada", 2)
    assert outcome.text.en == "already acknowledged by Ada"
    assert len(work_lines(database)) == 1


@pytest.mark.both_databases
def test_of_many_at_once_one_becomes_the_owner(database, incident):
    together, answers = threading.Barrier(8), []

    def person(name):
        together.wait(5)
        answers.append(acknowledge(database, Asked(1, 1, name, ms(9))).answer)

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

    outcome = acknowledge(database, Asked(1, 4, "Ada", ms(9)))

    assert (outcome.answer, outcome.version, outcome.owner) == (Answer.CHANGED, 5, None)
    assert outcome.text.en == "it has changed since you looked"


def test_an_unknown_incident_is_gone(database):
    assert acknowledge(database, Asked(99, 1, "Ada", ms(9))).answer is Answer.GONE
    assert close(database, Asked(99, 1, "Ada", ms(9)), Cause.PEOPLE).answer is Answer.GONE


def test_an_alert_that_stands_is_not_closed(database, incident):
    outcome = close(database, Asked(1, 1, "Ada", ms(9)), Cause.PEOPLE)

    assert (outcome.answer, outcome.text.en) == (Answer.STANDS, "the alert is still raised")
    assert work_lines(database) == []


def test_closing_keeps_the_cause(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))

    outcome = close(database, Asked(1, 1, "Ada", ms(9)), Cause.RESOURCES)

    with database.read() as session:
        found = session.get_one(Incident, 1)
    assert outcome.answer is Answer.DONE
    assert (found.work, found.cause, found.closed_at) == ("closed", "resources", ms(9))
    assert work_lines(database) == [(ms(9), "Ada", "open", "closed", None)]


def test_a_closed_incident_is_gone(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))
    close(database, Asked(1, 1, "Ada", ms(9)), Cause.RESOURCES)

    assert acknowledge(database, Asked(1, 2, "Grace", ms(10))).answer is Answer.GONE
    assert close(database, Asked(1, 2, "Grace", ms(10)), Cause.PEOPLE).answer is Answer.GONE


def test_every_cause_has_its_words():
    assert set(CAUSES) == set(Cause)


def stored(database):
    with database.read() as session:
        return session.get_one(Incident, 1)


def last_line(database):
    with database.read() as session:
        line = session.scalars(select(Transition).order_by(Transition.id.desc())).first()
        return line.kind, line.who, line.from_state, line.to_state, line.why["en"], line.comment


def asked(version, who="Ada", second=9, comment=None):
    return Asked(1, version, who, ms(second), comment)


def test_assigning_makes_somebody_else_the_owner_and_acknowledges_what_was_open(database, incident):
    outcome = assign(database, asked(1), "Grace")

    assert (outcome.answer, outcome.owner, stored(database).work) == (Answer.DONE, "Grace", "acknowledged")
    assert last_line(database)[:5] == ("owner", "Ada", "open", "acknowledged", "assigned to Grace by Ada")


def test_what_is_owned_can_be_taken_over_and_stays_where_it_is(database, incident):
    acknowledge(database, asked(1))
    mitigate(database, asked(2))

    assert assign(database, asked(3, "Grace"), "Grace").answer is Answer.DONE
    assert (stored(database).owner, stored(database).work) == ("Grace", "mitigated")


def test_mitigating_keeps_the_owner_and_makes_one_where_there_was_none(database, incident):
    assert mitigate(database, asked(1)).owner == "Ada"
    assert stored(database).work == "mitigated"


def test_escalating_raises_the_level_and_asks_for_an_owner_anew(database, incident):
    acknowledge(database, asked(1))

    outcome = escalate(database, asked(2, second=60))

    found = stored(database)
    assert (outcome.answer, found.level, found.owner, found.work) == (Answer.DONE, 1, None, "open")
    assert found.acknowledge_by == ms(60 + 300)
    assert escalate(database, asked(3)).answer is Answer.GRAVEST
    assert stored(database).level == 1


def test_incident_that_was_escalated_is_closed_by_a_person_not_by_itself(database):
    rules = {"sla": {"kind": "sla_breach", "level": 3, "raise_for": "0s", "clear_for": "0s"}}
    evaluator = Evaluator(database, config(rules=rules), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    escalate(database, asked(1))
    evaluator.refresh(ms(1))

    evaluator.evaluate(board(ms(5), support=queue(0.9)), ms(5))

    assert (stored(database).work, stored(database).signal) == ("open", "ok")
    assert [row.level for row in evaluator.frame(ms(6)).incidents] == [2]
    evaluator.evaluate(board(ms(10), support=queue(0.5)), ms(10))
    assert (stored(database).raises, stored(database).level) == (2, 2)


def test_closed_incident_is_opened_again_for_who_asks(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))
    close(database, asked(1), Cause.PEOPLE)

    assert reopen(database, asked(2, "Grace")).answer is Answer.DONE
    found = stored(database)
    assert (found.work, found.owner, found.cause, found.closed_at) == ("acknowledged", "Grace", None, None)
    assert reopen(database, asked(3)).answer is Answer.CHANGED


@pytest.mark.both_databases
def test_closed_incident_stays_closed_where_another_one_of_its_rule_is_open(database, incident):
    incident.evaluate(board(ms(5), support=queue(0.9)), ms(5))
    close(database, asked(1), Cause.PEOPLE)
    incident.refresh(ms(10))
    later = ms(3600)
    incident.evaluate(board(later, support=queue(0.5)), later)

    assert reopen(database, asked(2)).answer is Answer.CHANGED
    assert stored(database).work == "closed"


def test_comment_is_a_line_of_the_log_and_makes_nobody_look_again(database, incident):
    comment(database, asked(1, comment="carrier was called"))

    assert last_line(database) == ("comment", "Ada", "open", "open", "comment by Ada", "carrier was called")
    assert stored(database).version == 1
    assert acknowledge(database, asked(1)).answer is Answer.DONE


@pytest.mark.parametrize("act", [comment, acknowledge])
def test_comment_the_log_cannot_keep_whole_is_refused_and_nothing_is_done(database, incident, act):
    before = last_line(database)

    outcome = act(database, asked(1, comment="x" * (LONGEST_COMMENT + 1)))

    assert (outcome.answer, last_line(database)) == (Answer.UNFIT, before)
    assert outcome.text.en == "the comment has 2,001 characters, at most 2,000 are kept"
    assert act(database, asked(1, comment="x" * LONGEST_COMMENT)).answer is Answer.DONE


def test_refusal_names_the_state_the_work_is_in(database, incident):
    acknowledge(database, asked(1))
    twice = acknowledge(database, asked(2, "Grace"))
    mitigate(database, asked(2))

    assert twice.text.en == "already acknowledged by Ada"
    assert mitigate(database, asked(3, "Grace")).text.en == "already mitigated, owned by Ada"


@pytest.mark.parametrize("act", [acknowledge, mitigate, escalate, comment, reopen])
def test_nothing_can_be_done_to_an_incident_that_is_not_there(database, act):
    assert act(database, Asked(99, 1, "Ada", ms(9))).answer is Answer.GONE


@pytest.mark.parametrize("act", [acknowledge, mitigate, escalate])
def test_what_has_changed_since_one_looked_is_left_alone(database, incident, act):
    with database.write() as session:
        session.get_one(Incident, 1).version = 5

    assert act(database, asked(4)).answer is Answer.CHANGED
    assert stored(database).work == "open"


def test_escalating_tells_the_channels_of_the_rule_once_a_level(database, incident):
    ways = Ways(channels_of=lambda rule, _level: {"sla": ("ops", "duty")}[rule], link=Link("https://pulse.example/console"))
    with database.write() as session:
        session.get_one(Incident, 1).level = 3

    escalate(database, asked(1), ways)
    escalate(database, asked(2), ways)
    escalate(database, asked(3), ways)

    with database.read() as session:
        told = [
            (message.channel, message.level, message.payload["state"], message.key) for message in session.scalars(select(OutboxMessage))
        ]
    assert told == [
        (channel, level, "escalated", f"site/1/escalated-{version}/{channel}")
        for level, version in ((2, 2), (1, 3))
        for channel in ("ops", "duty")
    ]


def test_nobody_is_told_of_an_escalation_that_did_not_happen(database, incident):
    ways = Ways(channels_of=lambda *_asked: ("ops",))

    assert escalate(database, asked(9), ways).answer is Answer.CHANGED
    with database.read() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
