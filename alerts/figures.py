"""The single numbers a rule can watch: every KPI that is one, in a window, and what stands at the Board's instant.

In: a scope of a Board. Out: a number in the figure's unit; None where it is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pulse.definitions import definitions
from pulse.kpi.board import Agents, Backlog, Scope
from pulse.kpi.kpi import Better, Unit
from pulse.text import Text

Window = Literal["last_5m", "last_30m", "shift", "today"]
WINDOWS: dict[str, Text] = {
    "last_5m": Text("in the last 5 min", "近 5 分钟"),
    "last_30m": Text("in the last 30 min", "近 30 分钟"),
    "shift": Text("this shift", "本班次"),
    "today": Text("today", "今日"),
}
_NOW = Text("now", "当前")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number; `now` reads it where it is no KPI of a window."""

    name: str
    title: Text
    unit: Unit
    better: Better
    now: Callable[[Scope], float | None] | None = None

    def of(self, scope: Scope, window: Window) -> float | None:
        """The number in a scope; what stands now has no window."""
        if self.now is not None:
            return self.now(scope)
        value = getattr(scope, window).get(self.name)
        return None if isinstance(value, dict) else value

    def span(self, window: Window) -> Text:
        """Of when the number is, in words."""
        return WINDOWS[window] if self.now is None else _NOW


def _standing(name: str, en: str, zh: str, unit: Unit, better: Better, now: Callable[[Scope], float | None]) -> Figure:
    return Figure(name=name, title=Text(en, zh), unit=unit, better=better, now=now)


def _agents(name: str) -> Callable[[Scope], float | None]:
    return lambda scope: getattr(scope.agents or Agents(), name)


def _backlog(name: str) -> Callable[[Scope], float | None]:
    return lambda scope: getattr(scope.backlog or Backlog(), name)


STANDING = (
    _standing("waiting", "Waiting", "等待数", Unit.COUNT, Better.LOWER, lambda scope: scope.waiting),
    _standing("oldest_wait_s", "Oldest wait", "最长等待", Unit.SECONDS, Better.LOWER, lambda scope: scope.oldest_wait_s),
    _standing("agents_logged_in", "Agents logged in", "已登录坐席", Unit.COUNT, Better.NEITHER, _agents("logged_in")),
    _standing("agents_available", "Agents available", "空闲坐席", Unit.COUNT, Better.NEITHER, _agents("available")),
    _standing("agents_paused", "Agents paused", "小休坐席", Unit.COUNT, Better.NEITHER, _agents("paused")),
    _standing("backlog_open", "Open backlog", "未结积压", Unit.COUNT, Better.LOWER, _backlog("open")),
    _standing("backlog_unassigned", "Unassigned backlog", "未分配积压", Unit.COUNT, Better.LOWER, _backlog("unassigned")),
    _standing("backlog_oldest_s", "Oldest of the backlog", "最早积压时长", Unit.SECONDS, Better.LOWER, _backlog("oldest_age_s")),
)


@cache
def figures() -> dict[str, Figure]:
    """Every figure by name: what stands now, then the KPIs that a running day can tell."""
    kpis = (kpi for kpi in definitions().values() if kpi.unit is not Unit.COUNTS_BY_NAME and kpi.after_days is None)
    of_windows = (Figure(name=kpi.name, title=kpi.title, unit=kpi.unit, better=kpi.better) for kpi in kpis)
    return {figure.name: figure for figure in (*STANDING, *of_windows)}
