"""A source tells less than it should: the share of what it ought to have told fell below a limit.

In: a Board. Out: one sample for each source that tells its completeness, its name as the scope.
"""

from collections.abc import Sequence

from pydantic import Field, model_validator

from alerts.sample import Context, Sample
from alerts.tuning import Tuning, percent_at
from pulse.kpi.board import Board, SourceHealth
from pulse.kpi.freshness import is_stale
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Text
from pulse.written import written

UNIT = Unit.RATIO
TITLE = Text("Data incomplete", "数据不完整")
SEES_SILENCE = True


class Options(Strict):
    """The keys of a rule of this kind."""

    sources: tuple[str, ...] = ()
    """Sources it looks at; none given means all."""
    raise_below_percent: float = Field(95, gt=0, le=100)
    clear_above_percent: float | None = Field(None, gt=0, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> "Options":
        low, high = self.raise_below_percent, self.clear_above_percent
        if high is not None and high < low:
            raise ValueError(f"got clear_above_percent {high:g}, expected {low:g} (raise_below_percent) or more")
        return self


def samples(board: Board, options: Options, _context: Context) -> Sequence[Sample]:
    """One sample for each source asked for that tells how whole it is; a silent one says nothing."""
    looked_at = (health for name, health in board.sources.items() if not options.sources or name in options.sources)
    return [_sample(health, board.at, options) for health in looked_at if health.completeness_ratio is not None]


def tuning(options: Options) -> Tuning:
    """Its limit is a percentage."""
    beyond = (options.clear_above_percent or options.raise_below_percent) - options.raise_below_percent

    def at(value: float) -> dict[str, float | None]:
        limit = max(0.1, min(100.0, percent_at(value, is_low=True)))
        return {"raise_below_percent": limit, "clear_above_percent": min(100.0, limit + beyond) if beyond else None}

    widest = {"raise_below_percent": 100, "clear_above_percent": None}
    return Tuning(is_low=True, at=at, widest=widest, clears_after=beyond / 100)


def _sample(health: SourceHealth, at: int, options: Options) -> Sample:
    ratio = None if is_stale(health, at) else health.completeness_ratio
    limit = options.raise_below_percent / 100
    clear_from = (options.clear_above_percent or options.raise_below_percent) / 100
    told, least = written(ratio, Unit.RATIO), written(limit, Unit.RATIO)
    return Sample(
        scope=health.source,
        at=at,
        title=Text(f"{health.source}: {TITLE.en.lower()}", f"{health.source}：{TITLE.zh}"),
        why=Text(f"{told} of what was to come has come, alarm below {least}", f"应到数据已到 {told}，低于 {least} 告警"),
        value=ratio,
        threshold=limit,
        breaching=None if ratio is None else ratio < limit,
        clear=None if ratio is None else ratio >= clear_from,
    )
