"""A message to the outside, what one try to deliver it gave, and what a channel must be able to do.

In: an incident's step. Out: a plain map for the outbox: numbers, names of scopes and causes, never a person or a text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from alerts.frame import IncidentRow

MOST_CONTRIBUTORS = 5


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; `kind` is its media type, such as application/pdf."""

    name: str
    kind: str
    content: bytes


def nothing_attached() -> Sequence[Attachment]:
    """Of a message that is words only."""
    return ()


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves by a channel; `key` is the same at every try."""

    key: str
    payload: Mapping[str, Any]
    parts: tuple[Mapping[str, Any], ...] = ()
    """Of one that tells of many, what each of them would have said by itself: for channels that programs read."""
    attached: Callable[[], Sequence[Attachment]] = nothing_attached
    """The files that go with it: made only where a channel that can carry them asks."""

    @property
    def each(self) -> tuple[Mapping[str, Any], ...]:
        """What is told of each incident."""
        return self.parts or (self.payload,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of one try."""

    delivered: bool
    retriable: bool = False
    status: int | None = None
    body_code: str | None = None
    """The receiver's own code in the body, where it has one."""
    error: str | None = None
    """The kind of failure; never an address, which may hold a secret."""
    retry_after_s: float | None = None
    held: bool = False
    """No try was made: the channel has used up what it may send for now."""


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """What a channel may know of its site."""

    base_dir: Path
    """Where file: references begin."""
    zone: ZoneInfo
    """The time people of the site read."""


class Channel(Protocol):
    """An open way out."""

    def send(self, message: Message, now: int) -> Attempt:
        """One try; never raises for what the network or the receiver does."""

    def close(self) -> None:
        """Gives back its connections."""


class ChannelModule(Protocol):
    """What a file in alerts/channels/ must have."""

    Options: Any

    def open_channel(self, options: Any, context: ChannelContext) -> Channel:
        """The channel; does no network. Raises ConfigError where a secret is missing or the options cannot work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened to an incident that people are told of."""

    site: str
    name: str
    """One of `alerts.fields.STATES`."""
    number: int
    """Which of them it is: how often the signal was raised then or, of an escalation, the version it made."""
    at: int
    link: str | None = None
    rule_owner: Mapping[str, str] | None = None
    """The team that answers for the rule, by language."""
    value_now: float | None = None
    """Its figure at this instant; None where who tells does not know it."""
    threshold_now: float | None = None
    """Its limit at this instant, which is another one than at the raise where its level is; None as above."""
    unit: str | None = None
    """In what its figure is counted; None where who tells does not know it."""
    peak: float | None = None
    """The worst of its figure while it stood; None where who tells does not know it."""

    def key(self, incident_id: int, channel: str) -> str:
        """The idempotency key of (incident, step, channel)."""
        return f"{self.site}/{incident_id}/{self.name}-{self.number}/{channel}"


@dataclass(frozen=True, slots=True)
class Link:
    """Makes links to the alert console; without an address there are none."""

    address: str | None = field(default=None)

    def to(self, incident_id: int | None = None) -> str | None:
        """The address of one incident, or of the console; None where it is not known."""
        return self.address if self.address is None or incident_id is None else f"{self.address}?alert={incident_id}"


NO_LINK = Link()


def payload_of(row: IncidentRow, step: Step) -> dict[str, Any]:
    """The message of one step, in both languages; instants are epoch ms. The row's value and threshold are those of its raise."""
    return {
        "format": 1,
        "site": step.site,
        "state": step.name,
        "incident": row.id,
        "rule": row.rule,
        "kind": row.kind,
        "level": row.level,
        "scope": row.scope,
        "title": row.title,
        "why": row.why,
        "unit": step.unit,
        "value": step.value_now,
        "value_at_raise": row.value,
        "peak": step.peak,
        "threshold": row.threshold if step.threshold_now is None else step.threshold_now,
        "threshold_at_raise": row.threshold,
        "contributors": [
            {"dimension": part.dimension, "value": part.value, "share_ratio": part.share_ratio, "title": part.title}
            for part in row.contributors[:MOST_CONTRIBUTORS]
        ],
        "more_contributors": max(0, len(row.contributors) - MOST_CONTRIBUTORS),
        "opened_at": row.opened_at,
        "at": step.at,
        "acknowledge_by": row.acknowledge_by,
        "rule_owner": step.rule_owner,
        "runbook": row.runbook,
        "drill": row.drill,
        "link": step.link,
    }
