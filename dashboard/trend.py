"""The last hour of a wall's figures, one point a minute, kept while the server runs and filled up from history after a start."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dashboard.scope import in_scope, scope_of
from dashboard.status import ratio_of
from pulse.definitions import definitions
from pulse.kpi.board import Board
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene, Value
from pulse.kpi.tally import Tally, merged

POINTS = 60
STEP_MS = 60_000
WINDOW_MINUTES = 30
_DIGITS = 3

QueueTallies = Mapping[str, Tally]
"""What each queue counted in one minute."""


class Series(NamedTuple):
    """A KPI of a scope over its last 30 minutes."""

    scope: str
    kpi: str


class Trends:
    """The lines walls ask for, minute by minute; the newest point is the running minute."""

    def __init__(self) -> None:
        self._points: dict[Series, dict[int, float | None]] = {}
        self._channels: dict[str, str | None] = {}
        self._newest = 0

    def follow(self, series: Iterable[Series]) -> None:
        """Keeps these lines from now on, and no others."""
        self._points = {one: self._points.get(one, {}) for one in series}

    def add(self, board: Board) -> None:
        """Takes a Board in; a second one in the same minute replaces the first, one from the past is left out."""
        minute = board.at // STEP_MS
        if minute < self._newest:
            return
        if minute > self._newest:
            self._newest = minute
            for series, points in self._points.items():
                self._points[series] = {known: value for known, value in points.items() if known > minute - POINTS}
        self._channels = {name: scope.channel for name, scope in board.queues.items()}
        for series, points in self._points.items():
            scope = scope_of(board, series.scope)
            points[minute] = ratio_of(scope, "last_30m", series.kpi) if scope else None

    def fill(self, past: Mapping[int, QueueTallies], goal: QueueGoal) -> None:
        """Fills minutes without a point from what history counted in each minute (minute number, epoch ms // 60,000)."""
        if not past or not self._newest:
            return
        first = max(min(past) + WINDOW_MINUTES - 1, self._newest - POINTS + 1)
        for scope in sorted({series.scope for series in self._points}):
            lines = {series: points for series, points in self._points.items() if series.scope == scope}
            empty = [minute for minute in range(first, self._newest) if any(minute not in points for points in lines.values())]
            if not empty:
                continue
            for minute, window in _windows(self._tallies(scope, past), empty):
                for series, points in lines.items():
                    points.setdefault(minute, _number(definitions()[series.kpi].value(Scene(window, goal))))

    def _tallies(self, scope: str, past: Mapping[int, QueueTallies]) -> dict[int, Tally]:
        return {
            minute: merged(tally for name, tally in queues.items() if in_scope(scope, name, self._channels.get(name)))
            for minute, queues in past.items()
        }

    def line(self, series: Series) -> list[float | None]:
        """The values of every minute of the hour that ends now; None where a minute has no point or nobody tells it."""
        points = self._points.get(series)
        if not points or points.get(self._newest) is None:
            return [None] * len(points or ())
        return [_rounded(points.get(minute)) for minute in range(min(points), self._newest + 1)]


def _windows(minutes: Mapping[int, Tally], ends: Iterable[int]) -> Iterator[tuple[int, Tally]]:
    """What was counted in the half hours that end with each of the minutes."""
    for end in ends:
        yield end, merged(minutes[minute] for minute in range(end - WINDOW_MINUTES + 1, end + 1) if minute in minutes)


def _number(value: Value) -> float | None:
    return None if isinstance(value, dict) else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
