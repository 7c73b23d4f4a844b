"""The first waist: the four records every connector writes and the fold reads.

In: facts from a source. Out: frozen structs with a JSON form of their own (`encode`, `decode`).
Instants are UTC epoch ms, durations seconds, ratios 0..1. None is unknown, 0 is zero; nothing is filled in.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import msgspec


class Channel(StrEnum):
    """The ways a contact can arrive."""

    VOICE = "voice"
    EMAIL = "email"
    CHAT = "chat"
    SOCIAL = "social"
    BOT = "bot"
    OTHER = "other"


class ContactEventType(StrEnum):
    """What can happen to a contact, in the order in which it does."""

    OFFERED = "offered"
    """Entered the queue: counted as offered, and waits from here."""
    REFUSED = "refused"
    """Was not let into the queue."""
    ENQUEUED = "enqueued"
    """Waits again in a queue that already counted it as offered."""
    CALLBACK_REQUESTED = "callback_requested"
    FIRST_REPLY = "first_reply"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    """Left by time-out, key or because the queue was empty of agents."""
    WITHDRAWN = "withdrawn"
    """Taken back by the source."""
    LOST = "lost"
    """Its queue restarted under it."""
    TRANSFERRED = "transferred"
    """Handed on to somewhere else; says nothing of handling: `completed` does."""
    COMPLETED = "completed"
    """Handled: carries talk_s, hold_s, acw_s."""
    REOPENED = "reopened"
    RESOLVED = "resolved"
    RATED = "rated"
    COMPLAINT = "complaint"


class AgentStateType(StrEnum):
    """What an agent is doing."""

    AVAILABLE = "available"
    BUSY = "busy"
    ACW = "acw"
    PAUSED = "paused"
    OFFLINE = "offline"


class RatingScale(StrEnum):
    """How a rating is to be read."""

    CSAT_5 = "csat_5"
    NPS_10 = "nps_10"


LAST_INSTANT = 7_258_118_399_999
"""The end of the year 2199. What lies beyond is no instant but one in another unit, and no calendar can be asked about it."""
Instant = Annotated[int, msgspec.Meta(ge=0, le=LAST_INSTANT)]
"""UTC, epoch ms."""


class Rating(msgspec.Struct, frozen=True):
    """A customer's rating on its own scale."""

    scale: RatingScale
    value: float


class ContactEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="contact_event", tag_field="record"):
    """One thing that happened to one contact at one instant; `event_id` makes it countable once."""

    site: str
    source: str
    event_id: str
    contact_id: str
    queue: str
    channel: Channel
    at: Instant
    type: ContactEventType
    agent: str | None = None
    priority: int | None = None
    segment: str | None = None
    business_line: str | None = None
    wait_s: float | None = None
    talk_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    reason: str | None = None
    category: str | None = None
    level: str | None = None
    sentiment: float | None = None
    rating: Rating | None = None
    due_at: Instant | None = None
    text: str | None = None
    """Already redacted."""
    customer: str | None = None
    """A keyed hash, never an identity."""
    attributes: dict[str, str] = {}


class QueueState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="queue_state", tag_field="record"):
    """What a source says a queue looks like at one instant."""

    site: str
    source: str
    queue: str
    channel: Channel
    at: Instant
    received_at: Instant
    waiting: int | None = None
    oldest_wait_s: float | None = None
    in_service: int | None = None
    agents_logged_in: int | None = None
    agents_available: int | None = None
    agents_busy: int | None = None
    agents_acw: int | None = None
    agents_paused: dict[str, int] | None = None
    """Paused agents by reason."""
    slots_active: int | None = None
    slots_free: int | None = None
    backlog_open: int | None = None
    backlog_unassigned: int | None = None
    backlog_unattended: int | None = None
    backlog_oldest_age_s: float | None = None
    attributes: dict[str, str] = {}


class CounterWindow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="counter_window", tag_field="record"):
    """Counts a source made itself between two instants; cumulative ones carry an epoch that changes at a reset."""

    site: str
    source: str
    queue: str
    channel: Channel
    start: Instant
    end: Instant
    cumulative: bool = False
    epoch: str = ""
    offered: int | None = None
    answered: int | None = None
    abandoned: int | None = None
    overflowed: int | None = None
    answered_within: dict[float, int] = {}
    """Answered contacts by target in seconds."""
    abandoned_within: dict[float, int] = {}
    wait_s: float | None = None
    """Sum over answered contacts."""
    talk_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    attributes: dict[str, str] = {}


class AgentState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="agent_state", tag_field="record"):
    """What one agent is doing from one instant on; `agent` is the source's steady key, not a display name."""

    site: str
    source: str
    agent: str
    at: Instant
    state: AgentStateType
    reason: str | None = None
    queues: tuple[str, ...] = ()
    slots: int | None = None
    attributes: dict[str, str] = {}


Record = ContactEvent | QueueState | CounterWindow | AgentState


class UnreadableRecords(ValueError):
    """The bytes are not a list of records."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Record])


def encode(records: Sequence[Record]) -> bytes:
    """The records as one JSON list."""
    return _encoder.encode(records)


def decode(data: bytes) -> list[Record]:
    """The records of a JSON list made by `encode`; raises UnreadableRecords naming the field that is wrong."""
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableRecords(str(error)) from error
