import threading

import pytest
from alerts_made import FakeChannel, board, config, ms, queue, still
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from alerts.evaluate import Evaluator, Ports
from alerts.message import Attempt
from alerts.outbox import CLAIM_MS, FEWEST_ATTEMPTS, GIVE_UP_AFTER_MS, Sender, abandon_unknown_channels, retry_in_s, senders
from pulse.config import ConfigError
from sql.models import DeliveryAttempt, OutboxMessage

BUSY = Attempt(delivered=False, retriable=True, status=503, error="http_503")
REFUSED = Attempt(delivered=False, status=404, error="http_404")
OK = Attempt(delivered=True, status=200)


class Site:
    """A site whose rule raises and clears at once, and tells the channel `ops`."""

    def __init__(self, database, url="https://example.org/hook", level=2, **facts):
        rules = {"sla": {"kind": "sla_breach", "level": level, "raise_for": "0s", "clear_for": "0s", "notify": ["ops"], **facts}}
        hook = {"kind": "webhook", "url": url, "allow_private": True, "timeout": "2s"}
        self.database, self.config = database, config(rules=rules, notify={"ops": hook})
        self.evaluator = Evaluator(database, self.config, Ports(publish=lambda _news: True))

    def at(self, second, service_level):
        self.evaluator.evaluate(board(ms(second), support=queue(service_level)), ms(second))

    def clear(self, second):
        """Clear since half a minute: the all-clear is told."""
        self.at(second - 30, 0.9)
        self.at(second, 0.9)

    def sender(self, *answers):
        self.channel = FakeChannel(*answers)
        return Sender(self.database, "site", "ops", self.channel)

    def messages(self):
        with self.database.read() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    def attempts(self):
        with self.database.read() as session:
            return [(one.at, one.status, one.error) for one in session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.id))]


@pytest.fixture
def site(database):
    made = Site(database)
    made.at(0, 0.5)
    return made


def test_a_due_message_is_sent_once(site):
    sender = site.sender(OK)

    assert [sender.send_due(still(second)) for second in (0, 1, 100)] == [1, 0, 0]
    assert site.channel.keys == ["site/1/raised-1/ops"]
    assert site.messages()[0].sent_at == ms(0)


def test_a_failed_message_is_tried_again_up_the_ladder_with_the_same_key(site):
    sender = site.sender(*[BUSY] * 7, OK)

    tried = [second for second in range(300) if sender.send_due(still(second))]

    assert tried == [0, 2, 6, 14, 30, 62, 107, 152]
    assert set(site.channel.keys) == {"site/1/raised-1/ops"}
    assert site.attempts()[0] == (ms(0), 503, "http_503")
    assert site.attempts()[-1] == (ms(152), 200, None)


def test_level_one_never_waits_longer_than_four_seconds(database):
    site = Site(database, level=1)
    site.at(0, 0.5)
    sender = site.sender(BUSY)

    tried = [second for second in range(24) if sender.send_due(still(second))]

    assert tried == [0, 2, 6, 10, 14, 18, 22]


def test_retry_after_is_obeyed(site):
    sender = site.sender(Attempt(delivered=False, retriable=True, status=429, error="http_429", retry_after_s=60), OK)

    tried = [second for second in range(90) if sender.send_due(still(second))]

    assert tried == [0, 60]


@given(st.integers(1, 100), st.integers(1, 3), st.none() | st.floats(0, 1e6))
def test_the_wait_is_never_longer_than_ten_minutes(attempts, level, retry_after_s):
    assert 0 <= retry_in_s(attempts, level, retry_after_s) <= 600


def test_what_will_not_pass_is_given_up_at_once_and_seen_on_the_incident(site):
    site.sender(REFUSED).send_due(lambda: ms(0))

    assert site.messages()[0].given_up_at == ms(0)
    assert site.evaluator.refresh(ms(1))
    (row,) = site.evaluator.frame(ms(1)).incidents
    assert row.not_told == ("ops",)


