"""The pattern of the week: a figure by weekday and half hour of the site's own clocks, over all weeks of a span.

In: counts by quarter of an hour. Out: a cell for each weekday and half hour. Counts are the mean of the days that were recorded; a
ratio is that of all of them together. What was never recorded is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene, Unit
from pulse.kpi.snapshot import Number
from pulse.kpi.tally import Tally

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


def pattern(kpi: str, quarters: Mapping[int, Tally], goal: QueueGoal, zone: ZoneInfo) -> list[Cell]:
    """The cells that were recorded, in the order of the week."""
    summed: dict[tuple[int, int], Tally] = {}
    days: dict[tuple[int, int], set[int]] = {}
    for at, tally in quarters.items():
        local = datetime.fromtimestamp(at / 1000, zone)
        place = (local.weekday(), local.hour * 2 + local.minute // 30)
        summed.setdefault(place, Tally()).merge(tally)
        days.setdefault(place, set()).add(local.toordinal())
    is_count = definitions()[kpi].unit is Unit.COUNT
    return [_cell(place, summed[place], (kpi, goal), len(days[place]), is_count=is_count) for place in sorted(summed)]


def _cell(place: tuple[int, int], tally: Tally, figure: tuple[str, QueueGoal], days: int, *, is_count: bool) -> Cell:
    kpi, goal = figure
    value = definitions()[kpi].value(Scene(tally, goal))
    number = None if isinstance(value, dict) or value is None else value
    return Cell(*place, number / days if is_count and number is not None else number, days)
