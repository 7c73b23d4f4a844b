"""Our alerts at an Alertmanager, and the webhook an Alertmanager would send: against a real one, and in recorded shapes without it."""

import pytest
from alerts_made import T0, FakeChannel, board, config, ms, queue, still
from channels_made import KEY, alarm, opened
from own_alertmanager import OwnAlertmanager, needs_alertmanager

from alerts.actions import Asked, Cause, close
from alerts.channels._alertmanager import posted, webhook_body
from alerts.evaluate import Evaluator, Ports
from alerts.external import fingerprint_of
from alerts.message import Attempt, Message
from alerts.outbox import Sender
from alerts.resend import EVERY_MS, Resender
from pulse.clock import system_clock
from sql.models import Incident, OutboxMessage

LABELS = {
    "alertname": "sla",
    "site": "site",
    "scope": "support",
    "kind": "sla_breach",
    "incident": "1",
    "level": "II",
    "severity": "warning",
}
ALERT = {"status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"}
"""The keys of one alert in the webhook of Alertmanager 0.25."""
BODY = {"receiver", "status", "alerts", "groupLabels", "commonLabels", "commonAnnotations", "externalURL", "version", "groupKey"}
BODY |= {"truncatedAlerts"}
"""The keys of that webhook."""


@pytest.fixture
def alertmanager(tmp_path, receiver):
    needs_alertmanager()
    made = OwnAlertmanager(tmp_path, receiver.url)
    made.start()
    yield made
    made.stop()


def test_webhook_has_the_shape_and_the_words_of_an_alertmanagers():
    body = webhook_body(alarm(runbook="https://wiki.example/sla", at=T0), "en")

    (alert,) = body["alerts"]
    assert (set(body), set(alert)) == (BODY, ALERT)
    assert (body["version"], body["status"], body["receiver"], body["truncatedAlerts"]) == ("4", "firing", "ops", 0)
    assert (body["groupKey"], body["groupLabels"]) == ('{}:{site="site", incident="1"}', {"site": "site", "incident": "1"})
    assert body["commonLabels"] == alert["labels"] == LABELS
    assert body["commonAnnotations"] == alert["annotations"]
    assert alert["annotations"] == {
        "summary": "Support: low",
        "description": "50 % in 20 s",
        "value": "0.5",
        "threshold": "0.8",
        "runbook_url": "https://wiki.example/sla",
    }
    assert body["externalURL"] == "https://pulse.example.org/console"
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-23T12:00:00.000Z", "0001-01-01T00:00:00Z")
    assert alert["fingerprint"] == fingerprint_of(LABELS)


def test_webhook_says_when_it_was_over():
    body = webhook_body(alarm(state="cleared"), "both")

    assert (body["status"], body["alerts"][0]["status"], body["alerts"][0]["endsAt"]) == (
        "resolved",
        "resolved",
        "2026-11-23T12:01:00.000Z",
    )
    assert body["commonAnnotations"]["summary"] == "Support: low / 客服：偏低"


def test_escalated_incident_is_another_alert_there_and_the_former_one_ends():
    body = webhook_body(alarm(state="escalated", level=1), "en")
    raised, left, _ = posted(alarm(state="escalated", level=1).payload, "en", ms(9000))

    assert body["status"] == "firing"
    assert [(one["status"], one["labels"]["severity"]) for one in body["alerts"]] == [
        ("firing", "critical"),
        ("resolved", "warning"),
        ("resolved", "info"),
    ]
    assert "severity" not in body["commonLabels"]
    assert (raised["labels"]["level"], raised["endsAt"]) == ("I", "2026-11-23T14:30:00.000Z")
    assert (left["labels"], left["endsAt"]) == (LABELS, "2026-11-23T12:01:00.000Z")


def test_drill_is_marked_by_a_label():
    assert webhook_body(alarm(drill=True), "en")["commonLabels"]["drill"] == "true"


def test_webhook_channel_posts_that_body_where_the_table_says_so(tmp_path, receiver):
    channel = opened("webhook", tmp_path, url=receiver.url, allow_private=True, format="alertmanager")

    attempt = channel.send(alarm(), T0)
    channel.close()

    assert attempt.delivered
    assert receiver.bodies == [webhook_body(alarm(), "en")]


def test_alertmanager_is_asked_at_its_path_with_its_token(tmp_path, receiver):
    (tmp_path / "token").write_text("open sesame")
    channel = opened("alertmanager", tmp_path, url=f"{receiver.url}/am/", token="file:token", allow_private=True, holds_for="1h")

    channel.send(alarm(), T0)
    channel.close()

    assert receiver.paths == ["/hook/am/api/v2/alerts"]
    assert receiver.got[0][0]["Authorization"] == "Bearer open sesame"
    assert receiver.bodies[0] == posted(alarm().payload, "en", ms(3600))


@pytest.mark.parametrize(
    ("status", "told", "code", "retriable"),
    [
        (400, '"at least one label pair required"', "at least one label pair required", False),
        (422, '{"code":602,"message":"0.labels in body is required"}', "602", False),
        (503, "busy", None, True),
    ],
)
def test_its_own_word_on_what_it_refuses_is_kept(tmp_path, receiver, status, told, code, retriable):
    receiver.answers = [(status, {}, told)]
    channel = opened("alertmanager", tmp_path, url=receiver.url, allow_private=True)

    attempt = channel.send(alarm(), T0)
    channel.close()

    assert attempt == Attempt(delivered=False, retriable=retriable, status=status, error=f"http_{status}", body_code=code)


