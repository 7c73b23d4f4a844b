"""All six service levels of one stretch of time side by side, and which contacts make them differ.

In: a tally and the promise it was counted by. Out: for each formula its counts, and what it makes of each kind of contact; pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.kpi import Unit, ratio, told
from pulse.kpi.service_level import Judged, judged
from pulse.kpi.tally import Tally
from pulse.text import Language, Text
from pulse.written import duration, written


class Kind(StrEnum):
    """How a contact left its queue, as formulas tell them apart."""

    ANSWERED_IN_TIME = "answered_in_time"
    ANSWERED_LATE = "answered_late"
    ABANDONED_SHORT = "abandoned_short"
    ABANDONED_IN_TIME = "abandoned_in_time"
    ABANDONED_SHORT_LATE = "abandoned_short_late"
    """Where the target is shorter than what counts as short."""
    ABANDONED_LATE = "abandoned_late"
    ANSWERED_UNKNOWN = "answered_unknown"
    """Its wait is not told: no formula judges it."""
    ABANDONED_UNKNOWN = "abandoned_unknown"
    """Its wait is not told: only a formula that asks for no wait of it judges it."""


class Counts(StrEnum):
    """What a formula makes of a contact."""

    SERVED = "served"
    MISSED = "missed"
    LEFT_OUT = "left_out"


KIND_NAMES: Mapping[Kind, Text] = {
    Kind.ANSWERED_IN_TIME: Text("answered within the target", "目标内接听"),
    Kind.ANSWERED_LATE: Text("answered after the target", "超时接听"),
    Kind.ABANDONED_SHORT: Text("short abandon", "短时放弃"),
    Kind.ABANDONED_IN_TIME: Text("abandoned within the target, not short", "目标内放弃（非短时）"),
    Kind.ABANDONED_SHORT_LATE: Text("short abandon after the target", "超时的短时放弃"),
    Kind.ABANDONED_LATE: Text("abandoned after the target", "超时放弃"),
    Kind.ANSWERED_UNKNOWN: Text("answered, wait not told", "接听，等待时间未知"),
    Kind.ABANDONED_UNKNOWN: Text("abandoned, wait not told", "放弃，等待时间未知"),
}
COUNTS_NAMES: Mapping[Counts, Text] = {
    Counts.SERVED: Text("served in time", "计为达标"),
    Counts.MISSED: Text("missed", "计为未达标"),
    Counts.LEFT_OUT: Text("left out", "不计"),
}
_MOST_NAMES = 3
_SHORT = frozenset({Kind.ABANDONED_SHORT, Kind.ABANDONED_SHORT_LATE})
_SERVED_ABANDONS: Mapping[ServiceLevelFormula, frozenset[Kind]] = {
    ServiceLevelFormula.A: frozenset({Kind.ABANDONED_SHORT, Kind.ABANDONED_IN_TIME}),
    ServiceLevelFormula.E: _SHORT,
}
_UNKNOWN = frozenset({Kind.ANSWERED_UNKNOWN, Kind.ABANDONED_UNKNOWN})
_ABANDONS = _SHORT | {Kind.ABANDONED_IN_TIME, Kind.ABANDONED_LATE}
_LEFT_OUT: Mapping[ServiceLevelFormula, frozenset[Kind]] = {
    ServiceLevelFormula.B: _ABANDONS,
    ServiceLevelFormula.D: frozenset({Kind.ABANDONED_SHORT, Kind.ABANDONED_IN_TIME}),
    ServiceLevelFormula.F: _SHORT,
}


@dataclass(frozen=True, slots=True)
class Level:
    """One formula's service level."""

    formula: ServiceLevelFormula
    judged: Judged | None
    """None where the waits it needs are not told."""

    @property
    def ratio(self) -> float | None:
        """The service level; None where nothing is judged."""
        return ratio(self.judged.within, self.judged.all) if self.judged else None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All formulas over one stretch of time."""

    levels: tuple[Level, ...]
    kinds: Mapping[Kind, int | None]
    """How many contacts left in which way; None where nobody tells it."""

    @property
    def differ(self) -> tuple[Kind, ...]:
        """The kinds there are contacts of and that not every formula takes for the same."""
        return tuple(kind for kind, count in self.kinds.items() if count and is_disputed(kind))


def reconciled(tally: Tally) -> Reconciliation:
    """The six service levels and the contacts behind them."""
    short, in_time = told(tally, "short_abandoned"), tally.count("abandoned_within_target")
    known = tally.count("answered") - tally.count("answered_wait_unknown")
    left = tally.count("abandoned") - tally.count("abandoned_wait_unknown")
    kinds = {
        Kind.ANSWERED_IN_TIME: tally.count("answered_within_target"),
        Kind.ANSWERED_LATE: known - tally.count("answered_within_target"),
        Kind.ABANDONED_SHORT: None if short is None else min(short, in_time),
        Kind.ABANDONED_IN_TIME: None if short is None else max(0, in_time - short),
        Kind.ABANDONED_SHORT_LATE: None if short is None else max(0, short - in_time),
        Kind.ABANDONED_LATE: left - max(in_time, short or 0),
        Kind.ANSWERED_UNKNOWN: tally.count("answered_wait_unknown"),
        Kind.ABANDONED_UNKNOWN: tally.count("abandoned_wait_unknown"),
    }
    return Reconciliation(tuple(Level(formula, judged(tally, formula)) for formula in ServiceLevelFormula), kinds)


def kind_of(outcome: str, wait_s: float | None, goal: QueueGoal) -> Kind:
    """The kind of a contact that was answered or abandoned."""
    if wait_s is None:
        return Kind.ANSWERED_UNKNOWN if outcome == "answered" else Kind.ABANDONED_UNKNOWN
    if outcome == "answered":
        return Kind.ANSWERED_IN_TIME if wait_s <= goal.target_s else Kind.ANSWERED_LATE
    if wait_s <= goal.short_s:
        return Kind.ABANDONED_SHORT if wait_s <= goal.target_s else Kind.ABANDONED_SHORT_LATE
    return Kind.ABANDONED_IN_TIME if wait_s <= goal.target_s else Kind.ABANDONED_LATE


def is_disputed(kind: Kind) -> bool:
    """Whether not every formula takes it for the same."""
    return len({counts_as(kind, formula) for formula in ServiceLevelFormula}) > 1


def counts_as(kind: Kind, formula: ServiceLevelFormula) -> Counts:
    """What a formula makes of a kind of contact."""
    if kind is Kind.ABANDONED_UNKNOWN and formula is ServiceLevelFormula.C:
        return Counts.MISSED
    if kind in _UNKNOWN or kind in _LEFT_OUT.get(formula, ()):
        return Counts.LEFT_OUT
    is_served = kind is Kind.ANSWERED_IN_TIME or kind in _SERVED_ABANDONS.get(formula, ())
    return Counts.SERVED if is_served else Counts.MISSED


def promises_told(promised: Iterable[tuple[str, QueueGoal]], language: Language) -> str:
    """What queues, by their names, promised: once where it is the same, else each group of queues by its own."""
    groups: dict[str, list[str]] = {}
    for name, goal in promised:
        groups.setdefault(_promise(goal, language), []).append(name)
    if len(groups) == 1:
        return next(iter(groups))
    between, colon = Text(", ", "、").in_(language), Text(": ", "：").in_(language)
    each = (f"{_some(names, between)}{colon}{promise}" for promise, names in groups.items())
    return " · ".join([Text("by queue", "按队列").in_(language), *each])


def _promise(goal: QueueGoal, language: Language) -> str:
    share, target, short = written(goal.goal_ratio, Unit.RATIO), duration(goal.target_s, language), duration(goal.short_s, language)
    if not goal.short_s:
        return Text(f"{share} within {target}", f"{target}内 {share}").in_(language)
    return Text(f"{share} within {target}, short up to {short}", f"{target}内 {share}，短时放弃不超过 {short}").in_(language)


def _some(names: Sequence[str], between: str) -> str:
    more = len(names) - _MOST_NAMES
    return between.join(names[:_MOST_NAMES]) + (f" +{more}" if more > 0 else "")
