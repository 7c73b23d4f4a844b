"""The marks of an axis of durations, where clocks have theirs: 15 min, 30 min, 45 min rather than 16.7 min, 33.3 min, 50 min.

In: what is drawn, in seconds. Out: where the marks are, and how Vega words them.
"""

from collections.abc import Iterable
from math import ceil, floor
from typing import NamedTuple

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(count * _MINUTE_S for count in (1, 2, 5, 10, 15, 30)),
    *(count * _HOUR_S for count in (1, 2, 3, 6, 12)),
    *(count * _DAY_S for count in (1, 2, 7)),
)
_MOST_STEPS = 7
_UNITS = ((_HOUR_S, "h"), (_MINUTE_S, "min"), (1, "s"))
_FROM = 2
"""Two hours are told in hours, and so on; their halves are the smallest step then."""


class Marks(NamedTuple):
    """From a mark at or below the shortest to one at or above the longest."""

    values: tuple[int, ...]
    words: str
    """An expression of Vega: all marks in one unit."""


def duration_marks(values_s: Iterable[float]) -> Marks:
    """The marks for what is drawn, in seconds: as close as `_MOST_STEPS` allows. Of nothing they are those of a second."""
    drawn = list(values_s) or [0.0]
    shortest, longest = min(drawn), max(drawn)
    unit_s, unit = next((one for one in _UNITS if longest >= _FROM * one[0]), _UNITS[-1])
    steps = [step for step in _STEPS_S if step >= unit_s / 2]
    step = next((step for step in steps if _count(shortest, longest, step) <= _MOST_STEPS), None)
    step = step or steps[-1] * ceil((longest - shortest) / steps[-1] / _MOST_STEPS)
    first = floor(shortest / step)
    values = tuple(step * number for number in range(first, first + _count(shortest, longest, step) + 1))
    return Marks(values, f"format(datum.value / {unit_s}, ',.1~f') + ' {unit}'")


def _count(shortest: float, longest: float, step: int) -> int:
    return max(1, ceil(longest / step) - floor(shortest / step))
