"""Messages about no single alert: told once to each channel, tried again with the same key, by the fallback in the end."""

from zoneinfo import ZoneInfo

import pytest
from alerts_made import T0, FakeChannel, ms, still
from sqlalchemy import select

from alerts.channels._alertmanager import posted
from alerts.message import Attempt, Message
from alerts.notices import NoticeSender, Said, abandon_unknown, payload_of, put
from alerts.words import Writer
from pulse.text import Text
from sql.duty import Notice
from sql.event_log import first_broken
from sql.models import Transition

SAID = Said(
    name="handover-1/overdue-1",
    state="handover",
    title=Text("Not accepted", "尚未接班"),
    why=Text("3 open <b>alerts</b>", "3 条未结告警"),
    at=T0,
    link="https://pulse.example/handover",
)
LOST = Attempt(delivered=False, retriable=True, status=503, error="status_503")
REFUSED = Attempt(delivered=False, status=404, error="status_404")


def put_in(database, *channels):
    with database.write() as session:
        return put(session, "site", SAID, channels)


def rows(database):
    with database.read() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_each_channel_is_told_once_however_often_it_is_put(database):
    desk = FakeChannel()
    assert [put_in(database, "desk", "desk"), put_in(database, "desk", "boss")] == [1, 1]

    tries = [NoticeSender(database, "site", "desk", desk).send_due(still(second)) for second in (0, 1)]

    assert tries == [1, 0]
    assert desk.keys == ["site/handover-1/overdue-1/desk"]


def test_what_failed_is_tried_again_with_its_key_and_by_the_fallback_after_two_failures(database):
    desk, boss = FakeChannel(LOST), FakeChannel()
    put_in(database, "desk")
    sender = NoticeSender(database, "site", "desk", desk, "boss")

    tries = [sender.send_due(still(second)) for second in (0, 1, 2, 3)]
    NoticeSender(database, "site", "boss", boss).send_due(still(3))

    assert tries == [1, 0, 1, 0]
    assert set(desk.keys) == {"site/handover-1/overdue-1/desk"}
    assert [message.payload["instead_of"] for message, _ in boss.sent] == ["desk"]


def test_what_no_further_try_can_change_is_given_up_and_stands_in_the_log(database):
    put_in(database, "desk")

    NoticeSender(database, "site", "desk", FakeChannel(REFUSED)).send_due(still(0))

    with database.read() as session:
        (line,) = session.scalars(select(Transition))
    assert (line.kind, line.incident_id, line.to_state) == ("delivery", None, "given_up")
    assert line.why["en"] == "desk could not be told: status_404; tries: 1: Not accepted"
    assert first_broken(database, "site") is None


def test_a_channel_at_its_limit_keeps_the_notice_and_counts_no_try(database):
    put_in(database, "desk")
    held = FakeChannel(Attempt(delivered=False, retriable=True, held=True, retry_after_s=3.0), Attempt(delivered=True))
    sender = NoticeSender(database, "site", "desk", held)

    sender.send_due(still(0))
    kept = rows(database)[0]
    sender.send_due(still(3))

    assert (kept.attempts, kept.due_at) == (0, ms(3))
    assert (rows(database)[0].attempts, rows(database)[0].sent_at) == (1, ms(3))


def test_who_is_killed_while_sending_leaves_it_to_be_tried_again(database):
    put_in(database, "desk")
    sender = NoticeSender(database, "site", "desk", FakeChannel())

    sender._claim(1, T0)

    assert [sender.send_due(still(second)) for second in (14, 15)] == [0, 1]


def test_what_waits_for_a_channel_that_is_gone_from_the_file_is_given_up(database):
    put_in(database, "fax", "desk")

    assert abandon_unknown(database, "site", ["desk"], T0) == 1
    assert [row.given_up_at for row in rows(database)] == [T0, None]


@pytest.mark.parametrize(
    ("spoken", "title", "body", "link"),
    [
        ("en", "[HAND-OVER] Not accepted", "3 open <b>alerts</b>", "Open the page"),
        ("zh", "【交接班】尚未接班", "3 条未结告警", "打开页面"),
    ],
)
def test_it_is_told_without_level_and_value_in_the_language_of_the_channel(spoken, title, body, link):
    told = Writer(ZoneInfo("UTC"), spoken).words(Message("k", payload_of("site", SAID)), 5)

    assert (told.title, told.body, told.links[0].name) == (title, body, link)


def test_an_alertmanager_holds_it_for_an_hour_only():
    (alert,) = posted(payload_of("site", SAID), "en", ms(86_400))

    assert alert["labels"]["alertname"] == "handover"
    assert alert["endsAt"] == "2026-11-23T13:00:00.000Z"


def test_files_are_made_for_a_notice_only_where_its_channel_asks_for_them(database):
    asked, desk = [], FakeChannel()
    put_in(database, "desk")

    NoticeSender(database, "site", "desk", desk, attach=lambda payload: asked.append(payload["state"]) or ("file",)).send_due(still(0))

    ((message, _),) = desk.sent
    assert (asked, message.attached(), asked) == (["handover"], ("file",), ["handover"])
