"""What a wall receives: one small frame per Board, the same bytes for every screen of a layout.

In: a Board, the open incidents, and what outlives a Board (order, trend). Out: a `WallFrame`, at most 5 kB as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from alerts.frame import AlertsFrame, IncidentRow
from dashboard.incidents import is_over
from dashboard.order import QueueOrder
from dashboard.status import (
    Status,
    believed,
    half_hour_status,
    incident_status,
    queue_status,
    rank,
    ratio_of,
    service_level_status,
    source_status,
    wait_status,
    worst,
)
from dashboard.trend import Trend
from pulse.kpi.board import Agents, Board, Scope, SourceHealth
from pulse.kpi.freshness import Sight, is_stale, sight
from pulse.text import Language, Text, itself

QUEUES, INCIDENTS, CATEGORIES, SOURCES = 8, 4, 4, 5
"""How many of each a wall shows; what is left out is counted."""

Figure = float | Literal["na"] | None
"""A ratio; `na` where there was nothing to divide by, None where nobody supplies it."""


class Hero(msgspec.Struct, frozen=True, kw_only=True):
    """Are we OK: the verdict and the figures it stands on."""

    verdict: Status
    queues: dict[Status, int]
    service_level: Figure
    service_level_status: Status
    goal: float | None
    formula: str
    today: Figure
    today_status: Status
    projected: Figure
    projected_status: Status
    waiting: int | None
    oldest_wait_s: float | None
    """The wait of the contact with the least time left of its promise."""
    oldest_in: dict[str, str] | None
    """The title of the queue it waits in."""
    wait_status: Status
    silent_sources: int


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One queue."""

    name: str
    title: dict[str, str]
    channel: str | None
    status: Status
    waiting: int | None
    oldest_wait_s: float | None
    left_s: float | None
    service_level: Figure
    goal: float | None
    agents: int | None
    available: int | None


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    """Complaints of the last 30 minutes and of today, and what most are about."""

    recent: int | None
    today: int | None
    by_category: list[tuple[dict[str, str], int]]
    """What people call the class, and how many."""


class TrendLines(msgspec.Struct, frozen=True, kw_only=True):
    """The last hour, a point a minute."""

    service_level: list[float | None]
    complaints: list[float | None]


class Ticker(msgspec.Struct, frozen=True, kw_only=True):
    """One open incident as a wall shows it."""

    id: int
    level: int
    status: Status
    title: dict[str, str]
    owner: str | None
    opened_at: int
    acknowledged: bool
    is_over: bool
    no_data: bool
    drill: bool


class SourceAge(msgspec.Struct, frozen=True, kw_only=True):
    """How old one source is at the Board's instant: what the source held back, and what collecting added."""

    name: str
    condition: str
    status: Status
    source_lag_s: float | None
    collect_lag_s: float | None
    completeness: float | None
    problems: int
    """Lines or rows that could not be read, or said something unknown, since its collector started."""
    replayed: bool


