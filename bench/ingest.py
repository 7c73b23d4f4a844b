"""Record batches in a Redis stream, read, decoded, folded, published and checkpointed by the real Watch.

The rival counts each event by four HINCRBY through redis-py, on a server that keeps nothing on disk.
"""

import statistics
import time
from collections.abc import Iterator

import redis

from bench._contacts import batches, contact_events
from bench._figure import Figure, at_least
from bench._site import folder, redis_at
from bench._watched import A_BATCH, fold_all, site_in
from pulse.clock import system_clock
from pulse.kpi.records import ContactEvent
from pulse.live.keys import Keys
from pulse.runtime.places import Places

_RECORDS = 201_000
_WARM_UP = 12_000
_ROUNDS = 3
_RIVAL_RECORDS = 30_000
_RIVAL_PIPELINE = 500


def figures() -> Iterator[Figure]:
    """Records a second, and how many times that is of the rival's."""
    _records_per_s(_WARM_UP)
    ours_per_s = statistics.median(_records_per_s(_RECORDS) for _ in range(_ROUNDS))
    goal, ok = at_least(150_000, ours_per_s)
    yield Figure(bench="ingest", figure=f"records_in_batches_of_{A_BATCH}", value=ours_per_s, unit="1/s", goal=goal, ok=ok)
    events = contact_events(_RIVAL_RECORDS // 3, system_clock())
    for rival, at_once, part in (("one_event", 1, events[: len(events) // 5]), ("many_events", _RIVAL_PIPELINE, events)):
        rival_per_s = _rival_per_s(part, at_once)
        ratio = ours_per_s / rival_per_s
        against = f"redis-py, four HINCRBY an event, {at_once} events a pipeline: {rival_per_s:.0f}/s"
        goal, ok = at_least(3, ratio)
        yield Figure(
            bench="ingest", figure=f"times_{rival}_a_pipeline", value=ratio, unit="x", goal=goal, ok=ok, ratio=ratio, against=against
        )


def _records_per_s(records: int) -> float:
    with folder() as root:
        site = site_in(root)
        with redis_at(site.places) as client:
            return records / fold_all(client, site, records)


def _rival_per_s(events: list[ContactEvent], at_once: int) -> float:
    with folder() as root, redis_at(Places(root), "--appendonly", "no") as client:
        began_s = time.perf_counter()
        for part in batches(events, at_once):
            _count(client, part)
        return len(events) / (time.perf_counter() - began_s)


def _count(client: redis.Redis, events: list[ContactEvent]) -> None:
    key = Keys("rival")
    with client.pipeline(transaction=False) as pipe:
        for event in events:
            for scope in (event.queue, event.channel, "site", f"{event.queue}:{event.at // 60_000}"):
                pipe.hincrby(key(scope), event.type, 1)
        pipe.execute()
