"""A statement: drafted from a template, approved by another person, sent once to the channels of its audience, and never changed."""

from zoneinfo import ZoneInfo

import pytest
from alerts_made import FakeChannel, board, config, ms, queue, still
from sqlalchemy import select

from alerts.account import account_of
from alerts.actions import Answer, Asked
from alerts.channels.webhook import text_of
from alerts.evaluate import Evaluator, Ports
from alerts.message import Message
from alerts.outbox import Sender
from alerts.ruleset import faults_in
from alerts.statements import approve, draft, drafted, send, versions_of
from alerts.words import Writer
from pulse.audiences import AUDIENCE_NAMES, Audience
from pulse.config import ConfigError
from pulse.text import Text
from sql.models import Incident, OutboxMessage, Transition

RULES = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "0s", "clear_for": "0s"}}
QUEUES = {"support": {"title": {"en": "Support", "zh": "技术支持"}}}
SAID = Text("We answer slowly.\nIt will be over soon.", "应答较慢。\n即将恢复。")
CUSTOMERS = Audience.CUSTOMERS


@pytest.fixture
def raised(database):
    """The open incident 1 of one queue."""
    evaluator = Evaluator(database, config(rules=RULES), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    return evaluator


def asked(who="Ada (supervisor)", second=60):
    return Asked(1, 1, who, ms(second))


def kept(database, audience=CUSTOMERS):
    return versions_of(database, 1).get(audience, [])


def messages(database):
    with database.read() as session:
        return session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()


def approved(database, text=SAID, version=1, audience=CUSTOMERS):
    draft(database, asked(), audience, text, seen=version - 1)
    approve(database, asked("Bo (manager)"), audience, version, second_person=True)


@pytest.mark.parametrize("audience", [CUSTOMERS, Audience.PARTNERS])
def test_nobody_outside_is_ever_told_of_a_drill(database, raised, audience):
    with database.write() as session:
        session.get_one(Incident, 1).drill = True
    approved(database, audience=audience)

    answer = send(database, asked("Bo"), audience, 1, channels=("app",))

    assert (answer.answer, answer.text.en) == (Answer.ONLY_DRILL, "this is a drill: nobody outside is told of it")
    assert messages(database) == []


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("over", [False, True])
def test_template_offers_a_draft_in_both_languages_while_it_lasts_and_after(database, raised, audience, over):
    if over:
        raised.evaluate(board(ms(600), support=queue(0.9)), ms(600))
    site = config(rules=RULES, queues=QUEUES)

    text = drafted(account_of(database, site, 1, ms(700)), audience, site)

    assert ("2026-11-23 12:00" in text.en, "2026-11-23 12:00" in text.zh) == (True, True)
    assert (text.en.count("(UTC)"), text.zh.count("(UTC)")) == (1, 1)
    assert ("12:10 (UTC)" in text.en, "12:10 (UTC)" in text.zh) == (over, over)
    assert ("level" in text.en) is (audience is Audience.STAFF)


def test_customers_are_told_of_the_queue_but_of_no_rule_and_no_figure(database, raised):
    site = config(rules=RULES, queues=QUEUES)

    text = drafted(account_of(database, site, 1, ms(60)), CUSTOMERS, site)

    assert "(Support)" in text.en
    assert "技术支持" in text.zh
    assert not any(word in text.en for word in ("SL", "50", "sla", "alarm"))


@pytest.mark.both_databases
def test_statement_is_drafted_approved_and_sent_and_each_act_is_in_the_log(database, raised):
    approved(database)

    outcome = send(database, asked("Bo (manager)", 90), CUSTOMERS, 1, channels=("site", "app"))

    (version,) = kept(database)
    assert outcome.answer is Answer.DONE
    assert (version.drafted_by, version.approved_by, version.sent_by) == ("Ada (supervisor)", "Bo (manager)", "Bo (manager)")
    assert (version.sent_at, version.channels) == (ms(90), ["site", "app"])
    with database.read() as session:
        lines = session.scalars(select(Transition).where(Transition.kind == "statement").order_by(Transition.id))
        assert [(line.who, line.to_state, line.why["en"]) for line in lines] == [
            ("Ada (supervisor)", "drafted", "statement for customers, version 1: drafted"),
            ("Bo (manager)", "approved", "statement for customers, version 1: approved"),
            ("Bo (manager)", "sent", "statement for customers, version 1: sent to site, app"),
        ]


def test_message_carries_the_approved_text_and_nothing_that_was_not_approved(database, raised):
    approved(database)
    send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",))

    (message,) = messages(database)

    assert message.key == "site/1/statement-customers-1/app"
    assert message.payload["why"] == SAID.by_language()
    assert not {"rule", "level", "scope", "value", "contributors", "link", "owner"} & message.payload.keys()


def test_sent_statement_leaves_by_the_outbox_like_every_message(database, raised):
    approved(database)
    send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",))
    channel = FakeChannel()

    Sender(database, "site", "app", channel).send_due(still(120))

    assert channel.keys == ["site/1/statement-customers-1/app"]


def test_author_does_not_approve_in_whatever_role_where_a_second_person_is_asked_for(database, raised):
    draft(database, asked(), CUSTOMERS, SAID, seen=0)

    assert approve(database, asked("ada (manager)"), CUSTOMERS, 1, second_person=True).answer is Answer.AUTHOR
    assert approve(database, asked("Ada (manager)"), CUSTOMERS, 1, second_person=False).answer is Answer.DONE


def test_draft_is_not_sent_before_it_is_approved(database, raised):
    draft(database, asked(), CUSTOMERS, SAID, seen=0)

    assert send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",)).answer is Answer.INCOMPLETE
    assert messages(database) == []


def test_statement_is_sent_once(database, raised):
    approved(database)
    send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",))

    assert send(database, asked("Cy"), CUSTOMERS, 1, channels=("app",)).answer is Answer.CHANGED
    assert approve(database, asked("Cy"), CUSTOMERS, 1, second_person=True).answer is Answer.CHANGED
    assert len(messages(database)) == 1


def test_newer_draft_takes_the_place_of_an_approved_one_and_needs_its_own_approval(database, raised):
    approved(database)
    draft(database, asked("Cy"), CUSTOMERS, SAID, seen=1)

    assert send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",)).answer is Answer.CHANGED
    assert send(database, asked("Bo"), CUSTOMERS, 2, channels=("app",)).answer is Answer.INCOMPLETE
    assert draft(database, asked("Di"), CUSTOMERS, SAID, seen=1).answer is Answer.CHANGED
    assert [version.version for version in kept(database)] == [1, 2]


def test_correction_of_a_sent_statement_is_another_message(database, raised):
    approved(database)
    send(database, asked("Bo"), CUSTOMERS, 1, channels=("app",))
    approved(database, Text("It is over.", "已恢复。"), version=2)

    send(database, asked("Bo"), CUSTOMERS, 2, channels=("app",))

    assert [message.payload["why"]["en"] for message in messages(database)] == [SAID.en, "It is over."]
    assert kept(database)[0].text == SAID.by_language()


def test_audience_without_a_channel_is_not_called_told(database, raised):
    approved(database)

    outcome = send(database, asked("Bo"), CUSTOMERS, 1, channels=())

    assert (outcome.answer, outcome.text.en) == (Answer.NO_CHANNEL, "no channel leads to Customers: [statements.customers] notify")
    assert kept(database)[0].sent_at is None


@pytest.mark.parametrize("text", [Text("", "应答较慢"), Text("slow", "  ")])
def test_statement_is_in_both_languages_or_it_is_none(database, raised, text):
    assert draft(database, asked(), CUSTOMERS, text, seen=0).answer is Answer.INCOMPLETE


def test_each_audience_has_its_own_versions(database, raised):
    draft(database, asked(), CUSTOMERS, SAID, seen=0)
    draft(database, asked(), Audience.STAFF, SAID, seen=0)

    assert {audience: len(found) for audience, found in versions_of(database, 1).items()} == {CUSTOMERS: 1, Audience.STAFF: 1}


def test_nothing_is_said_of_an_incident_that_is_not_there(database):
    other = Asked(99, 1, "Ada", ms(0))

    assert draft(database, other, CUSTOMERS, SAID, seen=0).answer is Answer.GONE
    assert approve(database, other, CUSTOMERS, 1, second_person=True).answer is Answer.GONE
    assert send(database, other, CUSTOMERS, 1, channels=("app",)).answer is Answer.GONE


def test_channel_writes_a_statement_as_it_was_approved_without_level_link_or_template(database, raised):
    with database.write() as session:
        session.get_one(Incident, 1).drill = True
    approved(database, audience=Audience.STAFF)
    send(database, asked("Bo"), Audience.STAFF, 1, channels=("app",))
    (sent,) = messages(database)
    message = Message(sent.key, sent.payload)

    words = Writer(ZoneInfo("UTC"), "both", body_template="{{ level }}").words(message, 5)

    assert words.titles == ("[DRILL] Incident statement", "【演练】事件通报")
    assert words.bodies == (SAID.en, SAID.zh)
    assert (words.links, words.level) == ((), None)
    assert text_of(message, "en").startswith("[DRILL] [STATEMENT] Incident statement · We answer slowly.")


def test_audience_with_an_unknown_channel_is_a_fault_of_the_config():
    (fault,) = faults_in(config(statements={"customers": {"notify": ["app"]}}))

    assert str(fault) == 'pulse.toml, statements.customers.notify: got "app", expected no name: there is no other [notify.NAME] table'


def test_unknown_audience_is_a_fault_of_the_config():
    with pytest.raises(ConfigError, match="statements"):
        config(statements={"press": {"notify": []}})


def test_every_audience_has_its_name():
    assert set(AUDIENCE_NAMES) == set(Audience)
