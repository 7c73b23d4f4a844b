"""How the limit of a rule is moved: what a rule file offers that has one number to tune.

In: nothing. Out: the type such files return from `tuning(options)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """One limit; `at` and `widest` are keys as people write them, None takes a key away."""

    is_low: bool
    """Whether what lies below the limit is bad."""
    at: Callable[[float], Mapping[str, Any]]
    """The keys that put the limit at a sample's value, rounded to what people write, towards fewer alerts."""
    widest: Mapping[str, Any]
    """The keys with which whatever counts at all breaches."""
    clears_after: float = 0.0
    """How far beyond the limit it is over, in the unit of a sample's value."""


def rounded(value: float, step: float, *, is_low: bool) -> float:
    """A limit rounded to a step, towards fewer alerts: down where what lies below it is bad, up elsewhere."""
    # What is a whole number of steps but for the error of a division stays there.
    steps = round(value / step, 9)
    return round((floor(steps) if is_low else ceil(steps)) * step, 9)


def percent_at(ratio: float, *, is_low: bool) -> float:
    """The percentage of a ratio, to a tenth, towards fewer alerts."""
    return rounded(ratio * 100, 0.1, is_low=is_low)
