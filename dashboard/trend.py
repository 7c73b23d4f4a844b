"""The last hour of two figures, one point a minute, kept while the server runs and filled up from history after a start."""

from collections.abc import Mapping

from dashboard.status import ratio_of
from pulse.kpi.board import Board
from pulse.kpi.goal import QueueGoal
from pulse.kpi.service_level import FORMULAS
from pulse.kpi.tally import Tally, merged

POINTS = 60
STEP_MS = 60_000
WINDOW_MINUTES = 30


class Trend:
    """Service level and complaints of the last 30 minutes, minute by minute; the newest point is the running minute."""

    def __init__(self) -> None:
        self._points: dict[int, tuple[float | None, float | None]] = {}
        self._newest = 0

    def add(self, board: Board) -> None:
        """Takes a Board in; a second one in the same minute replaces the first, one from the past is left out."""
        minute = board.at // STEP_MS
        if minute < self._newest:
            return
        if minute > self._newest:
            self._newest = minute
            self._points = {known: point for known, point in self._points.items() if known > minute - POINTS}
        self._points[minute] = (ratio_of(board.site, "last_30m", "service_level"), ratio_of(board.site, "last_30m", "complaints"))

    def fill(self, past: Mapping[int, Tally], goal: QueueGoal) -> None:
        """Fills minutes without a point from what history counted in each minute (minute number, epoch ms // 60,000)."""
        if not past or not self._newest:
            return
        first = max(min(past) + WINDOW_MINUTES - 1, self._newest - POINTS + 1)
        for minute in range(first, self._newest):
            if minute not in self._points:
                window = merged([past[one] for one in range(minute - WINDOW_MINUTES + 1, minute + 1) if one in past])
                self._points[minute] = (FORMULAS[goal.formula](window), window.count("complaints"))

    @property
    def service_level(self) -> list[float | None]:
        """Ratios 0..1, for every minute of the hour that ends now; None where a minute has no point."""
        return [_rounded(level, 3) for level, _ in self._line()]

    @property
    def complaints(self) -> list[float | None]:
        """Complaints in 30 minutes, for every minute of the hour that ends now; None where nobody tells them."""
        line = self._line()
        told = bool(line) and line[-1][1] is not None
        return [_rounded(count, 0) if told else None for _, count in line]

    def _line(self) -> list[tuple[float | None, float | None]]:
        if not self._points:
            return []
        return [self._points.get(minute, (None, None)) for minute in range(min(self._points), self._newest + 1)]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
