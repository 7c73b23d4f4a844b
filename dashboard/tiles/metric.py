"""One figure with its target, its line over the last hour and its age."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from pydantic import ValidationInfo, field_validator

from dashboard.day import STATUS
from dashboard.picture import Figure, Picture, figure, titles
from dashboard.report.goals import verdict_of
from dashboard.scope import SITE, ScopeName, scope_of
from dashboard.status import Status, believed
from dashboard.tiles.trend import KpiName
from dashboard.trend import Series
from pulse.definitions import definitions
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import sight
from pulse.kpi.kpi import Kpi, Unit
from pulse.kpi.records import Channel
from pulse.tables import Strict
from pulse.targets import Targets, possible
from pulse.text import Text

TITLE = Text("One figure", "单项指标")


class Options(Strict):
    """Which figure, of what, over which window; a target of its own (0..1 for ratios, seconds for times) goes before that of the site."""

    kpi: KpiName
    scope: ScopeName = SITE
    window: Literal["last_5m", "last_30m", "today"] = "last_30m"
    target: float | None = None

    @field_validator("target")
    @classmethod
    def _can_be_reached(cls, target: float | None, others: ValidationInfo) -> float | None:
        kpi = others.data.get("kpi")
        return target if target is None or kpi is None else possible(kpi, target)


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws."""

    title: dict[str, str]
    scope: dict[str, str] | None
    """None is the whole site."""
    window: str
    unit: Unit
    value: Figure
    target: float | None
    status: Status
    age_s: float | None
    """How long ago the slowest of its sources was heard."""
    points: list[float | None]


def series(options: Options) -> Iterable[Series]:
    """The line it needs."""
    return [Series(options.scope, options.kpi)]


def frame(picture: Picture, options: Options) -> Metric:
    """The figure at the Board's instant; unknown where the Board does not know the scope."""
    board, kpi = picture.board, definitions()[options.kpi]
    scope = scope_of(board, options.scope) or Scope(title=options.scope)
    target = _target(options, scope, picture.saying.targets)
    value = figure(scope, options.window, options.kpi)
    return Metric(
        title=kpi.title.by_language(),
        scope=None if options.scope == SITE else titles(scope),
        window=options.window,
        unit=kpi.unit,
        value=value,
        target=target,
        status=believed(_status(value, target, kpi), sight(board, scope)),
        age_s=_age_s(board, scope),
        points=picture.trends.line(Series(options.scope, options.kpi)),
    )


def _target(options: Options, scope: Scope, targets: Targets) -> float | None:
    if options.target is not None:
        return options.target
    if options.kpi == "service_level":
        return scope.goal_ratio
    return targets.of(options.kpi, Channel(scope.channel) if scope.channel else None)


def _status(value: Figure, target: float | None, kpi: Kpi) -> Status:
    known = None if value == "na" else value
    return STATUS[verdict_of(known, target, kpi.better)]


def _age_s(board: Board, scope: Scope) -> float | None:
    healths = [board.sources[name] for name in scope.sources or tuple(board.sources) if name in board.sources]
    heard = [health.polled_at for health in healths if health.polled_at is not None]
    return round((board.at - min(heard)) / 1000, 1) if heard else None
