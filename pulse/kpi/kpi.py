"""What a KPI is: a definition people can read, what it counts of a contact, and the value it forms last.

A file of this package that has `KPIS` (and `COUNTS`, where its values need counts) adds KPIs everywhere: the fold,
the Board, history and screens find them by themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text


class Unit(StrEnum):
    """How a value is to be read."""

    COUNT = "count"
    SECONDS = "s"
    RATIO = "ratio"
    SCORE = "score"
    COUNTS_BY_NAME = "counts_by_name"


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a KPI's value is formed from: one window of one scope."""

    tally: Tally
    goal: QueueGoal = field(default_factory=QueueGoal)
    waiting_past_target: int | None = None
    """Contacts waiting now for longer than the target; None where nobody tells single waits."""
    untold: frozenset[ContactEventType] = frozenset()
    """Kinds of events that no source of this scope has ever told; OFFERED stands for the whole flow of contacts."""


Value = float | int | dict[str, int] | None
Count = Callable[[ContactEvent, QueueGoal, Tally], None]
Counts = Mapping[ContactEventType, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One key figure: `value(scene)` is None where it cannot be known, such as a ratio over nothing."""

    name: str
    title: Text
    unit: Unit
    better: Better
    formula: Text
    exclusions: Text
    source: Text
    value: Callable[[Scene], Value]
    told_by: ContactEventType = ContactEventType.OFFERED
    """The kind of event it is made of: where no source tells that, there is no value."""
    mixes_channels: bool = True
    """Whether one value over several channels says anything: a wait of a mail and one of a call have no common mean."""
    after_days: int | None = None
    """History alone can tell it, so many days later; None where the running day tells it."""
    in_history: bool = True
    """Whether history can tell it: what depends on who waits at this moment only Boards know."""
    version: int = 1
    since: date = date(2026, 1, 1)


def ratio(part: float, whole: float) -> float | None:
    """part / whole; None where the whole is nothing."""
    return part / whole if whole > 0 else None


def untold(name: str) -> str:
    """The count of readings whose source does not tell the count `name`."""
    return f"{name}?"


def told(tally: Tally, name: str) -> int | None:
    """A count; None where nothing was counted because the source does not tell it."""
    counted = tally.count(name)
    return None if counted == 0 and tally.count(untold(name)) else counted


def milliseconds(duration_s: float) -> int:
    """A duration in whole ms."""
    return int(duration_s * 1000 + 0.5)