class WallFrame(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a wall draws."""

    seq: int
    at: int
    sent: int
    accepted: int | None
    """When the newest record in it was received (epoch ms)."""
    build: str
    site: dict[str, str]
    zone: str
    demo: bool
    hero: Hero
    rows: list[QueueRow]
    more_queues: int
    people: Agents | None
    complaints: Complaints
    trend: TrendLines
    incidents: list[Ticker]
    more_incidents: int
    alerts_at: int | None
    sources: list[SourceAge]
    more_sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a frame says of itself."""

    seq: int = 0
    sent: int = 0
    build: str = ""
    formula: str = "D"
    name_of: Callable[[str], Text] = itself
    """What people call a complaint class."""


@dataclass(slots=True)
class Memory:
    """What a layout keeps from Board to Board."""

    order: QueueOrder = field(default_factory=QueueOrder)
    trend: Trend = field(default_factory=Trend)


def wall_frame(board: Board, alerts: AlertsFrame | None, memory: Memory, stamp: Stamp) -> WallFrame:
    """The frame of the layout `main`; `memory` takes the Board in."""
    memory.trend.add(board)
    statuses = {name: believed(queue_status(scope), sight(board, scope)) for name, scope in board.queues.items()}
    order = memory.order.of(board.queues, statuses, board.at)
    incidents = alerts.incidents if alerts else ()
    sources = sorted((_source_age(health, board.at) for health in board.sources.values()), key=lambda age: (-rank(age.status), age.name))
    return WallFrame(
        seq=stamp.seq,
        at=board.at,
        sent=stamp.sent,
        accepted=accepted_at(board),
        build=stamp.build,
        site=titles(board.site),
        zone=board.zone,
        demo=board.demo,
        hero=_hero(board, statuses, incidents, stamp.formula),
        rows=[_queue_row(name, board.queues[name], statuses[name]) for name in order[:QUEUES]],
        more_queues=max(0, len(order) - QUEUES),
        people=_people(board.site.agents),
        complaints=_complaints(board.site, stamp.name_of),
        trend=TrendLines(service_level=memory.trend.service_level, complaints=memory.trend.complaints),
        incidents=[_ticker(row) for row in incidents[:INCIDENTS]],
        more_incidents=max(0, len(incidents) - INCIDENTS),
        alerts_at=alerts.at if alerts else None,
        sources=sources[:SOURCES],
        more_sources=max(0, len(sources) - SOURCES),
    )


def accepted_at(board: Board) -> int | None:
    """When the newest record in the Board was received from any source (epoch ms)."""
    received = (health.newest_received_at for health in board.sources.values())
    return max((instant for instant in received if instant is not None), default=None)


def titles(scope: Scope) -> dict[str, str]:
    """A scope's title by language; one that has only its own in English's place, where every language finds it."""
    return scope.titles or {Language.EN: scope.title}


def figure(scope: Scope, window: str, kpi: str) -> Figure:
    """A ratio as screens show it: four digits, `na` over nothing, None where the window does not have it."""
    ratio = ratio_of(scope, window, kpi)
    if ratio is None:
        return "na" if kpi in getattr(scope, window) else None
    return round(ratio, 4)


def verdict(figures: list[Status], queues: list[Status], incidents: tuple[IncidentRow, ...], seen: Sight) -> Status:
    """Are we OK: as bad as the site's figures and its incidents; a critical queue, half of them in warning or a silent source warns."""
    many_warn = bool(queues) and queues.count(Status.WARNING) * 2 >= len(queues)
    warns = Status.CRITICAL in queues or many_warn or seen is Sight.PARTIAL
    from_queues = Status.WARNING if warns else Status.UNKNOWN
    standing = [incident_status(row.level) for row in incidents if not row.drill and not is_over(row)]
    drawn = worst([*figures, from_queues, *standing])
    nothing_wrong = drawn is Status.UNKNOWN and Status.NORMAL in queues
    return Status.NORMAL if nothing_wrong else drawn


def _hero(board: Board, statuses: dict[str, Status], incidents: tuple[IncidentRow, ...], formula: str) -> Hero:
    site, seen = board.site, sight(board, board.site)
    today = ratio_of(site, "today", "service_level")
    figures = [believed(half_hour_status(site, kpi), seen) for kpi in ("service_level", "projected_service_level")]
    every, oldest = list(statuses.values()), _most_urgent(board)
    return Hero(
        verdict=verdict(figures, every, incidents, seen),
        queues={status: every.count(status) for status in Status},
        service_level=figure(site, "last_30m", "service_level"),
        service_level_status=figures[0],
        goal=site.goal_ratio,
        formula=formula,
        today=figure(site, "today", "service_level"),
        today_status=believed(service_level_status(today, site.goal_ratio), seen),
        projected=figure(site, "last_30m", "projected_service_level"),
        projected_status=figures[1],
        waiting=site.waiting,
        oldest_wait_s=_short(oldest.oldest_wait_s if oldest else site.oldest_wait_s, 1),
        oldest_in=titles(oldest) if oldest else None,
        wait_status=believed(wait_status(oldest) if oldest else worst(wait_status(scope) for scope in board.queues.values()), seen),
        silent_sources=sum(is_stale(health, board.at) for health in board.sources.values()),
    )


def _most_urgent(board: Board) -> Scope | None:
    """The queue whose contact has the least time left: a caller of one minute before a mail of one hour."""
    waiting = [scope for scope in board.queues.values() if scope.contact_time_left_s is not None]
    return min(waiting, key=lambda scope: scope.contact_time_left_s or 0.0, default=None)


def _queue_row(name: str, scope: Scope, status: Status) -> QueueRow:
    agents = scope.agents or Agents()
    return QueueRow(
        name=name,
        title=titles(scope),
        channel=scope.channel,
        status=status,
        waiting=scope.waiting,
        oldest_wait_s=_short(scope.oldest_wait_s, 1),
        left_s=_short(scope.contact_time_left_s, 1),
        service_level=figure(scope, "last_30m", "service_level"),
        goal=scope.goal_ratio,
        agents=agents.logged_in,
        available=agents.available,
    )


def _people(agents: Agents | None) -> Agents | None:
    return msgspec.structs.replace(agents, paused_by_reason={}) if agents else None


def _complaints(site: Scope, name_of: Callable[[str], Text]) -> Complaints:
    by_category = site.last_30m.get("complaints_by_category")
    counted = sorted(by_category.items(), key=lambda item: (-item[1], item[0])) if isinstance(by_category, dict) else []
    return Complaints(
        recent=_whole(ratio_of(site, "last_30m", "complaints")),
        today=_whole(ratio_of(site, "today", "complaints")),
        by_category=[(name_of(category).by_language(), count) for category, count in counted[:CATEGORIES]],
    )


def _ticker(row: IncidentRow) -> Ticker:
    return Ticker(
        id=row.id,
        level=row.level,
        status=incident_status(row.level, stands=not is_over(row)),
        title=row.title,
        owner=row.owner,
        opened_at=row.opened_at,
        acknowledged=row.owner is not None,
        is_over=is_over(row),
        no_data=row.no_data,
        drill=row.drill,
    )


def _source_age(health: SourceHealth, at: int) -> SourceAge:
    newest, received = health.newest_at, health.newest_received_at
    return SourceAge(
        name=health.source,
        condition=health.condition,
        status=source_status(health, at),
        source_lag_s=None if newest is None or received is None else round(max(0, received - newest) / 1000, 1),
        collect_lag_s=None if health.polled_at is None else round(max(0, at - health.polled_at) / 1000, 1),
        completeness=_short(health.completeness_ratio, 4),
        problems=sum(health.problems.values()),
        replayed=health.replayed,
    )


def _short(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
