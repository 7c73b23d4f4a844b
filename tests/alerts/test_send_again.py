"""Receipts and sending again: what became of each message, and what a given-up one needs to be tried once more."""

import pytest
from alerts_made import T0, FakeChannel, config, ms, still

from alerts.actions import Answer
from alerts.message import Attempt
from alerts.notices import NoticeSender, Said, put
from alerts.outbox import Sender
from alerts.recipients import recipient_of
from alerts.send_again import send_again, send_notice_again
from alerts.silences import By
from pulse.text import Text
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, Transition
from sql.receipts import Fate, Try, Wanted, channels_seen, find_receipts

REFUSED = Attempt(delivered=False, status=404, body_code="x", error="status_404")
CHANNELS = ("desk", "boss")


def told(database, *numbers, channel="desk"):
    """One message of each of these incidents, which are there already or not."""
    words = {"title": {"en": "t", "zh": "t"}, "why": {"en": "w", "zh": "w"}, "contributors": [], "opened_at": T0}
    with database.write() as session:
        for number in numbers:
            facts = {"rule": "sla", "kind": "sla_breach", "scope": f"q{number}", "signal": "raised", "work": "open", "level": 2}
            session.merge(Incident(id=number, site="site", **facts, **words))
            session.flush()
            payload = {"state": "raised", "title": words["title"], "incident": number, "level": 2}
            key = f"site/{number}/raised-1/{channel}"
            sent = {"created_at": T0 + number, "due_at": T0, "attempts": 0, "payload": payload, "level": 2}
            session.add(OutboxMessage(site="site", incident_id=number, key=key, channel=channel, **sent))


def send(database, channel, second=1):
    Sender(database, "site", "desk", channel).send_due(still(second))


def by(second=60):
    return By("Ada", ms(second), "console")


def found(database, **wanted):
    return [(one.incident_id, one.channel, one.fate) for one in find_receipts(database, "site", Wanted(**wanted)).receipts]


@pytest.mark.both_databases
def test_every_message_has_a_receipt_with_each_try_the_newest_first(database):
    told(database, 1, 2)
    told(database, 1, channel="boss")
    send(database, FakeChannel(REFUSED, Attempt(delivered=True, status=200)))

    receipts = find_receipts(database, "site", Wanted())

    assert found(database) == [(2, "desk", Fate.SENT), (1, "boss", Fate.WAITING), (1, "desk", Fate.GIVEN_UP)]
    assert [one.tries for one in receipts.receipts][::2] == [(Try(ms(1), 200, None, None),), (Try(ms(1), 404, "x", "status_404"),)]
    assert channels_seen(database, "site") == ["boss", "desk"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"incident_id": 1}, [(1, "boss"), (1, "desk")]),
        ({"channel": "boss"}, [(1, "boss")]),
        ({"fate": Fate.GIVEN_UP}, [(1, "desk")]),
        ({"fate": Fate.WAITING, "channel": "desk"}, []),
        ({"incident_id": 9}, []),
    ],
)
def test_receipts_are_looked_for_by_incident_channel_and_fate(database, wanted, expected):
    told(database, 1)
    send(database, FakeChannel(REFUSED))
    told(database, 1, channel="boss")

    assert [(incident, channel) for incident, channel, _ in found(database, **wanted)] == expected


def test_a_list_is_bounded_and_says_how_many_there_are(database):
    told(database, 1, 2, 3)

    receipts = find_receipts(database, "site", Wanted(), most=2)

    assert ([one.incident_id for one in receipts.receipts], receipts.total) == ([3, 2], 3)


@pytest.mark.both_databases
def test_what_was_given_up_is_sent_again_with_its_key_and_the_log_says_who_wanted_it(database):
    told(database, 1)
    channel = FakeChannel(REFUSED, Attempt(delivered=True, status=200))
    send(database, channel)

    outcome = send_again(database, "site", 1, CHANNELS, by())
    send(database, channel, 61)

    with database.read() as session:
        line = session.get(Transition, 2)
    assert outcome.answer is Answer.DONE
    assert found(database) == [(1, "desk", Fate.SENT)]
    assert len(set(channel.keys)) == 1
    assert (line.who, line.from_state, line.to_state, line.incident_id) == ("Ada", "given_up", "waiting", 1)
    assert first_broken(database, "site") is None


def test_it_is_tried_some_times_more_before_it_is_given_up_again(database):
    told(database, 1)
    send(database, FakeChannel(REFUSED))
    send_again(database, "site", 1, CHANNELS, by(7_200))

    lost = FakeChannel(Attempt(delivered=False, retriable=True, error="lost"))
    for second in range(7_200, 7_500):
        send(database, lost, second)

    assert len(lost.sent) == 6
    assert found(database) == [(1, "desk", Fate.GIVEN_UP)]


def test_what_is_sent_or_waits_or_is_not_there_or_has_no_channel_is_left_as_it_is(database):
    told(database, 1, 2)
    told(database, 3, channel="fax")
    send(database, FakeChannel(Attempt(delivered=True)))
    answers = [send_again(database, "site", number, CHANNELS, by()).answer for number in (1, 3, 9)]

    other = send_again(database, "elsewhere", 1, CHANNELS, by()).answer

    assert (answers, other) == ([Answer.CHANGED, Answer.NO_CHANNEL, Answer.GONE], Answer.GONE)


def test_a_notice_has_a_receipt_and_is_sent_again_too(database):
    said = Said(name="handover-1/overdue-1", state="handover", title=Text("t", "t"), why=Text("w", "w"), at=T0)
    with database.write() as session:
        put(session, "site", said, ["desk"])
    NoticeSender(database, "site", "desk", FakeChannel(REFUSED)).send_due(still(1))
    lost = find_receipts(database, "site", Wanted()).receipts[0]

    outcome = send_notice_again(database, "site", 1, CHANNELS, by())

    assert (lost.fate, lost.incident_id, lost.tries) == (Fate.GIVEN_UP, None, (Try(ms(1), 404, "x", "status_404"),))
    assert outcome.answer is Answer.DONE
    assert found(database) == [(None, "desk", Fate.WAITING)]
    assert found(database, incident_id=1) == []


@pytest.mark.parametrize(
    ("options", "recipient"),
    [
        ({"kind": "email", "to": ["ada@example.com", "bo@example.com"]}, "a•••@example.com, b•••@example.com"),
        ({"kind": "email", "to": [f"p{n}@example.com" for n in range(5)]}, "p•••@example.com, p•••@example.com, p•••@example.com, + 2"),
        ({"kind": "webhook", "url": "https://user:word@hooks.example.org/secret?key=1"}, "hooks.example.org"),
        ({"kind": "wecom", "url": "env:WECOM"}, "•••"),
        ({"kind": "file", "path": "/srv/own folder/desk.jsonl"}, "desk.jsonl"),
        ({"kind": "odd"}, "•••"),
        (None, "—"),
    ],
)
def test_no_page_is_told_a_secret_or_a_whole_address(options, recipient):
    channel = None if options is None else config(rules={}, notify={"x": options}).notify["x"]

    assert recipient_of(channel) == recipient
