"""A figure over time: one line for each part of the site, each with the line it is compared with.

In: what was counted by day and part. Out: lines. A stretch of which nothing was recorded is a gap, not a zero; the one that is not
over yet says so, as does one that began before history did; of how many contacts a value is made stands beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from dashboard.report.counted import Counted
from dashboard.report.sentence import FEW
from dashboard.report.stretch import Stretch
from pulse.clock import day_of, next_day_start
from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import ContactEventType
from pulse.kpi.snapshot import Number
from pulse.kpi.tally import Tally, merged

MOST_LINES = 8
"""More lines than these nobody tells apart; the table has them all."""
LEAST_STRETCHES = 7
"""Fewer make no axis, however young a site is."""
ByDay = Mapping[int, Mapping[str, Tally]]
"""By the first instant of each day (epoch ms) and part; days of which nothing was recorded are left out."""
Promise = Callable[[str, date], QueueGoal]
"""What a part promised on a day."""


class Point(NamedTuple):
    """One stretch of a line."""

    first: date
    last: date
    value: Number
    size: int | None
    """Of how many contacts, answers or sessions the value is made; None where that says nothing."""
    is_over: bool
    is_in_part: bool = False
    """Whether it began before history did: what came of it before is not known."""

    @property
    def is_few(self) -> bool:
        """Whether it is made of so few that one more or less moves it."""
        return self.size is not None and self.size < FEW


class Line(NamedTuple):
    """One part; `beneath` has a point for each of `points`, or none at all."""

    name: str
    points: tuple[Point, ...]
    beneath: tuple[Point, ...]
    size: int
    """How much of the site it is: contacts and complaints in the span."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretches along a chart, those they are compared with, now, and with what history begins, if it matters (epoch ms)."""

    shown: tuple[Stretch, ...]
    beneath: tuple[Stretch, ...]
    now: int
    begun_at: int | None = None

    @property
    def begun(self) -> date | None:
        """The day with which history begins."""
        return None if self.begun_at is None else day_of(self.begun_at, self.shown[0].zone)

    @property
    def compared_since(self) -> date:
        """The first day that anything is compared with: as of a snapshot, one that history begins after is none."""
        if self.begun_at is None:
            return date.min
        return day_of(next_day_start(self.begun_at - 1, self.shown[0].zone), self.shown[0].zone)


def begun(axis: Axis, found: Mapping[str, Sequence[Line]]) -> tuple[Axis, dict[str, list[Line]]]:
    """The axis and the lines of each figure from the first stretch on of which anything is known, but a few stretches at the least."""
    first = min((number for lines in found.values() for line in lines for number in _known_at(line)), default=0)
    gone = max(0, min(first, len(axis.shown) - LEAST_STRETCHES))
    shorter = replace(axis, shown=axis.shown[gone:], beneath=axis.beneath[gone:])
    cut = {kpi: [line._replace(points=line.points[gone:], beneath=line.beneath[gone:]) for line in lines] for kpi, lines in found.items()}
    return shorter, cut


def _known_at(line: Line) -> Iterator[int]:
    for points in (line.points, line.beneath):
        yield from (number for number, point in enumerate(points) if point.value is not None)


def lines(kpi: str, axis: Axis, days: ByDay, promise: Promise) -> list[Line]:
    """A line for each part of which anything is known in the stretches shown, the largest first."""
    shown, beneath = [_gathered(stretch, days) for stretch in axis.shown], [_gathered(stretch, days) for stretch in axis.beneath]
    made = []
    for name in {name for parts in shown if parts for name in parts}:
        known = _Known(kpi, name, promise, _told(kpi, name, (*shown, *beneath)))
        made.append(
            Line(
                name=name,
                points=tuple(_points(known, axis.shown, shown, axis)),
                beneath=tuple(_compared(_points(known, axis.beneath, beneath, axis), axis.compared_since)),
                size=sum(parts[name].count("offered") + parts[name].count("complaints") for parts in shown if parts and name in parts),
            )
        )
    known_lines = (line for line in made if any(point.value is not None for point in line.points))
    return sorted(known_lines, key=lambda line: (-line.size, line.name))


class _Known(NamedTuple):
    """What is known of a line before its values are."""

    kpi: str
    name: str
    promise: Promise
    told: frozenset[ContactEventType]


def _told(kpi: str, name: str, gathered: Sequence[Mapping[str, Tally] | None]) -> frozenset[ContactEventType]:
    """The kind of event a figure is made of, where any stretch of the line tells that some source gives it: then nothing is zero."""
    needed = definitions()[kpi].told_by
    is_told = any(parts and name in parts and Counted(parts[name], QueueGoal()).tells(needed) for parts in gathered)
    return frozenset({needed}) if is_told else frozenset()


def _gathered(stretch: Stretch, days: ByDay) -> dict[str, Tally] | None:
    """What each part counted in a stretch; None where nothing was recorded."""
    recorded = [days[day] for day in stretch.starts if day in days]
    if len(recorded) < 2:
        return dict(recorded[0]) if recorded else None
    found: dict[str, list[Tally]] = {}
    for parts in recorded:
        for name, tally in parts.items():
            found.setdefault(name, []).append(tally)
    return {name: merged(tallies) for name, tallies in found.items()}


def _points(known: _Known, stretches: Sequence[Stretch], gathered: Sequence[Mapping[str, Tally] | None], axis: Axis) -> Iterator[Point]:
    begun = axis.begun or date.min
    for stretch, parts in zip(stretches, gathered, strict=True):
        value, size = (None, None) if parts is None else _value(known, parts.get(known.name, Tally()), stretch.last)
        is_in_part = parts is not None and stretch.first < begun
        yield Point(stretch.first, stretch.last, value, size, stretch.end <= axis.now, is_in_part)


def _compared(points: Iterable[Point], since: date) -> Iterator[Point]:
    return (point if point.first >= since else point._replace(value=None, size=None) for point in points)


def _value(known: _Known, tally: Tally, day: date) -> tuple[Number, int | None]:
    return Counted(tally, known.promise(known.name, day), kinds=known.told).told_value(known.kpi)
