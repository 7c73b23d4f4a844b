"""A frozen day, week or month: every figure beside what it is compared with, as it stood when it was frozen.

In: nothing but values. Out: frozen structs with one canonical JSON form, and the hash of that form. Ratios are 0..1, durations
seconds, instants epoch ms, days ISO dates of the site. None is unknown, never zero.
"""

from enum import StrEnum
from hashlib import sha256

import msgspec

ByLanguage = dict[str, str]
Number = float | int | None
FORMAT = 1


class Edition(StrEnum):
    """How long the stretch is that a snapshot is about."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Verdict(StrEnum):
    """A figure against its target."""

    MET = "met"
    MISSED = "missed"
    NO_TARGET = "no_target"
    UNKNOWN = "unknown"


class Benchmark(msgspec.Struct, frozen=True, kw_only=True):
    """What others reach."""

    value: float
    source: str
    date: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI of one scope. The stretches before are as long as the one the snapshot is about."""

    kpi: str
    value: Number
    target: float | None = None
    before: Number = None
    """The stretch right before: yesterday's day before, last week's week before."""
    last_week: Number = None
    """The same weekday a week earlier; of a week or month always None."""
    last_year: Number = None
    """The same period last year: of a day the same weekday 52 weeks earlier, of a holiday the same holiday."""
    to_date: Number = None
    """The month so far with this stretch in it; of a month the year so far."""
    benchmark: Benchmark | None = None
    verdict: Verdict = Verdict.NO_TARGET
    sentence: ByLanguage = {}
    """What the numbers say, by a rule; no cause is invented."""
    count: int | None = None
    """How many contacts, answers or cases it is made of; None where that says nothing."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one channel or line of business."""

    name: str
    titles: ByLanguage
    figures: tuple[Figure, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the customers' way, such as asked, answered, solved: how many came so far and how long it took."""

    name: str
    titles: ByLanguage
    count: int | None
    """None where no source tells it."""
    mean_s: float | None = None
    of: int | msgspec.UnsetType = msgspec.UNSET
    """How many asked in the channels that tell the step; unset where that is all who asked, and in snapshots that knew no such thing."""


class Complained(msgspec.Struct, frozen=True, kw_only=True):
    """A class of complaints: how often, and by how many different customers."""

    category: str
    business_line: str
    titles: ByLanguage
    complaints: int
    customers: int | None
    """None where no source tells who complained."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One incident of the stretch."""

    id: int
    titles: ByLanguage
    level: int
    opened_at: int
    closed_at: int | None
    cause: str | None
    """As people wrote it down; None while nobody has."""


class BestCase(msgspec.Struct, frozen=True, kw_only=True):
    """The contact that went best, by the customer's own word; it is told by its facts, never by a name."""

    contact_id: str
    queue: str
    titles: ByLanguage
    """The queue's."""
    why: ByLanguage


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """How many contacts a channel may be offered on a day that is to come."""

    name: str
    titles: ByLanguage
    value: float
    low: float
    high: float


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """The day after the snapshot's, on which it is read."""

    day: str
    why: ByLanguage
    """What the numbers were made of."""
    channels: tuple[Expected, ...]


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what a source should have told is there; None where nobody knows how much that is."""

    source: str
    share_ratio: float | None
    minutes: int
    """Of how many minutes of the stretch the site was counted."""
    minutes_expected: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it."""

    format: int = FORMAT
    edition: Edition = Edition.DAILY
    site: str
    titles: ByLanguage
    demo: bool = False
    zone: str
    day: str
    """The first day it is about."""
    last_day: str
    """The last one; of a day the same."""
    start: int
    end: int
    frozen_at: int
    formula: str
    """The letter of the service level's formula that was in force."""
    figures: tuple[Figure, ...]
    channels: tuple[Section, ...] = ()
    business_lines: tuple[Section, ...] = ()
    journey: tuple[Step, ...] = ()
    complaints: tuple[Complained, ...] = ()
    incidents: tuple[Happened, ...] = ()
    best_case: BestCase | None = None
    completeness: tuple[Completeness, ...] = ()
    holiday: ByLanguage | None = None
    """The name of the holiday the day is; None where it is none."""
    ahead: Ahead | msgspec.UnsetType = msgspec.UNSET
    """Of a day only, where it is known; unset it leaves no trace, so a snapshot that knew no such thing keeps its bytes."""

    def is_by_file(self, source: Completeness) -> bool:
        """Whether what a source told came by a file: nobody watched it, and yet something was counted."""
        return not source.minutes and any(figure.value for figure in self.figures)


class UnreadableSnapshot(ValueError):
    """The bytes are not a snapshot."""


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Snapshot)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON, always the same for the same values: a target of 50 and one of 50.0 are one."""
    return _encoder.encode(_decoder.decode(_encoder.encode(snapshot)))


def decode_snapshot(data: bytes) -> Snapshot:
    """The snapshot that `encode_snapshot` wrote; raises UnreadableSnapshot naming the field that is wrong."""
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableSnapshot(str(error)) from error


def seal(data: bytes) -> str:
    """The hash by which anybody can tell that not a byte was changed."""
    return sha256(data).hexdigest()
