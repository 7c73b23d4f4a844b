"""What the day page shows: each figure of today and yesterday beside its target, and both days by half hours.

In: tallies from history and the KPI definitions. Out: rows and points ready to be drawn. Pure but for the history it is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from pulse.config import Config
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Kpi, Scene, Unit, Value
from pulse.kpi.tally import Tally, merged
from pulse.plugins import kinds, load

HALF_HOUR_MS = 30 * 60_000
COUNTED = ("offered", "answered", "abandoned")
SHOWN = (
    "service_level",
    *COUNTED,
    "abandonment_ratio",
    "asa_s",
    "wait_p90_s",
    "max_wait_s",
    "aht_s",
    "complaints",
    "complaints_per_thousand",
    "occupancy_ratio",
    "slot_occupancy_ratio",
    "frt_s",
    "resolution_s",
    "self_service_ratio",
    "csat_score",
    "csat_responses",
    "nps_score",
    "nps_promoters",
    "nps_passives",
    "nps_detractors",
)
"""The figures of the day in reading order."""
_ALWAYS = frozenset({"service_level", *COUNTED, "abandonment_ratio", "asa_s", "aht_s"})


class Verdict(StrEnum):
    """A figure against its target."""

    MET = "met"
    MISSED = "missed"
    NO_TARGET = "no_target"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One figure."""

    kpi: str
    today: Value
    yesterday: Value
    target: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Point:
    """One half hour; `hour` is what the site's clocks show at its middle, so that two days lie over each other on any date."""

    day: str
    hour: float
    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The page."""

    rows: tuple[DayRow, ...]
    contacts: tuple[Point, ...]
    service_level: tuple[Point, ...]
    goal_ratio: float
    until: int

    @property
    def is_empty(self) -> bool:
        """Whether neither day has a figure."""
        return all(row.today is None and row.yesterday is None for row in self.rows)


class Past(Protocol):
    """The part of history the page needs."""

    def day_tally(self, site: str, start: int, end: int) -> dict[str, tuple[str, Tally]]:
        """The channel and tally of each queue in [start, end)."""

    def tallies_by(self, site: str, start: int, end: int, step_ms: int) -> dict[int, dict[str, Tally]]:
        """The tally of each queue in each slot."""


def day_of(past: Past, config: Config, days: tuple[int, int, int]) -> Day:
    """The page; `days` are the instants at which yesterday began, today began, and today is cut off."""
    yesterday, today, until = days
    goal = config.site_goal
    spans = {"yesterday": (yesterday, today), "today": (today, until)}
    totals = {day: _total(past.day_tally(config.site.name, *span)) for day, span in spans.items()}
    # A half hour that still runs is not drawn: its line would fall for no other reason.
    whole = until - (until - today) % HALF_HOUR_MS
    slots = {day: past.tallies_by(config.site.name, span[0], min(span[1], whole), HALF_HOUR_MS) for day, span in spans.items()}
    return Day(
        rows=day_rows(definitions(), totals, goal),
        contacts=tuple(point for day in spans for point in contact_points(day, slots[day], config.zone)),
        service_level=tuple(point for day in spans for point in level_points(day, slots[day], config.zone, goal)),
        goal_ratio=goal.goal_ratio,
        until=until,
    )


def definitions() -> dict[str, Kpi]:
    """Every KPI there is, by name."""
    modules = (load("pulse.kpi", kind) for kind in kinds("pulse.kpi"))
    return {kpi.name: kpi for module in modules for kpi in getattr(module, "KPIS", ())}


def day_rows(kpis: Mapping[str, Kpi], totals: Mapping[str, Tally], goal: QueueGoal) -> tuple[DayRow, ...]:
    """The figures that are defined, in reading order; a day without any record has no values, not zeros.

    A figure of which nothing was told on either day is left out: nobody knows whether it was nothing.
    """
    rows = (_row(kpis[name], totals, goal) for name in SHOWN if name in kpis)
    return tuple(row for row in rows if row.kpi in _ALWAYS or row.today or row.yesterday)


def verdict_of(value: Value, target: float | None, better: Better) -> Verdict:
    """A value against its target, in the direction that is better."""
    if target is None or better is Better.NEITHER:
        return Verdict.NO_TARGET
    if value is None or isinstance(value, dict):
        return Verdict.UNKNOWN
    met = value >= target if better is Better.HIGHER else value <= target
    return Verdict.MET if met else Verdict.MISSED


def contact_points(day: str, slots: Mapping[int, Mapping[str, Tally]], zone: ZoneInfo) -> Iterable[Point]:
    """Offered, answered and abandoned by half hour."""
    for at, queues in sorted(slots.items()):
        total = merged(list(queues.values()))
        for name in COUNTED:
            yield Point(day, _hour(at, zone), name, total.count(name))


def level_points(day: str, slots: Mapping[int, Mapping[str, Tally]], zone: ZoneInfo, goal: QueueGoal) -> Iterable[Point]:
    """The service level by half hour; a half hour without a counted contact has no point."""
    kpi = definitions()["service_level"]
    for at, queues in sorted(slots.items()):
        value = kpi.value(Scene(merged(list(queues.values())), goal))
        if isinstance(value, int | float):
            yield Point(day, _hour(at, zone), "service_level", value)


def written(value: Value, unit: Unit) -> str:
    """A value as people read it: percent for ratios, m:ss or h:mm:ss for durations, — where it is unknown."""
    if value is None or isinstance(value, dict):
        return "—"
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.SECONDS:
        return _clocked(round(value))
    return f"{value:,.2f}" if unit is Unit.SCORE else f"{value:,.0f}"


def _clocked(whole_s: int) -> str:
    minutes, seconds = divmod(whole_s, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _hour(at: int, zone: ZoneInfo) -> float:
    local = datetime.fromtimestamp((at + HALF_HOUR_MS // 2) / 1000, UTC).astimezone(zone)
    return local.hour + local.minute / 60


def _row(kpi: Kpi, totals: Mapping[str, Tally], goal: QueueGoal) -> DayRow:
    values = {day: kpi.value(Scene(tally, goal)) if tally else None for day, tally in totals.items()}
    target = goal.goal_ratio if kpi.name == "service_level" else None
    verdict = verdict_of(values["today"], target, kpi.better)
    return DayRow(kpi=kpi.name, today=values["today"], yesterday=values["yesterday"], target=target, verdict=verdict)


def _total(queues: Mapping[str, tuple[str, Tally]]) -> Tally:
    return merged([tally for _, tally in queues.values()])
