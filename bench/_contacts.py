"""Made-up contacts of twelve voice queues in the last 25 minutes: each offered, answered and completed."""

from collections.abc import Iterator
from random import Random

import redis

from pulse.kpi.records import Channel, ContactEvent, ContactEventType, encode
from pulse.live.keys import Keys

QUEUES = tuple(f"queue{number:02}" for number in range(12))
_SPAN_MS = 25 * 60_000


def contact_events(contacts: int, now: int) -> list[ContactEvent]:
    """Three events a contact, oldest first; all lie before `now` (epoch ms)."""
    random = Random(12)
    events = [event for number in range(contacts) for event in _contact(number, now - random.randrange(60_000, _SPAN_MS), random)]
    return sorted(events, key=lambda event: event.at)


def fill_stream(client: redis.Redis, keys: Keys, records: list[ContactEvent], at_once: int) -> None:
    """Puts the records into the stream, `at_once` a batch."""
    with client.pipeline(transaction=False) as pipe:
        for batch in batches(records, at_once):
            pipe.xadd(keys.records, {"source": "bench", "at": 0, "records": encode(batch)})
        pipe.execute()


def batches(records: list[ContactEvent], at_once: int) -> Iterator[list[ContactEvent]]:
    """The records in parts."""
    for start in range(0, len(records), at_once):
        yield records[start : start + at_once]


def _contact(number: int, offered_at: int, random: Random) -> Iterator[ContactEvent]:
    queue, wait_s, talk_s = QUEUES[number % len(QUEUES)], round(random.expovariate(0.08), 1) % 30, round(random.uniform(1, 25), 1)
    answered_at = offered_at + round(wait_s * 1000)
    yield _event(number, queue, offered_at, ContactEventType.OFFERED)
    yield _event(number, queue, answered_at, ContactEventType.ANSWERED, wait_s=wait_s)
    ended_at = answered_at + round(talk_s * 1000)
    yield _event(number, queue, ended_at, ContactEventType.COMPLETED, wait_s=wait_s, talk_s=talk_s, hold_s=0.0, acw_s=5.0)


def _event(number: int, queue: str, at: int, type_: ContactEventType, **durations: float) -> ContactEvent:
    return ContactEvent(
        site="site",
        source="bench",
        event_id=f"bench|{queue}|{_contact_id(number)}|{type_}",
        contact_id=_contact_id(number),
        queue=queue,
        channel=Channel.VOICE,
        at=at,
        type=type_,
        agent=f"agent{number % 80}" if type_ is not ContactEventType.OFFERED else None,
        **durations,
    )


def _contact_id(number: int) -> str:
    """A contact's id, as long as the ones telephone systems give."""
    return f"1795435200.{number:07}"
