"""The points of the day's charts: counts and service level by half hour, placed by the site's own clocks.

In: tallies by half hour and channel. Out: points; a half hour in which nothing was counted has none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dashboard.report.shown import COUNTED
from pulse.kpi.goal import QueueGoal
from pulse.kpi.service_level import FORMULAS
from pulse.kpi.tally import Tally, merged

HALF_HOUR_MS = 30 * 60_000
Slots = Mapping[int, Mapping[str, Tally]]
"""Tallies by the first instant (epoch ms) of a slot, and by channel."""


@dataclass(frozen=True, slots=True)
class Point:
    """One half hour; `hour` is what the site's clocks show at its middle, so that two days lie over each other on any date."""

    day: str
    hour: float
    name: str
    value: float


def contact_points(day: str, slots: Slots, zone: ZoneInfo) -> Iterator[Point]:
    """Offered, answered and abandoned by half hour."""
    for at, channels in sorted(slots.items()):
        total = merged(channels.values())
        for name in COUNTED:
            yield Point(day, _hour(at, zone), name, total.count(name))


def level_points(day: str, slots: Slots, zone: ZoneInfo, goal: QueueGoal) -> Iterator[Point]:
    """The service level by half hour; a half hour without a counted contact has no point."""
    for at, channels in sorted(slots.items()):
        value = FORMULAS[goal.formula](merged(channels.values()))
        if value is not None:
            yield Point(day, _hour(at, zone), "service_level", value)


def _hour(at: int, zone: ZoneInfo) -> float:
    local = datetime.fromtimestamp((at + HALF_HOUR_MS // 2) / 1000, UTC).astimezone(zone)
    return local.hour + local.minute / 60
