"""The last hour of two figures, one point a minute, kept while the server runs."""

from collections import deque

from dashboard.status import ratio_of
from pulse.kpi.board import Board

POINTS = 60
STEP_MS = 60_000


class Trend:
    """Service level and complaints of the last 30 minutes, minute by minute; the newest point is the running minute."""

    def __init__(self, points: int = POINTS) -> None:
        self._points: deque[tuple[int, float | None, float | None]] = deque(maxlen=points)

    def add(self, board: Board) -> None:
        """Takes a Board in; a second one in the same minute replaces the first, one from the past is left out."""
        minute = board.at // STEP_MS
        if self._points and minute < self._points[-1][0]:
            return
        if self._points and minute == self._points[-1][0]:
            self._points.pop()
        site = board.site
        self._points.append((minute, ratio_of(site, "last_30m", "service_level"), ratio_of(site, "last_30m", "complaints")))

    def series(self, index: int, digits: int) -> list[float | None]:
        """One figure for every minute of the hour that ends now; None where a minute has no point."""
        if not self._points:
            return []
        known = {point[0]: point[index] for point in self._points}
        last = self._points[-1][0]
        first = max(self._points[0][0], last - POINTS + 1)
        return [_rounded(known.get(minute), digits) for minute in range(first, last + 1)]

    @property
    def service_level(self) -> list[float | None]:
        """Ratios 0..1."""
        return self.series(1, 3)

    @property
    def complaints(self) -> list[float | None]:
        """Complaints in 30 minutes."""
        return self.series(2, 0)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
