"""The service-level budget: how many contacts of a day may still miss their target, and how fast that is used up.

In: what was judged today and in the last 30 minutes, and the volume the day is expected to have. Out: a `Budget`.
Source: error budget and burn rate, as site reliability engineering has them (burn rate = miss rate / allowed rate).
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from math import floor, sqrt
from typing import NamedTuple

import msgspec

from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.hours import OpenHours
from pulse.kpi.service_level import Judged, judged
from pulse.kpi.tally import Tally

WINDOW_MS = 30 * 60_000
"""Over how long the burn rate is measured."""
FEWEST = 10
"""Fewer judged contacts in the window have no burn rate."""
WIDEST_RATIO = 0.4
"""Nor has a window whose miss rate is known no better than this: the width of its Wilson interval."""
_SHORTEST_PACE_MS = 30 * 60_000
_MINUTE_MS = 60_000
_Z = 1.96
"""95 % of a normal distribution lie within so many standard deviations."""


class VolumeFrom(StrEnum):
    """Where the day's volume is taken from."""

    SAME_WEEKDAYS = "same_weekdays"
    PACE = "pace"


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What a day may still miss; counts are contacts as the scope's own service-level formula judges them."""

    volume: float
    """Contacts the day is expected to judge in all."""
    volume_from: VolumeFrom
    allowed: int
    """Misses the day may have and still meet its goal."""
    missed: int
    """Misses so far."""
    left: int
    """Allowed less missed: negative once the goal cannot be met."""
    burn_rate: float | None
    """Miss rate of the last 30 minutes / allowed rate; None on too thin traffic."""
    exhausted_at: int | None
    """Epoch ms: when the budget is gone at the present burn, in open hours only; None where that is not before the day ends."""


class DaySoFar(NamedTuple):
    """Where in its day a site stands; instants are epoch ms."""

    start: int
    """When the day began or, on the first day of all, the first contact came."""
    now: int
    end: int
    hours: OpenHours | None
    """When the site is open; None never closes."""


def budget_of(today: Judged, last_30m: Judged | None, goal_ratio: float, expected: float | None, day: DaySoFar) -> Budget | None:
    """The budget of a scope; None where the volume of its day cannot be known.

    `expected` is the volume of the same weekdays, None where there is none: then the pace so far is taken. A day that
    has already judged more than expected has at least that volume.
    """
    volume = pace(today.all, day) if expected is None else max(expected, today.all)
    if volume is None:
        return None
    allowed_ratio = 1 - goal_ratio
    allowed = floor(volume * allowed_ratio + 1e-9)
    burnt = last_30m if last_30m and tells_rate(last_30m) else None
    return Budget(
        volume=volume,
        volume_from=VolumeFrom.PACE if expected is None else VolumeFrom.SAME_WEEKDAYS,
        allowed=allowed,
        missed=today.missed,
        left=allowed - today.missed,
        burn_rate=burnt.missed / burnt.all / allowed_ratio if burnt else None,
        exhausted_at=_exhausted_at(allowed - today.missed, today.missed, burnt, day),
    )


def expected_volume(days: Iterable[Iterable[Tally]], formula: ServiceLevelFormula) -> float | None:
    """The mean of what days judged, each given as the tallies of its queues; a day that judged nothing is left out, as it was not open.

    None where no day is left.
    """
    found = [sum(part.all for part in (judged(tally, formula) for tally in day) if part) for day in days]
    known = [volume for volume in found if volume]
    return sum(known) / len(known) if known else None


def pace(judged_so_far: int, day: DaySoFar) -> float | None:
    """The contacts of the whole day if it goes on as it began, by open time; None before half an hour of it is over and on no contact.

    A day on which the site does not open goes by the clock.
    """
    if judged_so_far == 0:
        return None
    # By whole minutes, so that all scopes of a minute share one answer.
    minute = day.now - day.now % _MINUTE_MS
    hours = day.hours if _open_ms(day.hours, day.start, day.end) else None
    gone_ms, left_ms = _open_ms(hours, day.start, minute), _open_ms(hours, minute, day.end)
    return judged_so_far * (1 + left_ms / gone_ms) if gone_ms >= _SHORTEST_PACE_MS else None


def tells_rate(part: Judged) -> bool:
    """Whether there are contacts enough to speak of a rate of misses."""
    return part.all >= FEWEST and wilson_width(part.missed, part.all) <= WIDEST_RATIO


def wilson_width(hits: int, trials: int) -> float:
    """The width of the 95 % Wilson score interval of a share (E. B. Wilson, 1927), as a ratio; raises ZeroDivisionError on no trial."""
    share = hits / trials
    return 2 * _Z / (1 + _Z**2 / trials) * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))


def _exhausted_at(left: int, missed: int, burnt: Judged | None, day: DaySoFar) -> int | None:
    if left < 0 or (left == 0 and missed > 0):
        return day.now
    if burnt is None or burnt.missed == 0:
        return None
    return _open_for(round(left / burnt.missed * WINDOW_MS), day)


def _open_for(duration_ms: int, day: DaySoFar) -> int | None:
    """The instant when the site will have been open for so long from now on; None where the day is over before."""
    left_ms = duration_ms
    for opens, closes in _open_stretches(day.hours, day.start, day.end):
        begins = max(opens, day.now)
        if left_ms < closes - begins:
            return begins + left_ms
        left_ms -= max(0, closes - begins)
    return None


@lru_cache(maxsize=256)
def _open_stretches(hours: OpenHours | None, start: int, end: int) -> Sequence[tuple[int, int]]:
    return [(start, end)] if hours is None else hours.open_stretches(start, end)


@lru_cache(maxsize=256)
def _open_ms(hours: OpenHours | None, start: int, end: int) -> int:
    return max(0, end - start) if hours is None else hours.open_ms(start, end)
