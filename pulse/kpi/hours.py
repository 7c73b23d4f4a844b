"""The business-hours clock: how long a site was open between two instants.

In: a week's opening times in the site's zone and the days it is closed. Out: open time; a queue without hours never closes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When a site is open; the week begins on Monday."""

    zone: ZoneInfo
    week: tuple[tuple[tuple[int, int], ...], ...]
    """By weekday the stretches as (opens, closes) in minutes after midnight; one that closes no later than it opens runs overnight."""
    closed: frozenset[date] = frozenset()
    """Days on which no stretch begins."""

    def open_ms(self, start: int, end: int) -> int:
        """The open time between two instants (epoch ms), in ms; 0 where `end` is not after `start`.

        A stretch that runs overnight belongs to the day it begins on. A stretch across a change of summer time is as long as it really is.
        """
        return sum(closes - opens for opens, closes in self.open_stretches(start, end))

    def open_stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of the time between two instants (epoch ms) in which the site is open, each as its beginning and end."""
        if end <= start:
            return []
        # A stretch that began the evening before may reach into the first day.
        day, found = self._date(start) - timedelta(days=1), []
        while day <= self._date(end):
            found += [(max(start, opens), min(end, closes)) for opens, closes in self._stretches(day)]
            day += timedelta(days=1)
        return [(opens, closes) for opens, closes in found if opens < closes]

    def is_open(self, at: int) -> bool:
        """Whether the site is open at an instant (epoch ms)."""
        return self.open_ms(at, at + 1) > 0

    def stretch_at(self, at: int) -> tuple[int, int] | None:
        """The stretch that holds an instant, as its beginning and end (epoch ms); the one that began last, None where none does."""
        today = self._date(at)
        found = [stretch for day in (today - timedelta(days=1), today) for stretch in self._stretches(day) if stretch[0] <= at < stretch[1]]
        return max(found, default=None)

    def _date(self, at: int) -> date:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone).date()

    def _stretches(self, day: date) -> list[tuple[int, int]]:
        if day in self.closed:
            return []
        stretches = []
        for opens, closes in self.week[day.weekday()]:
            until = closes if closes > opens else closes + _DAY_MINUTES
            stretches.append((self._instant(day, opens), self._instant(day, until)))
        return stretches

    def _instant(self, day: date, minutes: int) -> int:
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=minutes)
        return round(wall.timestamp() * 1000)
