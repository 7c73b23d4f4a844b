"""The same weekdays of the last four weeks, for the volume of a day: read from history in a thread of its own, once an hour.

In: history and the site's calendar. Out: counts by queue of each of these days; a tick takes what is known and never waits.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pulse.clock import Clock, earlier_day_start, next_day_start
from pulse.config import Config
from pulse.kpi.service_level import JUDGED_BY
from pulse.live.budgets import DayCounts

WEEKS = 4
_AGAIN_MS = 3_600_000
_AGAIN_AFTER_TROUBLE_MS = 60_000
_JOIN_S = 0.5


class Read(Protocol):
    """The part of history that is needed."""

    def day_counts(self, site: str, start: int, end: int, names: Sequence[str]) -> DayCounts:
        """Channel and counts of each queue in [start, end)."""

    def first_at(self, site: str) -> int | None:
        """With which instant history begins."""


def same_weekdays(today: int, config: Config) -> Iterator[tuple[int, int]]:
    """Beginning and end (epoch ms) of the last four days of the same weekday as the one that began at `today`.

    Where the calendar closes the site on one of the two and not on the other they are not compared.
    """
    closed = config.hours.closed if config.hours else frozenset[date]()
    day = datetime.fromtimestamp(today / 1000, UTC).astimezone(config.zone).date()
    for weeks in range(1, WEEKS + 1):
        earlier = day - timedelta(weeks=weeks)
        if (earlier in closed) == (day in closed):
            start = earlier_day_start(today, 7 * weeks, config.zone)
            yield start, next_day_start(start, config.zone)


def past_days(history: Read, config: Config, today: int) -> tuple[DayCounts, ...]:
    """The counts of the same weekdays that lie wholly in history and of which anything was recorded."""
    site = config.site.name
    first = history.first_at(site)
    whole = [(start, end) for start, end in same_weekdays(today, config) if first is not None and first <= start]
    days = (history.day_counts(site, start, end, JUDGED_BY) for start, end in whole)
    return tuple(day for day in days if day)


class SameWeekdays:
    """Answers at once with what it knows, and reads again when that is an hour old or of another day."""

    def __init__(self, read: Callable[[int], tuple[DayCounts, ...]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._days: tuple[DayCounts, ...] = ()
        self._day_start: int | None = None
        self._due_at = 0
        self._thread: threading.Thread | None = None

    def __call__(self, today: int) -> tuple[DayCounts, ...]:
        """The days to compare with the one that began at `today` (epoch ms); none until they have been read."""
        if today != self._day_start:
            self._day_start, self._days, self._due_at = today, (), 0
        if self._clock() >= self._due_at and not self.is_reading:
            self._due_at = self._clock() + _AGAIN_MS
            self._thread = threading.Thread(target=self._refresh, args=(today,), daemon=True)
            self._thread.start()
        return self._days

    @property
    def is_reading(self) -> bool:
        """Whether history is being read at the moment."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being read is known."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def __enter__(self) -> "SameWeekdays":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wait(_JOIN_S)

    def _refresh(self, today: int) -> None:
        try:
            days = self._read(today)
        except SQLAlchemyError as error:
            structlog.get_logger().warning("past_days_unread", error=type(error).__name__)
            self._due_at = self._clock() + _AGAIN_AFTER_TROUBLE_MS
            return
        # A new day may have begun while the old one's were read.
        if today == self._day_start:
            self._days = days
