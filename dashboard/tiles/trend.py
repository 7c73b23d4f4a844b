"""Lines of the last hour, one under the other, a point a minute."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from pydantic import AfterValidator, Field

from dashboard.picture import Picture
from dashboard.scope import SITE, ScopeName, scope_of
from dashboard.trend import Series
from pulse.definitions import definitions
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Trend, last hour", "最近一小时趋势")


def _kpi(name: str) -> str:
    # A count for each of several names is no one figure: it has no line and no target.
    single = sorted(known for known, kpi in definitions().items() if kpi.unit is not Unit.COUNTS_BY_NAME)
    if name not in single:
        raise ValueError(f'got "{name}", expected one of {", ".join(single)}')
    return name


KpiName = Annotated[str, AfterValidator(_kpi)]


class Options(Strict):
    """Which figures, of what; each over its last 30 minutes."""

    scope: ScopeName = SITE
    lines: tuple[KpiName, ...] = Field(("service_level", "complaints"), min_length=1, max_length=3)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One figure."""

    title: dict[str, str]
    unit: Unit
    goal: float | None
    points: list[float | None]


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws."""

    lines: list[Line]


def series(options: Options) -> Iterable[Series]:
    """The lines it needs."""
    return [Series(options.scope, kpi) for kpi in options.lines]


def frame(picture: Picture, options: Options) -> Trend:
    """The lines of the hour that ends now."""
    scope = scope_of(picture.board, options.scope)
    goal = scope.goal_ratio if scope else None
    return Trend(lines=[_line(picture, one, goal if one.kpi == "service_level" else None) for one in series(options)])


def _line(picture: Picture, one: Series, goal: float | None) -> Line:
    kpi = definitions()[one.kpi]
    return Line(title=kpi.title.by_language(), unit=kpi.unit, goal=goal, points=picture.trends.line(one))
