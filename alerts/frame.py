"""The open incidents as screens receive them: one frame, made anew whenever something changed, and a beat while nothing does.

In: rows. Out: JSON, and back; a frame is always whole, so that whoever missed one needs only the next.
"""

from enum import StrEnum

import msgspec

MACHINE = "pulse"
"""Who the machine is in the event log."""


class Signal(StrEnum):
    """The machine's word on an alert."""

    OK = "ok"
    PENDING = "pending"
    RAISED = "raised"
    CLEARING = "clearing"


class Work(StrEnum):
    """The people's word on an incident."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    CLOSED = "closed"
    REVIEWED = "reviewed"
    """Closed, and its post-mortem is finished."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to do about it."""
        return self in (Work.CLOSED, Work.REVIEWED)


class Contributor(msgspec.Struct, frozen=True):
    """One part of a rise: `value` of `dimension` explains `share_ratio` of it."""

    dimension: str
    value: str
    share_ratio: float
    title: dict[str, str] = {}
    """What people call the value, by language."""


class Muted(msgspec.Struct, frozen=True):
    """What keeps an incident quiet: `maintenance`, `silence` or `inhibition`."""

    kind: str
    by: str
    """The window's name, the silence's id, the other incident's id."""
    until: int | None
    why: dict[str, str]


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One incident that is not closed."""

    id: int
    version: int
    """Sent back with an action: an action on an older version is refused."""
    rule: str
    kind: str
    scope: str
    """A queue's name, or `site`."""
    level: int
    signal: Signal
    work: Work
    no_data: bool = False
    title: dict[str, str]
    """By language."""
    why: dict[str, str]
    opened_at: int
    acknowledge_by: int | None
    owner: str | None = None
    value: float | None = None
    threshold: float | None = None
    contributors: tuple[Contributor, ...] = ()
    rule_owner: dict[str, str] | None = None
    """Who answers for its rule, by language."""
    runbook: str | None = None
    drill: bool = False
    flapping: bool = False
    """It comes and goes too often to be told each time."""
    muted: Muted | None = None
    not_told: tuple[str, ...] = ()
    """Channels that could not be told of it, however often it was tried."""


class AlertsFrame(msgspec.Struct, frozen=True, kw_only=True, tag="frame", tag_field="news"):
    """All open incidents at one instant, gravest and oldest first."""

    at: int
    incidents: tuple[IncidentRow, ...] = ()


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat", tag_field="news"):
    """Nothing changed: what the frame of the instant `since` says still holds at `at`."""

    at: int
    since: int


News = AlertsFrame | Beat
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)


def encode_news(news: News) -> bytes:
    """A frame or a beat as JSON."""
    return _encoder.encode(news)


def decode_news(data: bytes) -> News:
    """What `encode_news` wrote; raises msgspec.MsgspecError for other bytes."""
    return _decoder.decode(data)
