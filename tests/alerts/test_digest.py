import pytest
from alerts_made import FakeChannel, board, config, ms, queue, still
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from alerts.digest import Due, in_batches
from alerts.evaluate import Evaluator, Ports
from alerts.message import Attempt, Link
from alerts.outbox import Sender
from sql.models import DeliveryAttempt, OutboxMessage

BUSY = Attempt(delivered=False, retriable=True, status=503, error="http_503")
OK = Attempt(delivered=True, status=200)
HELD = Attempt(delivered=False, retriable=True, held=True, retry_after_s=5)


class Storm:
    """A site where so many queues fall below their goal at once."""

    def __init__(self, database, queues, *answers):
        rules = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "0s", "clear_for": "60s", "notify": ["ops"]}}
        hook = {"kind": "webhook", "url": "https://example.org/hook"}
        self.database, self.names = database, [f"q{number:04}" for number in range(queues)]
        self.evaluator = Evaluator(database, config(rules=rules, notify={"ops": hook}), Ports(publish=lambda _news: True))
        self.channel = FakeChannel(*answers)
        self.sender = Sender(database, "site", "ops", self.channel, link=Link("https://pulse.example/console"))
        self.at(0, 0.5)

    def at(self, second, service_level, names=None):
        queues = {name: queue(service_level, title=name) for name in names or self.names}
        self.evaluator.evaluate(board(ms(second), **queues), ms(second))
        return self

    def sends(self, *seconds):
        return [self.sender.send_due(still(second)) for second in seconds]

    @property
    def told(self):
        return [message.payload for message, _ in self.channel.sent]

    def rows(self, table):
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))


def test_three_alerts_are_told_one_by_one(database):
    storm = Storm(database, 3)

    assert storm.sends(0, 1) == [3, 0]
    assert storm.channel.keys == [f"site/{number}/raised-1/ops" for number in (1, 2, 3)]


def test_what_is_of_level_one_is_told_apart_from_what_is_milder():
    due = [Due(number, "unanswered", None, level=1 if number < 2 else 2) for number in range(10)]

    assert [[one.id for one in batch] for batch in in_batches(due)] == [[0], [1], [2, 3, 4, 5, 6, 7, 8, 9]]


def test_a_thousand_alerts_at_once_are_one_message_that_names_the_first_ten(database):
    storm = Storm(database, 1_000)

    assert storm.sends(0, 1) == [1, 0]
    (told,) = storm.told
    assert told["title"] == {"en": "1000 alerts raised (II: 1000)", "zh": "告警 1000 条（II: 1000）"}
    assert told["why"]["en"].startswith("II q0000: SL below goal; II q0001: SL below goal; ")
    assert told["why"]["en"].endswith("; and 990 more")
    assert (told["count"], told["incidents"], told["link"]) == (1_000, list(range(1, 11)), "https://pulse.example/console")
    assert all(row.sent_at == ms(0) for row in storm.rows(OutboxMessage))
    assert len(storm.rows(DeliveryAttempt)) == 1_000


def test_a_batch_that_failed_is_tried_again_with_its_key_and_what_came_since_apart_from_it(database):
    storm = Storm(database, 5, BUSY, OK)
    storm.sends(0)
    storm.names.append("q9999")
    storm.at(1, 0.5)

    storm.sends(1, 2, 3)

    first, later, again = storm.channel.keys
    assert first == again == "site/1-and-4-more/raised/ops"
    assert later == "site/6/raised-1/ops"
    assert storm.told[0] == storm.told[2]


def test_a_batch_that_was_held_back_may_grow(database):
    storm = Storm(database, 5, HELD, OK)
    storm.sends(0)
    storm.names.append("q9999")
    storm.at(1, 0.5)

    storm.sends(6)

    assert storm.channel.keys[-1] == "site/6-and-5-more/raised/ops"
    assert {row.attempts for row in storm.rows(OutboxMessage)} == {1}


def test_what_was_tried_alone_is_never_told_again_together_with_others(database):
    storm = Storm(database, 1, BUSY)
    storm.sends(0)
    storm.names += ["q1", "q2", "q3", "q4"]
    storm.at(1, 0.5)

    storm.sends(2)

    assert sorted(storm.channel.keys[1:]) == ["site/1/raised-1/ops", "site/2-and-3-more/raised/ops"]


def test_a_batch_that_was_tried_before_it_was_held_back_keeps_its_key(database):
    storm = Storm(database, 4, BUSY, HELD, OK)
    storm.sends(0, 2)
    storm.names.append("q9999")
    storm.at(3, 0.5)

    storm.sends(7)

    assert storm.channel.keys == [*["site/1-and-3-more/raised/ops"] * 2, "site/5/raised-1/ops", "site/1-and-3-more/raised/ops"]


def test_statements_are_told_one_by_one():
    assert len(in_batches([Due(number, "statement", None) for number in range(9)])) == 9


def test_who_is_killed_while_sending_a_batch_sends_the_same_again(database):
    storm = Storm(database, 5)
    claimed = storm.sender._claim(storm.sender._due(ms(0)), ms(0))

    storm.sends(14, 15)

    assert {row.batch for row in claimed} == set(storm.channel.keys) == {"site/1-and-4-more/raised/ops"}


def test_the_end_of_many_alerts_is_one_message_too_and_never_before_their_beginning(database):
    storm = Storm(database, 5, BUSY, OK)
    storm.sends(0)
    for second in range(1, 70, 4):
        storm.at(second, 0.9)

    storm.sends(70, 71)

    assert [told["state"] for told in storm.told] == ["raised", "raised", "cleared"]


due = st.lists(
    st.tuples(st.sampled_from(["raised", "cleared"]), st.sampled_from([None, None, "a", "b"])).map(lambda told: told), max_size=30
).map(lambda rows: [Due(number, step, batch) for number, (step, batch) in enumerate(rows)])


@given(due)
def test_every_message_is_in_one_batch_and_says_what_the_others_of_it_say(messages):
    batches = in_batches(messages)

    assert sorted(one.id for batch in batches for one in batch) == list(range(len(messages)))
    assert all(len({(one.step, one.batch) for one in batch}) == 1 for batch in batches)
    assert [batch[0].id for batch in batches] == sorted(batch[0].id for batch in batches)


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_from_four_on_messages_are_told_together(count):
    batches = in_batches([Due(number, "raised", None) for number in range(count)])

    assert len(batches) == (count if count < 4 else 1)


def test_messages_of_a_drill_are_told_apart_from_real_ones_and_after_them():
    due = [Due(number, "raised", None, drill=number < 5) for number in range(10)]

    assert [tuple(one.id for one in batch) for batch in in_batches(due)] == [(5, 6, 7, 8, 9), (0, 1, 2, 3, 4)]
