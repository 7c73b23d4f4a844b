"""The work that lies open grows: by a share, and by a number worth a look, against some time ago.

In: a Board and the Board of that time. Out: one sample for each queue that tells its backlog, or one for the site; unknown until
the earlier Board is known.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from alerts.figures import figures
from alerts.sample import SITE, Context, Sample
from alerts.tuning import Tuning, percent_at
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.tables import Duration, Strict
from pulse.text import Language, Text
from pulse.written import duration, written

UNIT = Unit.RATIO
TITLE = Text("Backlog grows", "积压增长")


class Options(Strict):
    """The keys of a rule of this kind."""

    figure: Literal["backlog_open", "backlog_unassigned"] = "backlog_open"
    over: Duration = Field(3600.0, ge=300, le=7 * 86_400)
    """Against how long ago."""
    raise_above_percent: float = Field(20, gt=0)
    clear_below_percent: float | None = Field(None, ge=0)
    min_growth: int = Field(10, ge=1)
    """Fewer more raise nothing: of 2 to 3 nobody need hear."""
    of: Literal["queues", "site"] = "queues"

    @model_validator(mode="after")
    def _in_order(self) -> "Options":
        high, low = self.raise_above_percent, self.clear_below_percent
        if low is not None and low > high:
            raise ValueError(f"got clear_below_percent {low:g}, expected {high:g} (raise_above_percent) or less")
        return self

    @property
    def clear_below_ratio(self) -> float:
        """The growth from which on it is over."""
        return (self.raise_above_percent if self.clear_below_percent is None else self.clear_below_percent) / 100


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for that tells its backlog, or one for the site."""
    before = context.board_ago(options.over)
    if options.of == "site":
        return [_sample(SITE, board.site, before.site if before else None, board.at, options)]
    told = {name: scope for name, scope in context.scopes(board).items() if scope.backlog is not None}
    return [_sample(name, scope, before.queues.get(name) if before else None, board.at, options) for name, scope in told.items()]


def tuning(options: Options) -> Tuning:
    """Its limit is a share of growth."""
    beyond = options.raise_above_percent - options.clear_below_ratio * 100

    def at(value: float) -> dict[str, float | None]:
        limit = max(0.1, percent_at(value, is_low=False))
        return {"raise_above_percent": limit, "clear_below_percent": max(0.0, limit - beyond) if beyond else None}

    widest = {"raise_above_percent": 0.001, "clear_below_percent": None}
    return Tuning(is_low=False, at=at, widest=widest, clears_after=beyond / 100)


def _sample(name: str, scope: Scope, earlier: Scope | None, at: int, options: Options) -> Sample:
    now, before = (figures()[options.figure].of(found, "today") if found else None for found in (scope, earlier))
    growth = None if now is None or before is None else now - before
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, options),
        why=_why(now, before, options),
        value=_share(growth, before),
        threshold=options.raise_above_percent / 100,
        breaching=None
        if growth is None or before is None
        else growth >= options.min_growth and growth > options.raise_above_percent / 100 * before,
        clear=None if growth is None or before is None else growth < options.min_growth or growth <= options.clear_below_ratio * before,
    )


def _share(growth: float | None, before: float | None) -> float | None:
    return growth / before if growth is not None and before else None


def _title(scope: Scope, options: Options) -> Text:
    if options.of == "site":
        return TITLE
    return Text(f"{scope.titled('en')}: {TITLE.en.lower()}", f"{scope.titled('zh')}：{TITLE.zh}")


def _why(now: float | None, before: float | None, options: Options) -> Text:
    figure = figures()[options.figure].title
    told, earlier = written(now, Unit.COUNT), written(before, Unit.COUNT)
    least = written(options.raise_above_percent / 100, Unit.RATIO)
    return Text(
        f"{figure.en} {told}, {earlier} {duration(options.over)} ago; alarm above +{least} and {options.min_growth} more",
        f"{figure.zh} {told}，{duration(options.over, Language.ZH)}前为 {earlier}；增长超过 {least} 且多 {options.min_growth} 件时告警",
    )
