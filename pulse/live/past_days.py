"""The same weekdays of the last four weeks, for the volume of a day.

In: history and the site's calendar. Out: counts by queue of each of these days.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from pulse.clock import earlier_day_start, next_day_start
from pulse.config import Config
from pulse.kpi.service_level import JUDGED_BY
from pulse.live.budgets import DayCounts

WEEKS = 4


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
