"""Whether alerting does its work: steps of escalations that are due, messages that wait, a watch that has fallen silent. Pure.

In: what SQL says at two looks. Out: violations. It shares nothing with what it judges but the columns: a fault there is no fault here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pulse.text import Text

MESSAGE_WITHIN_MS: Mapping[int, int] = {1: 30_000, 2: 60_000, 3: 300_000}
"""How long a message of a level may wait."""
WATCH_SILENT_MS = 60_000
BLIND_AFTER_MS = 60_000
NAMED = 5


class Kind(StrEnum):
    """What is wrong."""

    STEPS = "steps"
    """Something is due and was not done."""
    MESSAGES = "messages"
    """Messages reached nobody: they wait too long, or were given up."""
    CHANNELS = "channels"
    """Messages wait too long at one channel that another one brought."""
    WATCH = "watch"
    """The process that judges and sends shows no sign of life."""
    BLIND = "blind"
    """Nothing of this can be known: the database does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """One thing that is late; `key` tells it from any other, `due_at` is when it should have been done (epoch ms)."""

    kind: Kind
    key: str
    what: Text
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What is told of one kind; `since` is the instant of the oldest (epoch ms)."""

    kind: Kind
    since: int
    count: int
    named: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step of an escalation, or a hand-over to be told of: when it is due."""

    key: str
    what: Text
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message that nobody got yet: since when it waits or, where it was given up, since when it is lost."""

    key: str
    what: Text
    level: int
    since: int
    given_up: bool = False
    is_heard: bool = False
    """Whether another channel brought it."""


def late_at(steps: Iterable[DueStep], messages: Iterable[Unsent], now: int, grace_ms: int) -> tuple[Late, ...]:
    """What is late at an instant (epoch ms)."""
    due = [Late(kind=Kind.STEPS, key=one.key, what=one.what, due_at=one.due_at) for one in steps if one.due_at + grace_ms <= now]
    return (*due, *(late for one in messages if (late := _unsent(one, now)) is not None))


def watch_late(moved_at: int | None, now: int) -> tuple[Late, ...]:
    """That the watch is silent, where it last moved too long ago (epoch ms); None where the site never had one."""
    if moved_at is None or now - moved_at < WATCH_SILENT_MS:
        return ()
    return (Late(kind=Kind.WATCH, key="watch", what=Text("no sign of life", "无响应"), due_at=moved_at),)


def violations(late: Iterable[Late], before: Collection[str]) -> tuple[Violation, ...]:
    """A violation for each kind of which something was late at the look before too, by its key: what is just being done is none."""
    kept = sorted((one for one in late if one.key in before), key=lambda one: (one.due_at, one.key))
    kinds = {kind: [one for one in kept if one.kind is kind] for kind in Kind}
    return tuple(
        Violation(kind=kind, since=some[0].due_at, count=len(some), named=tuple(one.what for one in some[:NAMED]))
        for kind, some in kinds.items()
        if some
    )


def _unsent(one: Unsent, now: int) -> Late | None:
    due_at = one.since if one.given_up else one.since + MESSAGE_WITHIN_MS[one.level]
    kind = Kind.CHANNELS if one.is_heard else Kind.MESSAGES
    return Late(kind=kind, key=one.key, what=one.what, due_at=due_at) if due_at <= now else None
