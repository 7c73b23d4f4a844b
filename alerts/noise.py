"""How much alarms ask of people: by rule and by shift, against the norm of about one in ten minutes. Pure.

In: raises, incidents with their answers, the shifts. Out: figures, the worst first; a share or a median of nothing is None.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from alerts.actions import Cause
from pulse.kpi.shift import Shift
from pulse.text import Text
from sql.noise import Answered, Raise

SLOT_MS = 600_000
FINE_PER_SLOT = 1.0
"""About so many alarms in ten minutes are fine (ISA 18.2, EEMUA 191)."""
FLOOD_PER_SLOT = 10
"""More than so many in ten minutes are a flood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What happened in a stretch of time (epoch ms)."""

    start: int
    end: int
    raises: Sequence[Raise]
    incidents: Sequence[Answered]
    flaps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNoise:
    """What one rule asked of people; the ratios are of its incidents, but those of closing of the closed ones."""

    rule: str
    alerts: int
    incidents: int
    for_nothing: int
    """Alerts of incidents that were false alarms, or closed without anybody having taken them."""
    acknowledged_ratio: float | None
    false_alarm_ratio: float | None
    no_action_ratio: float | None
    acknowledge_s: float | None
    """The median from opening to somebody taking it."""
    flaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a shift, or the whole site, was asked."""

    title: Text | None
    """None for the whole site."""
    alerts: int
    per_slot: float | None
    """Alerts in ten minutes, on average; None where it never worked in that time."""
    worst_slot: int
    """The most alerts in any ten minutes."""
    floods: int
    """Clock slots of ten minutes with more than ten."""

    @property
    def is_fine(self) -> bool:
        """Whether it is within the norm."""
        return not self.floods and (self.per_slot or 0.0) <= FINE_PER_SLOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The figures of a stretch of time."""

    rules: tuple[RuleNoise, ...]
    site: Load
    shifts: tuple[Load, ...]
    days: Mapping[int, Mapping[int, int]]
    """Alerts by level of each day, by its beginning (epoch ms)."""


def noise_of(known: Known, shifts: Iterable[Shift], day_of: Callable[[int], int]) -> Noise:
    """The figures; `day_of` gives the beginning of the day that holds an instant (both epoch ms)."""
    at = [one.at for one in known.raises]
    planned = tuple(shifts)
    shift_of = _shift_finder(planned, known)
    by_shift = defaultdict[str | None, list[int]](list)
    days = defaultdict[int, Counter[int]](Counter)
    for one in known.raises:
        by_shift[shift_of(one.at)].append(one.at)
        days[day_of(one.at)][one.level] += 1
    return Noise(
        rules=_by_rule(known),
        site=_load(None, at, known.end - known.start),
        shifts=tuple(_load(one.title, by_shift[one.name], one.hours.open_ms(known.start, known.end)) for one in planned),
        days=days,
    )


def _by_rule(known: Known) -> tuple[RuleNoise, ...]:
    incidents = defaultdict[str, list[Answered]](list)
    for one in known.incidents:
        incidents[one.rule].append(one)
    alerts = Counter(one.rule for one in known.raises)
    useless = {one.id for one in known.incidents if one.is_closed and (_is_false(one) or one.acknowledged_at is None)}
    nothing = Counter(one.rule for one in known.raises if one.incident_id in useless)
    rules = [
        _rule(name, incidents[name], (alerts[name], nothing[name], known.flaps.get(name, 0)))
        for name in {*alerts, *incidents, *known.flaps}
    ]
    return tuple(sorted(rules, key=lambda rule: (-rule.for_nothing, -rule.alerts, rule.rule)))


def _rule(name: str, incidents: Sequence[Answered], counted: tuple[int, int, int]) -> RuleNoise:
    alerts, for_nothing, flaps = counted
    closed = [one for one in incidents if one.is_closed]
    waits_s = [(one.acknowledged_at - one.opened_at) / 1000 for one in incidents if one.acknowledged_at is not None]
    return RuleNoise(
        rule=name,
        alerts=alerts,
        incidents=len(incidents),
        for_nothing=for_nothing,
        acknowledged_ratio=_ratio(len(waits_s), incidents),
        false_alarm_ratio=_ratio(sum(map(_is_false, closed)), closed),
        no_action_ratio=_ratio(sum(one.acknowledged_at is None for one in closed), closed),
        acknowledge_s=median(waits_s) if waits_s else None,
        flaps=flaps,
    )


def _is_false(one: Answered) -> bool:
    return one.cause == Cause.FALSE_ALARM


def _ratio(count: int, of: Sequence[Answered]) -> float | None:
    return count / len(of) if of else None


def _load(title: Text | None, at: Sequence[int], worked_ms: int) -> Load:
    slots = Counter(one // SLOT_MS for one in at)
    return Load(
        title=title,
        alerts=len(at),
        per_slot=len(at) * SLOT_MS / worked_ms if worked_ms else None,
        worst_slot=_most_within(at),
        floods=sum(count > FLOOD_PER_SLOT for count in slots.values()),
    )


def _most_within(at: Sequence[int]) -> int:
    """The most instants within ten minutes, wherever they begin; `at` is in its order."""
    most = first = 0
    for last, instant in enumerate(at):
        while instant - at[first] >= SLOT_MS:
            first += 1
        most = max(most, last - first + 1)
    return most


def _shift_finder(shifts: Sequence[Shift], known: Known) -> Callable[[int], str | None]:
    """The name of the shift of an instant; of two that overlap the one that began later."""
    stretches = sorted(
        (opens, closes, shift.name) for shift in shifts for opens, closes in shift.hours.open_stretches(known.start, known.end)
    )
    begins = [opens for opens, _, _ in stretches]

    def found(at: int) -> str | None:
        place = bisect_right(begins, at)
        return next((name for _, closes, name in reversed(stretches[max(0, place - len(shifts)) : place]) if at < closes), None)

    return found