def test_a_message_is_given_up_after_half_an_hour(site):
    sender = site.sender(BUSY)

    tried = [second for second in range(0, 2_400, 50) if sender.send_due(still(second))]

    assert tried[-1] * 1000 == GIVE_UP_AFTER_MS
    assert site.messages()[0].given_up_at == ms(1_800)


def test_a_message_that_waited_long_for_its_first_try_still_has_its_tries(site):
    sender = site.sender(BUSY)

    tried = [second for second in range(7_200, 9_600, 50) if sender.send_due(still(second))]

    assert len(tried) == FEWEST_ATTEMPTS
    assert site.messages()[0].given_up_at is not None


def test_once_a_receiver_takes_a_message_all_that_wait_for_their_next_try_are_due(site):
    sender = site.sender(*[BUSY] * 4, OK, OK)
    for second in (0, 2, 6, 14):
        sender.send_due(still(second))

    site.evaluator.evaluate(board(ms(15), support=queue(0.5), billing=queue(0.5)), ms(15))
    tried = [sender.send_due(still(second)) for second in (15, 16)]

    assert tried == [1, 1]
    assert [message.sent_at for message in site.messages()] == [ms(16), ms(15)]


def test_a_message_waits_for_no_clock_that_was_set_back(site):
    sender = site.sender(OK)

    assert sender.send_due(still(-3_600)) == 1


def test_killed_between_commit_and_sending_the_message_is_sent_after_the_restart(database):
    Site(database).at(0, 0.5)

    again = Site(database)
    again.sender(OK).send_due(lambda: ms(5))

    assert again.channel.keys == ["site/1/raised-1/ops"]


@pytest.mark.both_databases
def test_killed_while_sending_the_message_is_sent_again_with_the_same_key(site):
    class Killed(FakeChannel):
        def send(self, message, now):
            super().send(message, now)
            raise KeyboardInterrupt

    killed = Killed()
    with pytest.raises(KeyboardInterrupt):
        Sender(site.database, "site", "ops", killed).send_due(lambda: ms(0))

    sender = site.sender(OK)
    too_soon = sender.send_due(lambda: ms(0) + CLAIM_MS - 1)
    sender.send_due(lambda: ms(0) + CLAIM_MS)

    assert too_soon == 0
    assert killed.keys == site.channel.keys


@pytest.mark.both_databases
def test_a_message_that_another_sender_claimed_is_left_alone(site):
    second, sent = site.sender(OK), []

    class Meanwhile(FakeChannel):
        def send(self, message, now):
            sent.append(second.send_due(lambda: now))
            return super().send(message, now)

    Sender(site.database, "site", "ops", Meanwhile(OK)).send_due(lambda: ms(0))

    assert sent == [0]


