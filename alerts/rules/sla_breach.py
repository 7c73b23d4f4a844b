"""A queue's service level is below its goal.

In: a Board. Out: one sample for each queue; unknown where the window has no service level.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from alerts.figures import WINDOWS
from alerts.sample import Context, Sample, is_idle, number
from alerts.tuning import Tuning, percent_at
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Language, Text
from pulse.written import written

UNIT = Unit.RATIO
TITLE = Text("SL below goal", "服务水平低于目标")
PROJECTED_TITLE = Text("projected SL below goal", "预计服务水平低于目标")


class Options(Strict):
    """The keys of a rule of this kind; where no percent is given, the queue's own goal is meant."""

    window: Literal["last_5m", "last_30m", "today"] = "last_30m"
    raise_below_percent: float | None = Field(None, gt=0, lt=100)
    clear_above_percent: float | None = Field(None, gt=0, le=100)
    min_contacts: int = Field(20, ge=1)
    """A window with fewer offered contacts raises nothing."""
    projected: bool = False
    """Counts those who wait past the target already as lost."""

    @model_validator(mode="after")
    def _in_order(self) -> "Options":
        low, high = self.raise_below_percent, self.clear_above_percent
        if low is not None and high is not None and high < low:
            raise ValueError(f"got clear_above_percent {high:g}, expected {low:g} (raise_below_percent) or more")
        return self


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for."""
    return [_sample(name, scope, board.at, options) for name, scope in context.scopes(board).items()]


def tuning(options: Options) -> Tuning:
    """Its limit is one percentage for all its queues."""
    low, high = options.raise_below_percent, options.clear_above_percent
    beyond = 0.0 if low is None or high is None else high - low

    def at(value: float) -> dict[str, float | None]:
        limit = max(0.1, min(99.9, percent_at(value, is_low=True)))
        return {"raise_below_percent": limit, "clear_above_percent": min(100.0, limit + beyond) if beyond else None}

    widest = {"raise_below_percent": 99.999, "clear_above_percent": None}
    return Tuning(is_low=True, at=at, widest=widest, clears_after=beyond / 100)


def _sample(name: str, scope: Scope, at: int, options: Options) -> Sample:
    window = getattr(scope, options.window)
    value = number(window.get("projected_service_level" if options.projected else "service_level"))
    offered = number(window.get("offered"))
    raise_below = _ratio(options.raise_below_percent, scope.goal_ratio)
    clear_from = _ratio(options.clear_above_percent, raise_below)
    title = PROJECTED_TITLE if options.projected else TITLE
    idle = value is None and is_idle(scope, options.window)
    return Sample(
        scope=name,
        at=at,
        title=Text(f"{scope.titled('en')}: {title.en}", f"{scope.titled('zh')}：{title.zh}"),
        why=_why(value, raise_below, offered, scope, WINDOWS[options.window]),
        value=value,
        threshold=raise_below,
        breaching=False if idle else _is_breaching(value, offered, raise_below, options.min_contacts),
        clear=True if idle else None if value is None or clear_from is None else value >= clear_from,
    )


def _is_breaching(value: float | None, offered: float | None, raise_below: float | None, min_contacts: int) -> bool | None:
    if value is None or offered is None or raise_below is None:
        return None
    return value < raise_below and offered >= min_contacts


def _why(value: float | None, goal: float | None, offered: float | None, scope: Scope, window: Text) -> Text:
    reached, promised = written(value, Unit.RATIO), written(goal, Unit.RATIO)
    count, oldest = written(offered, Unit.COUNT), Text(*(written(scope.oldest_wait_s, Unit.SECONDS, language) for language in Language))
    return Text(
        f"{reached} {window.en}, alarm below {promised}; {count} offered; oldest wait {oldest.en}",
        f"{window.zh} {reached}，低于 {promised} 告警；呼入 {count}；最长等待 {oldest.zh}",
    )


def _ratio(percent: float | None, otherwise: float | None) -> float | None:
    return otherwise if percent is None else percent / 100