class Site:
    """An evaluator whose one rule tells an Alertmanager, on a virtual clock; what it tells is delivered at once."""

    def __init__(self, database):
        rule = {"kind": "sla_breach", "level": 3, "raise_for": "0s", "clear_for": "0s", "notify": ["am"]}
        notify = {"am": {"kind": "alertmanager", "url": "https://am.example.org"}}
        self.database, self.config = database, config(rules={"sla": rule, "quiet": {**rule, "notify": []}}, notify=notify)
        self.evaluator = Evaluator(database, self.config, Ports(publish=lambda news: True))

    def at(self, second, service_level):
        self.evaluator.evaluate(board(ms(second), support=queue(service_level)), ms(second))
        Sender(self.database, "site", "am", FakeChannel()).send_due(still(second))

    def told_again(self, second):
        return [(one["rule"], one["state"], one["at"]) for one in Resender(self.database, "site", "am").payloads(ms(second))]


def test_what_stands_is_told_again_and_what_was_closed_is_told_to_be_over_for_a_day(database):
    site = Site(database)

    site.at(0, 0.5)
    standing = site.told_again(30)
    site.at(60, 0.9)
    closed, forgotten = site.told_again(90), site.told_again(2 * 86_400)

    assert standing == [("sla", "steady", ms(30))]
    assert closed == [("sla", "cleared", ms(60))]
    assert forgotten == []


def test_what_people_closed_while_nothing_was_known_is_told_to_be_over(database):
    site = Site(database)
    site.at(0, 0.5)
    site.evaluator.evaluate(board(ms(1)), ms(1))
    with database.read() as session:
        (row,) = session.query(Incident).filter_by(rule="sla")

    close(database, Asked(row.id, row.version, "Ada", ms(5)), Cause.PROCESS)

    assert site.told_again(60) == [("sla", "cleared", ms(5))]


def test_that_nobody_answered_does_not_make_what_is_over_stand_again(database):
    site = Site(database)
    site.at(0, 0.5)
    with database.write() as session:
        (message,) = session.query(OutboxMessage)
        session.add(made_like(message, state="cleared"))
        session.flush()
        session.add(made_like(message, state="unanswered"))

    assert [state for _, state, _ in site.told_again(60)] == ["cleared"]


def made_like(message, state):
    """Another message of the same incident that was sent."""
    told = {"site": "site", "incident_id": message.incident_id, "channel": message.channel, "level": message.level}
    return OutboxMessage(
        **told, key=f"{message.key}-{state}", payload={**message.payload, "state": state}, created_at=0, due_at=0, attempts=1, sent_at=1
    )


def test_what_waits_to_be_told_is_not_told_again(database):
    site = Site(database)

    site.evaluator.evaluate(board(ms(0), support=queue(0.5)), ms(0))

    assert site.told_again(30) == []


def test_each_incident_of_a_message_that_tells_of_many_is_an_alert_of_its_own(tmp_path, receiver):
    parts = tuple(alarm(incident=number, at=T0).payload for number in range(70))
    message = Message(KEY, alarm(title={"en": "70 alerts", "zh": "70"}, scope="site").payload, parts)
    channel = opened("alertmanager", tmp_path, url=receiver.url, allow_private=True)

    channel.send(message, T0)
    channel.close()
    body = webhook_body(message, "en")

    assert [len(part) for part in receiver.bodies] == [64, 6]
    assert {one["labels"]["incident"] for one in body["alerts"]} == {str(number) for number in range(70)}
    assert (body["groupLabels"], body["commonLabels"]["scope"]) == ({"site": "site"}, "support")


def test_channel_that_forgets_is_told_once_a_minute_and_others_never(database):
    class Forgets:
        told = 0

        def stand(self, payloads, now):
            self.told += 1
            return Attempt(delivered=False, error="http_500")

    forgets, resender = Forgets(), Resender(database, "site", "am")
    for now in (T0, T0 + EVERY_MS - 1, T0 + EVERY_MS):
        resender.remind(forgets, now)
        resender.remind(object(), now)

    assert forgets.told == 2


def test_real_alertmanager_shows_our_alert_tells_of_it_in_the_same_form_and_ends_it(tmp_path, alertmanager, receiver):
    now = system_clock()
    channel = opened("alertmanager", tmp_path, url=alertmanager.url, allow_private=True)
    raised, cleared = alarm(opened_at=now - 60_000, at=now - 60_000), alarm(state="cleared", opened_at=now - 60_000, at=now - 1000)

    attempts = [channel.send(raised, now)]
    alertmanager.wait_for(lambda: receiver.bodies)
    known = alertmanager.alerts()["1"]
    attempts.append(channel.send(cleared, now))
    alertmanager.wait_for(lambda: alertmanager.alerts() == {})
    channel.close()

    assert [attempt.delivered for attempt in attempts] == [True, True]
    assert (known["labels"], known["fingerprint"]) == (LABELS, fingerprint_of(LABELS))
    theirs, ours = receiver.bodies[0], webhook_body(raised, "en")
    assert (set(theirs), set(theirs["alerts"][0])) == (BODY, ALERT)
    same = ("version", "status", "groupLabels", "commonLabels", "commonAnnotations", "truncatedAlerts")
    assert {name: theirs[name] for name in same} == {name: ours[name] for name in same}
    times = {"startsAt": "", "endsAt": ""}
    assert theirs["alerts"][0] | times == ours["alerts"][0] | times
    assert known["startsAt"] == ours["alerts"][0]["startsAt"]


def test_real_alertmanager_that_forgot_everything_is_told_again(tmp_path, alertmanager):
    now = system_clock()
    channel = opened("alertmanager", tmp_path, url=alertmanager.url, allow_private=True)
    alertmanager.stop()
    alertmanager.start()

    attempt = channel.stand([alarm(incident=number, opened_at=now, at=now).payload for number in range(130)], now)
    channel.close()

    assert attempt.delivered
    assert len(alertmanager.alerts()) == 130
