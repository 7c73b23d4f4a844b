"""[maintenance] of pulse.toml: planned work during which alerts are recorded and shown, but nobody is told.

In: a table of the config. Out: whether a window is open at an instant, by the clock on the wall of the site, and what it hides.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pulse.calendar import Times
from pulse.names import Names
from pulse.text import Text, itself
from pulse.wall_clock import first_shown, last_shown, skipped_at

_BEGINNING = date(2020, 1, 6)
"""A Monday: what repeats every other week counts from here where the file gives no `since`."""
_DAY_MIN = 24 * 60
_MINUTE_MS = 60_000
_MOST_DAYS = 1_000


_EARLIEST = date(2000, 1, 1)
_NOT_OF_DAYS = re.compile(r"FREQ=(?:HOURLY|MINUTELY|SECONDLY)|BYHOUR|BYMINUTE|BYSECOND|DTSTART", re.IGNORECASE)


def _repeat(written: str) -> str:
    finer = _NOT_OF_DAYS.search(written)
    if finer:
        raise ValueError(f'got "{finer[0]}" in "{written}", expected the days alone: the key time has the hours, since the first day')
    try:
        days = _days_of(written, _BEGINNING)
        first = next(iter(days), None)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f'got "{written}", expected a recurrence such as FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=1SU') from error
    if first is None:
        raise ValueError(f'got "{written}", which falls on no day, expected a recurrence such as FREQ=MONTHLY;BYMONTHDAY=-1')
    return written


def _since(day: date) -> date:
    if day < _EARLIEST:
        raise ValueError(f"got {day}, expected {_EARLIEST} or later")
    return day


class Window(BaseModel):
    """[maintenance.NAME]: when planned work is done, and which alerts it explains."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Names | None = None
    time: Times
    """By the site's clock; one that ends no later than it begins runs overnight and belongs to the day it begins on."""
    repeat: Annotated[str, AfterValidator(_repeat)] = "FREQ=DAILY"
    """The days it begins on, as an RRULE of RFC 5545."""
    since: Annotated[date, AfterValidator(_since)] = _BEGINNING
    until: date | None = None
    """The last day it begins on."""
    holidays: Literal["also", "never", "only"] = "also"
    """What becomes of it on days on which the [calendar] closes the site."""
    rules: tuple[str, ...] = ("*",)
    queues: tuple[str, ...] = ("*",)
    """Queues, sources or site; both may hold * and ?."""
    level: Literal[1, 2, 3] = Field(2)
    """The gravest level it hides: level I is told unless the file says otherwise."""

    def called(self, name: str) -> Text:
        """What people call it."""
        return self.title.text if self.title else itself(name)

    def is_open(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> bool:
        """Whether the work is under way at an instant (epoch ms)."""
        return self._open_at(now, zone, closed) is not None

    def ends_at(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> int | None:
        """When the work under way ends (epoch ms); None where none is."""
        span = self._open_at(now, zone, closed)
        return None if span is None else span[1]

    def next_at(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> tuple[int, int] | None:
        """Beginning and end (epoch ms) of the next time it opens after an instant; None where it never does in the years to come."""
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
        for found in islice(_days_of(self.repeat, self.since).xafter(datetime.combine(today, time()), inc=True), _MOST_DAYS):
            day = found.date()
            if self.until is not None and day > self.until:
                return None
            span = self.span(day, zone)
            if span[0] > now and self._is_planned(day, closed):
                return span
        return None

    def span(self, day: date, zone: ZoneInfo) -> tuple[int, int]:
        """Beginning and end (epoch ms) of the work that begins on a day.

        It begins when the clock on the wall first shows its beginning and ends when it last shows its end. A beginning that is skipped
        is the instant of the change; where its end is skipped it is as long as it is written.
        """
        begins, ends = self.time
        overnight = ends <= begins
        last = day + timedelta(days=1) if overnight else day
        start = first_shown(day, begins, zone)
        start = skipped_at(day, begins, zone) if start is None else start
        end = last_shown(last, ends, zone)
        length_min = ends - begins + (_DAY_MIN if overnight else 0)
        return start, start + length_min * _MINUTE_MS if end is None else end

    def hides(self, rule: str, scope: str, level: int) -> bool:
        """Whether it explains an alert."""
        names_rule = any(matches(rule, one) for one in self.rules)
        return level >= self.level and names_rule and any(matches(scope, one) for one in self.queues)

    def _open_at(self, now: int, zone: ZoneInfo, closed: Collection[date]) -> tuple[int, int] | None:
        """Beginning and end of the work that is under way; of two, of the one that began later."""
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
        for day in (today, today - timedelta(days=1)):
            start, end = self.span(day, zone)
            if start <= now < end and self._is_planned(day, closed):
                return start, end
        return None

    def _is_planned(self, day: date, closed: Collection[date]) -> bool:
        if day < self.since or (self.until is not None and day > self.until):
            return False
        if self.holidays != "also" and (day in closed) is not (self.holidays == "only"):
            return False
        return _falls_on(self.repeat, self.since, day)


def matches(name: str, pattern: str) -> bool:
    """Whether a pattern names it: * stands for any signs, ? for one, every other sign for itself."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window in which work is under way, until when (epoch ms)."""

    name: str
    title: Text
    planned: Window
    ends_at: int | None


def open_windows(windows: Mapping[str, Window], now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> tuple[OpenWindow, ...]:
    """The windows that are open at an instant (epoch ms); `closed` are the days on which the site does not open."""
    return tuple(
        OpenWindow(name, window.called(name), window, window.ends_at(now, zone, closed))
        for name, window in windows.items()
        if window.is_open(now, zone, closed)
    )


@lru_cache(maxsize=512)
def _falls_on(repeat: str, since: date, day: date) -> bool:
    noon = datetime.combine(day, time())
    return bool(_days_of(repeat, since).between(noon, noon, inc=True))


def _days_of(repeat: str, since: date) -> rrule | rruleset:
    return rrulestr(repeat, dtstart=datetime.combine(since, time()))
