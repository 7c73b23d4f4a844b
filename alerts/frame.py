"""The open incidents as screens receive them: what changed of them since a version, and a beat while nothing does.

In: rows. Out: JSON, and back. All rows of the newest version are kept beside what is told, for whoever comes later or missed some.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

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
    peak: float | None = None
    """The worst value while it stood."""
    unit: str | None = None
    """In what its figure is counted; None where that is not known."""
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

    @property
    def is_over(self) -> bool:
        """Whether its alert has cleared and it only waits for a person to close it."""
        return self.signal is Signal.OK and not self.no_data


class AlertsFrame(msgspec.Struct, frozen=True, kw_only=True):
    """All open incidents at one instant, gravest and oldest first."""

    at: int
    version: int = 0
    incidents: tuple[IncidentRow, ...] = ()


class Changes(msgspec.Struct, frozen=True, kw_only=True, tag="changes", tag_field="news"):
    """What makes `version` of the version `after`."""

    at: int
    after: int
    version: int
    changed: tuple[IncidentRow, ...] = ()
    """Rows that are new or other than they were, whole."""
    gone: tuple[int, ...] = ()
    """The ids of incidents that are no longer open."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat", tag_field="news"):
    """Nothing changed: the rows of `version` still hold at `at`."""

    at: int
    version: int


class Anew(msgspec.Struct, frozen=True, kw_only=True, tag="anew", tag_field="news"):
    """All rows were kept anew, as `version`: what anybody holds is to be read again."""

    at: int
    version: int


News = AlertsFrame | Changes | Beat
"""What is to be told: everything, what changed, or that nothing did."""
Told = Changes | Beat | Anew
"""What is told to who listens."""
_VERSION, _AT = b"version", b"at"
_encode = msgspec.json.Encoder().encode
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)
_row: msgspec.json.Decoder[IncidentRow] = msgspec.json.Decoder(IncidentRow)


def order_of(row: Any) -> tuple[bool, bool, bool, int, int, int]:
    """Gravest first, then oldest. Behind all that is heard and real comes what is kept quiet, then drills, then what is over.

    For rows of screens too, which have the same names.
    """
    return row.is_over, row.drill, row.muted is not None, row.level, row.opened_at, row.id


def in_order(rows: Iterable[IncidentRow]) -> tuple[IncidentRow, ...]:
    """The rows in the order of screens."""
    return tuple(sorted(rows, key=order_of))


def encode_told(told: Told) -> bytes:
    """What is told, as JSON."""
    return _encode(told)


def decode_told(data: bytes) -> Told:
    """What `encode_told` wrote; raises msgspec.MsgspecError for other bytes."""
    return _told.decode(data)


def encode_row(row: IncidentRow) -> bytes:
    """A row as it is kept."""
    return _encode(row)


def decode_kept(kept: Mapping[bytes, bytes]) -> AlertsFrame | None:
    """All rows as they are kept by their ids; None where none ever were. Raises msgspec.MsgspecError and ValueError for other bytes."""
    if _VERSION not in kept:
        return None
    rows = (_row.decode(data) for name, data in kept.items() if name not in (_VERSION, _AT))
    return AlertsFrame(at=int(kept[_AT]), version=int(kept[_VERSION]), incidents=in_order(rows))
