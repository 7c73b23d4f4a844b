"""The days a snapshot is about, and the days it is compared with, by the site's own calendar.

In: an edition, a day, a zone. Out: stretches of whole days with their first and last instant; right on days of 23 and 25 hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pulse.clock import day_at
from pulse.kpi.snapshot import Edition

SETTLED_MS = 2 * 3_600_000
"""So long after its end the fold takes nothing into a day any more."""
Holidays = Mapping[date, date]
"""Days that are holidays, each with the same holiday a year earlier."""
NO_HOLIDAYS: Holidays = MappingProxyType({})
_DAY = timedelta(days=1)
_YEAR_OF_WEEKS = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days of one calendar, the last one among them."""

    edition: Edition
    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> int:
        """Its first instant (epoch ms)."""
        return day_at(self.first, self.zone)

    @property
    def end(self) -> int:
        """The first instant after it (epoch ms)."""
        return day_at(self.last + _DAY, self.zone)

    @property
    def days(self) -> tuple[date, ...]:
        """Each of its days."""
        return tuple(self.first + number * _DAY for number in range((self.last - self.first).days + 1))

    @property
    def starts(self) -> tuple[int, ...]:
        """The first instant of each of its days (epoch ms)."""
        return tuple(day_at(day, self.zone) for day in self.days)

    def due_at(self, minutes: int) -> int:
        """When it is frozen (epoch ms): so many minutes after midnight of the next day by the clock, and never before it has settled."""
        after = self.last + _DAY
        clock = datetime(after.year, after.month, after.day, minutes // 60, minutes % 60, tzinfo=self.zone)
        return max(round(clock.timestamp() * 1000), self.end + SETTLED_MS)


def stretch_of(edition: Edition, day: date, zone: ZoneInfo) -> Stretch:
    """The day, the week from Monday, or the month that holds a day."""
    if edition is Edition.DAILY:
        return Stretch(edition, day, day, zone)
    if edition is Edition.WEEKLY:
        monday = day - day.weekday() * _DAY
        return Stretch(edition, monday, monday + 6 * _DAY, zone)
    return Stretch(edition, day.replace(day=1), _month_end(day), zone)


def stretch_before(stretch: Stretch) -> Stretch:
    """The one of the same edition that ends where this begins."""
    return stretch_of(stretch.edition, stretch.first - _DAY, stretch.zone)


def compared(stretch: Stretch, holidays: Holidays = NO_HOLIDAYS) -> Mapping[str, Stretch]:
    """What it is compared with, by the field of a figure: before, last_week (of a day only), last_year, to_date."""
    found = {"before": stretch_before(stretch), "last_year": _last_year(stretch, holidays), "to_date": _to_date(stretch)}
    if stretch.edition is Edition.DAILY:
        found["last_week"] = _moved(stretch, timedelta(weeks=1))
    return found


def _last_year(stretch: Stretch, holidays: Holidays) -> Stretch:
    """The same weekdays 52 weeks before; of a holiday the same holiday; of a month the same month, however long it was."""
    if stretch.edition is Edition.DAILY and stretch.first in holidays:
        return stretch_of(Edition.DAILY, holidays[stretch.first], stretch.zone)
    if stretch.edition is Edition.MONTHLY:
        return stretch_of(Edition.MONTHLY, stretch.first.replace(year=stretch.first.year - 1), stretch.zone)
    return _moved(stretch, _YEAR_OF_WEEKS)


def _to_date(stretch: Stretch) -> Stretch:
    """The month, of a month the year, of its last day as far as that day."""
    begin = stretch.last.replace(day=1)
    return replace(stretch, first=begin.replace(month=1) if stretch.edition is Edition.MONTHLY else begin)


def _moved(stretch: Stretch, by: timedelta) -> Stretch:
    return replace(stretch, first=stretch.first - by, last=stretch.last - by)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