@pytest.mark.both_databases
def test_of_many_senders_at_once_each_message_is_sent_by_one(database):
    site = Site(database)
    site.evaluator.evaluate(board(ms(0), **{f"queue_{number}": queue(0.5) for number in range(3)}), ms(0))
    together, channels = threading.Barrier(4), [FakeChannel(OK) for _ in range(4)]

    def sends(channel):
        together.wait(5)
        for second in (0, 1, 2):
            Sender(database, "site", "ops", channel).send_due(still(second))

    threads = [threading.Thread(target=sends, args=(channel,)) for channel in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(key for channel in channels for key in channel.keys) == [f"site/{number}/raised-1/ops" for number in (1, 2, 3)]


@pytest.mark.both_databases
def test_the_all_clear_waits_for_an_alarm_that_was_not_tried(site):
    site.clear(31)
    sender = site.sender(OK)

    counts = [sender.send_due(still(second)) for second in (31, 32, 33)]

    assert counts == [1, 1, 0]
    assert site.channel.keys == ["site/1/raised-1/ops", "site/1/cleared-1/ops"]


@pytest.mark.both_databases
def test_of_what_waits_behind_an_alarm_that_failed_only_the_newest_is_told(site):
    sender = site.sender(BUSY, OK)
    sender.send_due(still(0))
    site.clear(31)
    site.at(40, 0.5)

    counts = [sender.send_due(still(second)) for second in (41, 42)]

    assert counts == [1, 0]
    assert site.channel.keys == ["site/1/raised-1/ops", "site/1/raised-2/ops"]
    assert {message.sent_at for message in site.messages()} == {ms(41)}


def test_what_is_graver_waits_for_no_ladder_of_what_is_milder(database):
    graver = {"level": 1, "raise_below_percent": 40}
    site = Site(database, level=3, graver=[graver])
    site.at(0, 0.5)
    sender = site.sender(BUSY)
    tried = [second for second in range(63) if sender.send_due(still(second))]
    site.at(70, 0.2)

    hurried = [second for second in range(70, 90) if sender.send_due(still(second))]

    assert (tried, hurried) == ([0, 2, 6, 14, 30, 62], [70, 74, 78, 82, 86])
    assert site.channel.keys[-1] == "site/1/raised-2/ops"


def test_a_receiver_that_asks_to_wait_is_not_hurried_by_what_is_newer(site):
    sender = site.sender(Attempt(delivered=False, retriable=True, status=429, error="http_429", retry_after_s=60), OK)
    sender.send_due(still(0))
    site.clear(31)

    counts = [sender.send_due(still(second)) for second in (32, 59, 60)]

    assert counts == [0, 0, 1]
    assert site.channel.keys[-1] == "site/1/cleared-1/ops"


def test_a_statement_is_told_though_something_newer_waits_behind_it(site):
    sender = site.sender(BUSY, OK)
    sender.send_due(still(0))
    with site.database.write() as session:
        first = session.get_one(OutboxMessage, 1)
        first.payload = {**first.payload, "state": "statement"}
    site.clear(31)

    for second in (31, 32):
        sender.send_due(still(second))

    assert site.channel.keys == ["site/1/raised-1/ops", "site/1/raised-1/ops", "site/1/cleared-1/ops"]


def test_an_alarm_that_was_given_up_does_not_hold_up_the_all_clear(site):
    site.clear(31)
    sender = site.sender(REFUSED, OK)

    sender.send_due(lambda: ms(31))
    sender.send_due(lambda: ms(31))

    assert site.channel.keys[-1] == "site/1/cleared-1/ops"


def test_messages_for_a_channel_that_is_gone_are_given_up_visibly(site):
    without = config(rules={}, notify={})

    assert abandon_unknown_channels(site.database, without, ms(3)) == 1
    assert abandon_unknown_channels(site.database, site.config, ms(3)) == 0
    assert site.messages()[0].last_error == "unknown_channel"


def test_a_channel_without_its_secret_is_refused_with_its_place(database):
    with pytest.raises(ConfigError, match=r"notify\.ops, env:PULSE_NO_SUCH_HOOK: nothing is there"):
        senders(database, Site(database, url="env:PULSE_NO_SUCH_HOOK").config)


@pytest.mark.both_databases
def test_end_to_end_over_http_alarm_retries_and_all_clear(database, receiver):
    site = Site(database, receiver.url)
    (sender,) = senders(database, site.config)
    receiver.answers = [(429, {"Retry-After": "3"}), (500, {}), None, (200, {}), (200, {})]

    site.at(0, 0.5)
    site.clear(31)
    tried = [second for second in range(31, 60) if sender.send_due(still(second))]
    sender.close()

    assert tried == [31, 34, 38, 46]
    assert receiver.keys == ["site/1/raised-1/ops"] + ["site/1/cleared-1/ops"] * 3
    raised, cleared = receiver.bodies[0], receiver.bodies[-1]
    assert (raised["state"], cleared["state"]) == ("raised", "cleared")
    assert {"incident", "rule", "level", "scope", "title", "why", "value", "threshold", "contributors", "opened_at", "link"} <= set(raised)
    assert (ms(38), None, "RemoteProtocolError") in site.attempts()
