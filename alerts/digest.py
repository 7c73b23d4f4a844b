"""Many messages that say the same of different incidents at one time become one: the gravest are named, the others counted.

In: messages of one channel that are due. Out: batches of them, and the one message that tells of a batch. Pure. A batch that
was tried once stays together, so that every further try has its key and says the same.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from alerts.fields import LEVELS, STATEMENT, STATES
from alerts.lifecycle import GRAVEST_LEVEL
from alerts.message import Link, Message
from pulse.text import Language, Text
from sql.models import OutboxMessage

FROM = 4
"""So many at once are told together; fewer can be read one by one."""
NAMED = 10


class Due(NamedTuple):
    """A message that is due, as it was seen."""

    id: int
    step: str
    batch: str | None
    attempts: int = 0
    drill: bool = False
    level: int = 3


def in_batches(due: Sequence[Due]) -> list[tuple[Due, ...]]:
    """The messages in the order of the first of each batch: those that were tried together, those that say the same, the rest alone.

    Those of a drill come last, and never together with real ones; what is of level I is not lost among the others.
    """
    by_group: dict[tuple[str | int, str, bool, bool], list[Due]] = {}
    for one in due:
        group = one.batch or (one.id if _is_told_alone(one) else 0)
        is_gravest = one.batch is None and one.level == GRAVEST_LEVEL
        by_group.setdefault((group, one.step, one.drill, is_gravest), []).append(one)
    batches = [batch for group in by_group.values() for batch in _split(group)]
    place = {one.id: number for number, one in enumerate(due)}
    # What a channel may send is used up by what is real first.
    return sorted(batches, key=lambda batch: (batch[0].drill, place[batch[0].id]))


def batch_key(batch: Sequence[Due], site: str, channel: str) -> str | None:
    """The key of a batch, the same at every try; None for a message that is told by itself."""
    if batch[0].batch is not None:
        return batch[0].batch
    return None if len(batch) == 1 else f"{site}/{batch[0].id}-and-{len(batch) - 1}-more/{batch[0].step}/{channel}"


def told_together(messages: Sequence[OutboxMessage], link: Link) -> Message:
    """The one message that tells of some, the gravest first; of one, its own; of several about one alert, the newest."""
    first = messages[0]
    if first.batch is None:
        newest = max(messages, key=lambda message: message.id)
        return Message(newest.key, newest.payload)
    payloads = [message.payload for message in messages]
    levels = {level: len(list(group)) for level, group in groupby(sorted(one["level"] for one in payloads))}
    return Message(first.batch, {**first.payload, **_whole(payloads, levels), "link": link.to()}, tuple(payloads))


def is_word(message: OutboxMessage) -> bool:
    """Whether it says how an alert stands: what is newer then says it better."""
    return message.payload.get("state") != STATEMENT


def may_give_way(message: OutboxMessage) -> bool:
    """Whether a message that is being tried has failed before and is told by itself: what is newer may be told in its place."""
    return message.attempts > 1 and message.batch is None and message.incident_id is not None and is_word(message)


def _is_told_alone(one: Due) -> bool:
    """What was tried alone may have arrived: told together it would come again under another key. A statement is nobody's to shorten."""
    return one.attempts > 0 or one.step == STATEMENT


def _split(group: list[Due]) -> Iterable[tuple[Due, ...]]:
    return [tuple(group)] if group[0].batch is not None or len(group) >= FROM else [(one,) for one in group]


def _whole(payloads: Sequence[dict[str, Any]], levels: dict[int, int]) -> dict[str, Any]:
    count, step = len(payloads), STATES.get(payloads[0]["state"], Text("", ""))
    spread = ", ".join(f"{LEVELS[level]}: {number}" for level, number in levels.items())
    return {
        "title": Text(f"{count} alerts {step.en.lower()} ({spread})", f"{step.zh} {count} 条（{spread}）").by_language(),
        "why": {language.value: _named(payloads, language) for language in Language},
        "incidents": [one["incident"] for one in payloads[:NAMED]],
        "count": count,
        "scope": "site",
        "value": None,
        "value_at_raise": None,
        "threshold": None,
        "contributors": [],
        "more_contributors": 0,
        "rule_owner": None,
        "runbook": None,
        "opened_at": min(one["opened_at"] for one in payloads),
        "at": max(one["at"] for one in payloads),
    }


def _named(payloads: Sequence[dict[str, Any]], language: Language) -> str:
    titles = [f"{LEVELS[one['level']]} {one['title'].get(language.value, '')}" for one in payloads[:NAMED]]
    more = len(payloads) - len(titles)
    rest = Text(f"and {more} more", f"另有 {more} 条").in_(language)
    return "; ".join([*titles, *([rest] if more else [])])
