"""What the live way asks of a Redis; every server it may run on has to keep it."""

import json
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
import redis
from made import HOUR, MINUTE, NOON, SECOND, contact, empty_fold
from redis.backoff import NoBackoff
from redis.retry import Retry

from pulse.fence import Fenced
from pulse.kpi.board import SourceHealth, decode_board
from pulse.kpi.records import decode
from pulse.live.boards import Boards
from pulse.live.ingest import Ingest, healths
from pulse.live.keys import Keys
from pulse.live.last_answer import LastAnswer, last_answers
from pulse.live.publish import Layer, Publisher, highest_lease
from pulse.live.read import latest_board
from pulse.live.watch import Watch
from sql.history import History
from sql.models import Minute
from sql.recorder import Recorder
from sql.session import open_database, sqlite_url

_numbers = count(1)
LAYER = Layer(after=None, version=5, at=7, message=b"anew", rows={1: b"one", 2: b"before"})


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


class DiskFull(Exception):
    pass


class RefusingMemory:
    def load(self):
        return None

    def seen_ids(self, since_hour):
        return ()

    def commit(self, **_):
        raise DiskFull

    def record_board(self, at, board):
        pass


class Interrupted:
    """A memory in whose commit something else happens."""

    def __init__(self, memory, meanwhile):
        self.memory, self.meanwhile = memory, meanwhile

    def __getattr__(self, name):
        return getattr(self.memory, name)

    def commit(self, **checkpoint):
        self.meanwhile()
        self.memory.commit(**checkpoint)


@pytest.fixture
def keys():
    """Names nobody used before on this server: nothing has to be emptied."""
    return Keys(f"site{next(_numbers)}")


@pytest.fixture
def client(own_redis):
    with own_redis.client() as client:
        yield client


@pytest.fixture
async def door(own_redis, keys):
    async with own_redis.async_client() as client:
        yield Ingest(client, keys)


