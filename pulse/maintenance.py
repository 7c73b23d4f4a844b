"""[maintenance] of pulse.toml: planned work during which alerts are recorded and shown, but nobody is told.

In: a table of the config. Out: whether a window is open at an instant, by the clock on the wall of the site, and what it hides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pulse.calendar import Times
from pulse.names import Names
from pulse.text import Text, itself

_BEGINNING = date(2020, 1, 6)
"""A Monday: what repeats every other week counts from here where the file gives no `since`."""
_DAY_MIN = 24 * 60


def _repeat(written: str) -> str:
    try:
        _days_of(written, _BEGINNING)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f'got "{written}", expected a recurrence such as FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=1SU') from error
    return written


class Window(BaseModel):
    """[maintenance.NAME]: when planned work is done, and which alerts it explains."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Names | None = None
    time: Times
    """By the site's clock; one that ends no later than it begins runs overnight and belongs to the day it begins on."""
    repeat: Annotated[str, AfterValidator(_repeat)] = "FREQ=DAILY"
    """The days it begins on, as an RRULE of RFC 5545."""
    since: date = _BEGINNING
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
        return self._begun_on(now, zone, closed) is not None

    def ends_at(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> int | None:
        """When the work under way ends (epoch ms); None where none is."""
        day = self._begun_on(now, zone, closed)
        if day is None:
            return None
        begins, ends = self.time
        last = day + timedelta(days=1) if ends <= begins or ends == _DAY_MIN else day
        local = datetime.combine(last, time(ends % _DAY_MIN // 60, ends % 60), zone)
        return round(local.timestamp() * 1000)

    def hides(self, rule: str, scope: str, level: int) -> bool:
        """Whether it explains an alert."""
        names_rule = any(matches(rule, one) for one in self.rules)
        return level >= self.level and names_rule and any(matches(scope, one) for one in self.queues)

    def _begun_on(self, now: int, zone: ZoneInfo, closed: Collection[date]) -> date | None:
        """The day the window that is open now began on."""
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
        begins, ends = self.time
        minute, today = local.hour * 60 + local.minute, local.date()
        if ends > begins:
            day = today if begins <= minute < ends else None
        else:
            day = today if minute >= begins else today - timedelta(days=1) if minute < ends else None
        return day if day is not None and self._is_planned(day, closed) else None

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
