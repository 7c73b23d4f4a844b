"""The pattern of the week: a figure by weekday and half hour of the site's own clocks, over all weeks of a span.

In: counts by quarter of an hour. Out: a cell for each weekday and half hour. Counts are the mean of the days on which the site was
recorded; a ratio is that of all of them together. What was never recorded is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene, Unit
from pulse.kpi.snapshot import Number
from pulse.kpi.tally import Tally

_Place = tuple[int, int]
"""A weekday and a half hour."""
_JUDGED = ("answered", "answered_within_target", "answered_wait_unknown", "abandoned", "abandoned_within_target", "abandoned_wait_unknown")
PATTERNS: Mapping[str, tuple[str, ...]] = {
    "offered": ("offered", "offered?"),
    "service_level": (*_JUDGED, "short_abandoned", "short_abandoned?"),
    "abandonment_ratio": ("offered", "abandoned", "short_abandoned"),
    "complaints": ("complaints",),
    "asa_s": ("wait_answered_ms", "wait_answered_known"),
    "aht_s": ("talk_ms", "hold_ms", "acw_ms", "handled_known"),
    "occupancy_ratio": ("agent_busy_ms", "agent_acw_ms", "agent_ready_ms"),
}
"""The figures there is a pattern of, and the counts each is formed of: only these are read."""


class Cell(NamedTuple):
    """One weekday (0 is Monday) and half hour of a day (0 to 47)."""

    weekday: int
    half_hour: int
    value: Number
    days: int
    """On how many days it was recorded."""


def pattern(kpi: str, quarters: Mapping[int, Tally], goal: QueueGoal, zone: ZoneInfo, recorded: Collection[datetime]) -> list[Cell]:
    """The cells in the order of the week; `recorded` are the half hours of the site's clocks of which anything may be counted.

    A ratio stands where it was counted. Of a count, a half hour in which nothing came on a recorded day is nought of that day.
    """
    summed: dict[_Place, Tally] = {}
    days: dict[_Place, set[date]] = {}
    for at, tally in quarters.items():
        local = datetime.fromtimestamp(at / 1000, zone)
        summed.setdefault(_place(local), Tally()).merge(tally)
        days.setdefault(_place(local), set()).add(local.date())
    if definitions()[kpi].unit is Unit.COUNT:
        known = {half_hour for _, half_hour in summed}
        for local in recorded:
            place = _place(local)
            if place[1] in known:
                days.setdefault(place, set()).add(local.date())
        return [_cell(place, _value(kpi, summed.get(place, Tally()), goal), days[place], mean=True) for place in sorted(days)]
    return [_cell(place, _value(kpi, summed[place], goal), days[place], mean=False) for place in sorted(summed)]


def half_hours(starts: Iterable[int], until: int, zone: ZoneInfo) -> list[datetime]:
    """The half hours of the days that begin at some instants, as far as they had begun before `until` (both epoch ms)."""
    end = datetime.fromtimestamp(until / 1000, zone).replace(tzinfo=None)
    days = [datetime.fromtimestamp(start / 1000, zone).replace(tzinfo=None) for start in starts]
    each = (datetime.combine(day.date(), time(number // 2, number % 2 * 30)) for day in days for number in range(48))
    return [local for local in each if local < end]


def _place(local: datetime) -> _Place:
    return local.weekday(), local.hour * 2 + local.minute // 30


def _value(kpi: str, tally: Tally, goal: QueueGoal) -> Number:
    value = definitions()[kpi].value(Scene(tally, goal))
    return None if isinstance(value, dict) else value


def _cell(place: _Place, value: Number, days: Collection[date], *, mean: bool) -> Cell:
    return Cell(*place, value / len(days) if mean and value is not None else value, len(days))
