"""Are we OK: the verdict and the figures it stands on."""

import msgspec

from dashboard.open_alerts import AlertCounts, OpenAlerts
from dashboard.picture import Figure, Picture, figure, most_urgent, short, titles
from dashboard.status import Status, believed, half_hour_status, ratio_of, service_level_status, wait_status, worst
from pulse.kpi.board import Board
from pulse.kpi.budget import Budget
from pulse.kpi.freshness import Sight, is_stale, sight
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Are we OK?", "现在还好吗？")


class Options(Strict):
    """The whole site; nothing to choose."""


class BudgetLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many more misses the day may have."""

    left: int
    burn_rate: float | None
    volume_from: str
    exhausted_at: int | None
    status: Status


class Hero(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws."""

    verdict: Status
    queues: dict[Status, int]
    alerts: AlertCounts
    service_level: Figure
    service_level_status: Status
    goal: float | None
    formula: str
    today: Figure
    today_status: Status
    projected: Figure
    projected_status: Status
    budget: BudgetLine | None
    waiting: int | None
    oldest_wait_s: float | None
    """The wait of the contact with the least time left of its promise."""
    oldest_in: dict[str, str] | None
    """The title of the queue it waits in."""
    wait_status: Status
    silent_sources: int


def frame(picture: Picture, _options: Options) -> Hero:
    """The verdict and its figures at the Board's instant."""
    board, site = picture.board, picture.board.site
    seen = sight(board, site)
    today = ratio_of(site, "today", "service_level")
    figures = _figure_statuses(picture)
    every, oldest = list(picture.statuses.values()), most_urgent(board.queues.values())
    return Hero(
        verdict=site_verdict(picture),
        queues={status: every.count(status) for status in Status},
        alerts=picture.alerts.counts,
        service_level=figure(site, "last_30m", "service_level"),
        service_level_status=figures[0],
        goal=site.goal_ratio,
        formula=picture.saying.formula,
        today=figure(site, "today", "service_level"),
        today_status=believed(service_level_status(today, site.goal_ratio), seen),
        projected=figure(site, "last_30m", "projected_service_level"),
        projected_status=figures[1],
        budget=_budget_line(site.budget, seen),
        waiting=site.waiting,
        oldest_wait_s=short(oldest.oldest_wait_s if oldest else site.oldest_wait_s, 1),
        oldest_in=titles(oldest) if oldest else None,
        wait_status=believed(wait_status(oldest) if oldest else worst(wait_status(scope) for scope in board.queues.values()), seen),
        silent_sources=silent_sources(board),
    )


def silent_sources(board: Board) -> int:
    """How many sources have not been heard in time."""
    return sum(is_stale(health, board.at) for health in board.sources.values())


def site_verdict(picture: Picture) -> Status:
    """Are we OK, for the whole site."""
    board = picture.board
    return verdict(_figure_statuses(picture), list(picture.statuses.values()), picture.alerts, sight(board, board.site))


def verdict(figures: list[Status], queues: list[Status], alerts: OpenAlerts, seen: Sight) -> Status:
    """As bad as the site's figures, its alerts and its critical queues; half of the queues in warning or a silent source warns.

    Fewer queues in warning do not: one of many nearly always is, and a verdict that always warns is not read.
    """
    many_warn = bool(queues) and queues.count(Status.WARNING) * 2 >= len(queues)
    from_queues = [status for status in queues if status is Status.CRITICAL]
    whole = [Status.WARNING] if many_warn or seen is Sight.PARTIAL else []
    drawn = worst([*figures, *from_queues, *whole, alerts.status])
    nothing_wrong = drawn is Status.UNKNOWN and Status.NORMAL in queues
    return Status.NORMAL if nothing_wrong else drawn


def _figure_statuses(picture: Picture) -> list[Status]:
    site = picture.board.site
    seen = sight(picture.board, site)
    return [believed(half_hour_status(site, kpi), seen) for kpi in ("service_level", "projected_service_level")]


def _budget_line(budget: Budget | None, seen: Sight) -> BudgetLine | None:
    if budget is None:
        return None
    spent = Status.CRITICAL if budget.left < 0 else Status.WARNING if budget.exhausted_at is not None else Status.NORMAL
    return BudgetLine(
        left=budget.left,
        burn_rate=short(budget.burn_rate, 1),
        volume_from=budget.volume_from,
        exhausted_at=budget.exhausted_at,
        status=believed(spent, seen),
    )
