"""A second channel gets what the first could not deliver, and a channel at its limit keeps what it cannot send yet."""

import pytest
from alerts_made import FakeChannel, board, config, ms, queue, still
from channels_made import OK_BODIES, hook_options
from sqlalchemy import select

from alerts.evaluate import Evaluator, Ports
from alerts.message import Attempt
from alerts.outbox import FEWEST_ATTEMPTS, GIVE_UP_AFTER_MS, Sender, senders
from alerts.ruleset import faults_in
from sql.models import DeliveryAttempt, OutboxMessage

BUSY = Attempt(delivered=False, retriable=True, status=503, error="http_503")
REFUSED = Attempt(delivered=False, status=404, error="http_404")
OK = Attempt(delivered=True, status=200)
HOOK = {"kind": "webhook", "url": "https://example.org/hook"}


class Site:
    """A site whose rule raises at once and tells `ops`, which falls back to `desk`."""

    def __init__(self, database, notify=("ops",), levels=(2,)):
        self.database = database
        rules = {
            f"sla{number}": {"kind": "sla_breach", "level": level, "raise_for": "0s", "clear_for": "0s", "notify": list(notify)}
            for number, level in enumerate(levels)
        }
        site = config(rules=rules, notify={"ops": {**HOOK, "fallback": "desk"}, "desk": HOOK})
        self.evaluator = Evaluator(database, site, Ports(publish=lambda _news: True))
        self.at(0, 0.5)

    def at(self, second, service_level):
        self.evaluator.evaluate(board(ms(second), support=queue(service_level)), ms(second))

    def clear(self, second):
        """Clear since half a minute: the all-clear is told."""
        self.at(second - 30, 0.9)
        self.at(second, 0.9)

    def sender(self, *answers, name="ops", fallback="desk"):
        self.channel = FakeChannel(*answers)
        return Sender(self.database, "site", name, self.channel, fallback)

    def messages(self, channel):
        with self.database.read() as session:
            query = select(OutboxMessage).where(OutboxMessage.channel == channel).order_by(OutboxMessage.id)
            return list(session.scalars(query))

    def attempts(self):
        with self.database.read() as session:
            return list(session.scalars(select(DeliveryAttempt)))


def tried(sender, seconds):
    return [second for second in seconds if sender.send_due(still(second))]


def test_after_two_failures_the_fallback_gets_the_message_under_its_own_key(database):
    site = Site(database)
    sender = site.sender(BUSY)

    first = tried(sender, [0])
    before = site.messages("desk")
    second = tried(sender, [2])
    (after,) = site.messages("desk")

    assert (first, before, second) == ([0], [], [2])
    assert (after.key, after.due_at, after.attempts) == ("site/1/raised-1/desk", ms(2), 0)
    assert after.payload == {**site.messages("ops")[0].payload, "instead_of": "ops"}


def test_the_first_channel_goes_on_trying_and_the_fallback_gets_the_message_once(database):
    site = Site(database)

    times = tried(site.sender(*[BUSY] * 5, OK), range(100))

    assert times == [0, 2, 6, 14, 30, 62]
    assert len(site.messages("desk")) == 1
    assert site.messages("ops")[0].sent_at == ms(62)


def test_a_refusal_goes_to_the_fallback_at_once(database):
    site = Site(database)

    site.sender(REFUSED).send_due(still(0))

    assert [message.key for message in site.messages("desk")] == ["site/1/raised-1/desk"]
    assert site.messages("ops")[0].given_up_at == ms(0)


def test_a_delivery_after_one_failure_needs_no_fallback(database):
    site = Site(database)

    tried(site.sender(BUSY, OK), range(10))

    assert site.messages("desk") == []


def test_a_channel_that_the_rule_tells_anyway_is_not_told_twice(database):
    site = Site(database, notify=("ops", "desk"))

    site.sender(REFUSED).send_due(still(0))

    assert [message.payload.get("instead_of") for message in site.messages("desk")] == [None]


def test_without_a_fallback_a_refusal_stays_where_it_is(database):
    site = Site(database)

    site.sender(REFUSED, fallback=None).send_due(still(0))

    assert site.messages("desk") == []


def test_each_step_of_an_incident_has_a_fallback_of_its_own(database):
    site = Site(database)
    site.clear(31)
    sender = site.sender(REFUSED)

    tried(sender, [31, 32])

    assert [message.key for message in site.messages("desk")] == ["site/1/raised-1/desk", "site/1/cleared-1/desk"]


def test_who_heard_of_the_alarm_by_the_fallback_hears_of_its_end_while_the_first_channel_still_waits(database):
    site = Site(database)
    sender = site.sender(BUSY)
    tried(sender, [29, 31])
    site.clear(32)

    tried(sender, [33, 34])

    assert [(message.key, message.due_at) for message in site.messages("desk")] == [
        ("site/1/raised-1/desk", ms(31)),
        ("site/1/cleared-1/desk", ms(33)),
    ]
    assert [message.key for message, _ in site.channel.sent] == ["site/1/raised-1/ops"] * 2 + ["site/1/cleared-1/ops"]