@pytest.fixture
def database(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as database:
        yield database


@pytest.fixture
def memory(database):
    return Recorder(database, "site")


@contextmanager
def out_of_memory(client):
    client.config_set("maxmemory", 1)
    try:
        yield
    finally:
        client.config_set("maxmemory", 0)


def watch_of(client, keys, memory, clock):
    return Watch(Publisher(client, keys), Boards(empty_fold()), memory, clock)


def stored_ids(client, keys):
    return [entry_id for entry_id, _ in client.xrange(keys.records)]


def offered_rows(database):
    with database.read() as session:
        minutes = session.query(Minute).all()
        return sum(tally["counts"].get("offered", 0) for row in minutes for queue in row.queues.values() for tally in queue.values())


async def test_records_and_cursor_are_stored_together(door, client, keys):
    await door.store("phone", [contact("offered")], {"offset": 7}, NOON)

    ((_, fields),) = client.xrange(keys.records)
    assert fields[b"source"] == b"phone"
    assert decode(fields[b"records"]) == [contact("offered")]
    assert await door.cursor("phone") == {"offset": 7}


async def test_server_that_refuses_the_records_keeps_the_old_cursor(door, client, keys):
    await door.store("phone", [contact("offered")], {"offset": 1}, NOON)

    with out_of_memory(client), pytest.raises(redis.RedisError):
        await door.store("phone", [contact("answered")], {"offset": 2}, NOON)

    assert client.xlen(keys.records) == 1
    assert await door.cursor("phone") == {"offset": 1}


async def test_batch_without_records_moves_the_cursor_alone(door, client, keys):
    await door.store("phone", [], {"offset": 9}, NOON)

    assert client.xlen(keys.records) == 0
    assert await door.cursor("phone") == {"offset": 9}


async def test_source_that_stored_nothing_has_no_cursor(door):
    assert await door.cursor("phone") is None


async def test_stream_gives_batches_in_the_order_they_were_stored(door, client, keys):
    for number in range(50):
        await door.store("phone", [contact("offered", f"c{number}")], {"offset": number}, NOON)

    entries = client.xrange(keys.records)
    assert [decode(fields[b"records"])[0].contact_id for _, fields in entries] == [f"c{number}" for number in range(50)]


async def test_health_of_a_source_comes_back_as_it_was_told(door, client, keys):
    health = SourceHealth(source="phone", kind="replay", polled_at=NOON, records=3)

    await door.tell_health(health)

    assert healths(client.hgetall(keys.sources)) == {"phone": health}


async def test_the_last_answer_of_a_source_comes_back_as_it_was_told(door, client, keys):
    answer = LastAnswer(at=NOON, rows=('{"queue":"support"}',), records=("{}",))

    await door.tell_answer("phone", answer)

    assert last_answers(client.hgetall(keys.answers)) == {"phone": answer}


async def test_health_and_answer_of_a_source_that_left_the_config_is_forgotten(door, client, keys):
    for name in ("phone", "old"):
        await door.tell_health(SourceHealth(source=name, kind="replay"))
        await door.tell_answer(name, LastAnswer(at=NOON))

    await door.forget_sources_but({"phone", "new"})

    assert set(healths(client.hgetall(keys.sources))) == {"phone"}
    assert set(last_answers(client.hgetall(keys.answers))) == {"phone"}


async def test_board_is_kept_and_sent_as_the_same_bytes(door, client, keys, memory):
    await door.store("phone", [contact("offered")], None, NOON)
    with client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(keys.board)
        channel.get_message(timeout=1)

        watch_of(client, keys, memory, Clock()).turn()

        sent = channel.get_message(timeout=1)["data"]
    assert sent == client.get(keys.board)
    assert decode_board(sent).queues["support"].today["offered"] == 1


async def test_board_of_a_minute_is_remembered_as_json(door, client, keys, memory, database):
    await door.store("phone", [contact("offered")], None, NOON)

    watch_of(client, keys, memory, Clock()).turn()

    remembered = History(database).board_at("site", NOON)
    assert json.loads(remembered)["queues"]["support"]["today"]["offered"] == 1


async def test_stream_is_not_trimmed_where_no_checkpoint_was_kept(door, client, keys):
    await door.store("phone", [contact("offered")], None, NOON)

    with pytest.raises(DiskFull):
        watch_of(client, keys, RefusingMemory(), Clock()).turn()

    assert client.xlen(keys.records) == 1


async def test_batch_that_comes_during_a_checkpoint_stays_in_the_stream(door, client, keys, memory):
    for number in range(3):
        await door.store("phone", [contact("offered", f"c{number}")], None, NOON)
    checkpointed = stored_ids(client, keys)[-1]
    late = []

    def meanwhile():
        late.append(client.xadd(keys.records, {"source": "phone", "records": b"[]"}))

    watch_of(client, keys, Interrupted(memory, meanwhile), Clock()).turn()

    assert memory.load()[0] == checkpointed.decode()
    assert stored_ids(client, keys) == [checkpointed, *late]


async def test_what_history_refused_once_is_in_the_next_checkpoint_once(door, client, keys, memory, database):
    refusals, clock = [DiskFull()], Clock()

    def refuse_once():
        if refusals:
            raise refusals.pop()

    watch = watch_of(client, keys, Interrupted(memory, refuse_once), clock)
    await door.store("phone", [contact("offered")], None, NOON)
    with pytest.raises(DiskFull):
        watch.turn()
    clock.now += 3 * MINUTE
    watch.turn()

    assert offered_rows(database) == 1
    assert [ids for _, ids in memory.seen_ids(0)] == [[contact("offered").event_id]]


async def test_records_that_nobody_folds_for_two_days_are_let_go(door, client, keys):
    await door.store("phone", [contact("offered")], None, NOON)
    first = stored_ids(client, keys)[0]
    written_at = int(first.split(b"-")[0])

    for _ in range(200):
        await door.store("phone", [contact("offered")], None, written_at + 48 * HOUR + MINUTE)

    assert first not in stored_ids(client, keys)


async def test_watch_goes_on_from_its_checkpoint_and_counts_nothing_twice(door, client, keys, memory):
    await door.store("phone", [contact("offered", "c1")], None, NOON)
    watch_of(client, keys, memory, Clock()).turn()
    await door.store("phone", [contact("offered", "c1"), contact("offered", "c2")], None, NOON)

    heir = watch_of(client, keys, memory, Clock(NOON + 5 * SECOND))
    heir.restore()
    heir.turn()

    assert latest_board(client, keys).queues["support"].today["offered"] == 2


async def test_unreadable_batch_does_not_stop_the_next_one(door, client, keys, memory):
    client.xadd(keys.records, {"source": "phone", "records": b"{"})
    await door.store("phone", [contact("offered")], None, NOON)

    watch_of(client, keys, memory, Clock()).turn()

    assert latest_board(client, keys).queues["support"].today["offered"] == 1


async def test_last_contact_of_the_day_reaches_history_though_nothing_follows(door, client, keys, memory, database):
    clock = Clock()
    watch = watch_of(client, keys, memory, clock)
    watch.turn()
    clock.now += 50
    await door.store("phone", [contact("offered")], None, NOON)
    watch.turn()

    for _ in range(5):
        clock.now += SECOND
        watch.turn()

    assert offered_rows(database) == 1


def test_a_publisher_with_a_lower_number_than_was_seen_changes_and_tells_nothing(client, keys):
    old, new = Publisher(client, keys, 3), Publisher(client, keys, 4)
    old.keep(keys.board, b"old")
    new.keep(keys.board, b"new")
    new.lay(keys.alerts, LAYER)

    for late in (partial(old.keep, keys.board, b"late"), partial(old.lay, keys.alerts, replace(LAYER, version=6))):
        with pytest.raises(Fenced, match="lease 3"):
            late()

    assert (client.get(keys.board), client.hget(keys.alerts, "version")) == (b"new", b"5")
    assert highest_lease(client, keys) == 4


def test_layer_is_laid_over_the_version_it_is_of_and_told(client, keys):
    publisher = Publisher(client, keys, 1)
    publisher.lay(keys.alerts, LAYER)
    with client.pubsub() as listening:
        listening.subscribe(keys.alerts)
        listening.get_message(timeout=5)

        assert publisher.lay(keys.alerts, Layer(after=5, version=6, at=8, message=b"more", rows={2: b"two", 3: b"three"}, gone=(1,)))

        assert listening.get_message(timeout=5)["data"] == b"more"
    assert client.hgetall(keys.alerts) == {b"2": b"two", b"3": b"three", b"version": b"6", b"at": b"8"}


@pytest.mark.parametrize("lose", ["delete", "another"])
def test_layer_over_what_is_not_kept_any_more_changes_and_tells_nothing(client, keys, lose):
    publisher = Publisher(client, keys, 1)
    publisher.lay(keys.alerts, LAYER)
    client.delete(keys.alerts) if lose == "delete" else publisher.lay(keys.alerts, replace(LAYER, version=9))
    before = client.hgetall(keys.alerts)

    assert not publisher.lay(keys.alerts, Layer(after=5, version=6, at=8, message=b"more", rows={2: b"two"}))

    assert client.hgetall(keys.alerts) == before


def test_layer_of_everything_takes_the_place_of_what_was_there(client, keys):
    publisher = Publisher(client, keys, 1)
    publisher.lay(keys.alerts, LAYER)

    publisher.lay(keys.alerts, Layer(after=None, version=7, at=9, message=b"anew", rows={4: b"four"}))

    assert client.hgetall(keys.alerts) == {b"4": b"four", b"version": b"7", b"at": b"9"}


def test_no_lease_is_known_of_a_redis_that_is_empty_or_away(client, keys):
    away = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))

    assert (highest_lease(client, keys), highest_lease(away, keys)) == (0, 0)
