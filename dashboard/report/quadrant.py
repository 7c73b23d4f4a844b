"""Complaints by how often and by how many customers: which of four quadrants each class lies in.

In: classes with their counts. Out: the classes in the order in which they should be looked at. The lines between the quadrants are
the medians over the classes of the stretch: a small site and a large one both have classes on either side.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from pulse.kpi.snapshot import Complained


class Quadrant(StrEnum):
    """Often or seldom, by many customers or by few; in the order of urgency."""

    SOLVE_FIRST = "solve_first"
    SPREADS = "spreads"
    REPEATS = "repeats"
    WATCH = "watch"


class Split(NamedTuple):
    """From how many complaints and customers on a class counts as often, and as many."""

    complaints: float
    customers: float


class Place(NamedTuple):
    """A class of complaints, its number in the drawing, and where it lies; None where nobody told how many customers."""

    number: int
    complained: Complained
    quadrant: Quadrant | None


_AT_LEAST = 2
_ORDER = {quadrant: rank for rank, quadrant in enumerate(Quadrant)}


def quadrants(complaints: Iterable[Complained]) -> list[Place]:
    """The classes by urgency, then by how often, numbered from 1; those of unknown customers last."""
    classes = list(complaints)
    split = split_of(classes)
    placed = [(one, _quadrant(one, split)) for one in classes]
    placed.sort(key=lambda pair: (_rank(pair[1]), -pair[0].complaints, -(pair[0].customers or 0), pair[0].category, pair[0].business_line))
    return [Place(number, one, quadrant) for number, (one, quadrant) in enumerate(placed, start=1)]


def split_of(complaints: Sequence[Complained]) -> Split | None:
    """The medians of the classes of which both is known; None where there is none."""
    known = [(one.complaints, one.customers) for one in complaints if one.customers is not None]
    return Split(median(often for often, _ in known), median(customers for _, customers in known)) if known else None


def _quadrant(one: Complained, split: Split | None) -> Quadrant | None:
    if one.customers is None or split is None:
        return None
    # One complaint is not often, whatever the median of a quiet day is.
    often, many = one.complaints >= max(split.complaints, _AT_LEAST), one.customers >= max(split.customers, _AT_LEAST)
    if often:
        return Quadrant.SOLVE_FIRST if many else Quadrant.REPEATS
    return Quadrant.SPREADS if many else Quadrant.WATCH


def _rank(quadrant: Quadrant | None) -> int:
    return len(_ORDER) if quadrant is None else _ORDER[quadrant]