def test_an_all_clear_that_arrives_in_place_of_an_alarm_that_failed_is_not_passed_on(database):
    site = Site(database)
    sender = site.sender(BUSY, OK)
    tried(sender, [30])
    site.clear(31)

    tried(sender, [31])

    assert site.messages("desk") == []


def test_end_to_end_a_refused_webhook_is_told_by_wecom(database, receiver, tmp_path):
    good = hook_options("wecom", tmp_path, receiver.url)
    notify = {
        "ops": {"kind": "webhook", "url": receiver.url, "allow_private": True, "fallback": "group"},
        "group": {"kind": "wecom", **good, "language": "both"},
    }
    rules = {"sla": {"kind": "sla_breach", "raise_for": "0s", "notify": ["ops"]}}
    site = config(tmp_path, rules=rules, notify=notify)
    Evaluator(database, site, Ports(publish=lambda _news: True)).evaluate(board(ms(0), support=queue(0.5)), ms(0))
    receiver.answers = [(410, {}), (200, {}, OK_BODIES["wecom"])]
    ops, group = senders(database, site)

    sent = [ops.send_due(still(0)), group.send_due(still(1)), ops.send_due(still(90)), group.send_due(still(90))]
    for sender in (ops, group):
        sender.close()

    assert sent == [1, 1, 0, 0]
    assert receiver.keys == ["site/1/raised-1/ops", "site/1/raised-1/group"]
    assert "Sent here because ops could not be reached." in receiver.bodies[1]["markdown"]["content"]


@pytest.mark.parametrize(
    ("notify", "where", "told"),
    [
        ({"a": {**HOOK, "fallback": "b"}}, "notify.a.fallback", 'got "b", expected no name: there is no other [notify.NAME] table'),
        ({"a": {**HOOK, "fallback": "c"}, "b": HOOK}, "notify.a.fallback", 'got "c", expected one of b'),
        ({"a": {**HOOK, "fallback": "a"}, "b": HOOK}, "notify.a.fallback", 'got "a", expected one of b'),
        ({"a": {**HOOK, "fallback": 1}}, "notify.a.fallback", "valid string"),
    ],
)
def test_a_fallback_that_is_nobody_or_itself_is_a_fault(notify, where, told):
    (fault,) = fallback_faults(notify)

    assert where in fault.where
    assert told in fault.message


def fallback_faults(notify):
    try:
        return faults_in(config(rules={}, notify=notify))
    except ValueError as error:
        return error.faults


def test_fallbacks_in_a_circle_are_faults_and_the_one_who_leads_into_it_is_not():
    notify = {name: {**HOOK, "fallback": after} for name, after in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]}

    faults = fallback_faults(notify)

    assert [fault.where for fault in faults] == [f"pulse.toml, notify.{name}.fallback" for name in "abc"]
    assert 'got "b", which leads back (a → b → c → a), expected a way that ends' in faults[0].message


def test_a_chain_of_fallbacks_that_ends_is_no_fault():
    assert fallback_faults({"a": {**HOOK, "fallback": "b"}, "b": {**HOOK, "fallback": "c"}, "c": HOOK}) == []


def held(seconds):
    return Attempt(delivered=False, retriable=True, error="own_limit", retry_after_s=seconds, held=True)


def test_a_held_message_is_no_attempt_and_is_due_when_there_is_a_token(database):
    site = Site(database)
    sender = site.sender(held(30.0), OK)

    times = [(second, sender.send_due(still(second))) for second in (0, 29, 30)]

    assert times == [(0, 0), (29, 0), (30, 1)]
    assert len(site.channel.sent) == 2
    assert site.messages("ops")[0].attempts == 1
    assert len(site.attempts()) == 1
    assert site.messages("desk") == []


def test_a_flood_never_uses_up_the_attempts_of_a_held_message(database):
    site = Site(database)
    sender = site.sender(*[held(1.0)] * 3 * FEWEST_ATTEMPTS, BUSY, OK)
    late_s = GIVE_UP_AFTER_MS // 1000

    tried(sender, range(late_s, late_s + 4 * FEWEST_ATTEMPTS))

    assert site.messages("ops")[0].sent_at is not None


def test_a_held_message_ends_the_round_and_the_gravest_gets_the_next_token(database):
    site = Site(database, levels=(3, 3, 1))
    sender = site.sender(OK, held(5.0), OK)
    sender.channel.answers[:0] = [held(5.0)]

    counts = [sender.send_due(still(0)), sender.send_due(still(5))]

    assert counts == [0, 1]
    assert [message.payload["level"] for message, _ in site.channel.sent][:2] == [1, 1]
