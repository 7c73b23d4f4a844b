"""What rules ask of whole days: what a figure was on each of the last days that are over.

In: history, read in a thread of its own. Out: answers that never wait; nothing until history was read. A day that is over is
known ten minutes later at most; until then the days before it are the last ones.
"""

from collections.abc import Sequence
from functools import cache

from alerts.daily import DayCounts, Span, day_value, days_over
from pulse.clock import Clock
from pulse.config import Config
from pulse.runtime.reread import Reread
from sql.history import History

_EVERY_MS = 600_000
_SETTLED_MS = 3 * 3_600_000
"""So long after its end nothing is added to a day that rules need wait for: it is not read again."""


class KnownDays:
    """The counts of some days, oldest first."""

    def __init__(self, days: Sequence[DayCounts], config: Config) -> None:
        self._days = days
        self._config = config
        self._value = cache(self._one)

    def values(self, scope: str, name: str, count: int) -> tuple[float | None, ...]:
        """A figure on the last so many of them; fewer where there are no more."""
        return tuple(self._value(place, scope, name) for place in range(max(0, len(self._days) - count), len(self._days)))

    def _one(self, place: int, scope: str, name: str) -> float | None:
        return day_value(self._days[place], scope, name, self._config)


class Daily:
    """The days of one site."""

    def __init__(self, history: History, config: Config, clock: Clock) -> None:
        self._history = history
        self._config = config
        self._clock = clock
        self._kept: dict[Span, DayCounts] = {}
        self._most = 0
        self._known = Reread[int, KnownDays](self._read, KnownDays((), config), clock, _EVERY_MS)

    def __call__(self, scope: str, name: str, count: int) -> tuple[float | None, ...]:
        """A figure on the last so many days that are over, oldest first; none until they are read."""
        self._most = max(self._most, count)
        return self._known(self._most).values(scope, name, count)

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being read is known."""
        self._known.wait(timeout_s)

    def _read(self, count: int) -> KnownDays:
        now, first_at = self._clock(), self._history.first_at(self._config.site.name)
        spans = [span for span in days_over(now, count, self._config) if first_at is not None and first_at <= span[0]]
        found = {
            span: self._kept.get(span) or self._history.day_tallies(self._config.site.name, *span, self._config.zone) for span in spans
        }
        self._kept = {span: counts for span, counts in found.items() if now - span[1] >= _SETTLED_MS}
        return KnownDays(list(found.values()), self._config)
