"""The values of days as history has them: each day read once, for what is over does not change.

In: history and a config. Out: values at any instant of the past, oldest first; nothing of what came later.
"""

from functools import cache, cached_property

from alerts.daily import DayCounts, Span, day_value, days_over
from pulse.clock import day_start, next_day_start
from pulse.config import Config
from sql.history import History


class Days:
    """The days of one site."""

    def __init__(self, history: History, config: Config) -> None:
        self._history = history
        self._config = config
        self._today = (0, 0)
        self._over: dict[int, tuple[Span, ...]] = {}
        self._counts = cache(self._read)
        self._value = cache(self._one)

    def at(self, now: int, scope: str, name: str, count: int) -> tuple[float | None, ...]:
        """The values of the last days that are over at an instant (epoch ms); a day before history begins is unknown."""
        if not self._today[0] <= now < self._today[1]:
            self._today, self._over = (day_start(now, self._config.zone), next_day_start(now, self._config.zone)), {}
        if count not in self._over:
            self._over[count] = days_over(now, count, self._config)
        return tuple(self._value(span, scope, name) for span in self._over[count])

    @cached_property
    def _first_at(self) -> int | None:
        return self._history.first_at(self._config.site.name)

    def _one(self, span: Span, scope: str, name: str) -> float | None:
        return day_value(self._counts(span), scope, name, self._config)

    def _read(self, span: Span) -> DayCounts:
        if self._first_at is None or span[0] < self._first_at:
            return {}
        return self._history.day_tallies(self._config.site.name, *span, self._config.zone)
