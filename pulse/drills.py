"""[drills] of pulse.toml: which incidents are practised, and on which days, by the clock on the wall of the site.

In: a table of the config. Out: a planned drill, when it was due last and when it is due next.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from dateutil import rrule as recurrences
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pulse.durations import seconds
from pulse.names import Names
from pulse.text import Text

LIMIT_S = 1800.0
"""A drill ends half an hour after it began, unless the file says otherwise."""
SHORTEST_S, LONGEST_S = 60.0, 14_400.0
GRACE_MS = 900_000
"""A planned drill that could not begin within so long is not made up for: nobody expects it any more."""
_BEGINNING = date(2020, 1, 6)
"""A Monday: what repeats counts from here where the file gives no `since`."""
_LOOK_AHEAD_DAYS = 800
_BY_DAYS = re.compile(r"FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)\b")


class Scenario(StrEnum):
    """The incidents that can be practised; each is a file in collectors/drills/."""

    LOCKOUT = "lockout"
    COMPLAINTS = "complaints"
    SIGN_UP = "sign_up"
    NEW_FEATURE = "new_feature"


SCENARIO_NAMES: Mapping[Scenario, Text] = {
    Scenario.LOCKOUT: Text("3,000 users are locked out", "3,000 名用户无法登录"),
    Scenario.COMPLAINTS: Text("Complaints about logistics rise", "物流投诉激增"),
    Scenario.SIGN_UP: Text("A long sign-up form loses new users", "注册表单过长，新用户流失"),
    Scenario.NEW_FEATURE: Text("Questions about a new feature jump", "新功能咨询激增"),
}
SCENARIO_STORIES: Mapping[Scenario, Text] = {
    Scenario.LOCKOUT: Text(
        "A system upgrade locks 3,000 users out: within eight minutes all of them call or write, nobody can help them, they give up.",
        "系统升级后 3,000 名用户无法登录：八分钟内全部来电或发消息，无人能解决，纷纷放弃。",
    ),
    Scenario.COMPLAINTS: Text(
        "A quarter more complaints than on any day, nearly all about late parcels of one carrier, come within five minutes.",
        "投诉比平日多四分之一，几乎都是同一承运商的包裹延误，五分钟内集中到来。",
    ),
    Scenario.SIGN_UP: Text(
        "The sign-up form has grown too long: new users ask for help in chat, wait and leave without an answer.",
        "注册表单变得过长：新用户在线求助，等待后未获答复便离开。",
    ),
    Scenario.NEW_FEATURE: Text(
        "A new feature confuses people: questions about it jump, each takes long, those who ask wait ever longer.",
        "新功能令人困惑：相关咨询激增，每次处理时间长，等待越来越久。",
    ),
}
"""What happens in each, for those who start one."""


def _recurrence(written: str) -> str:
    try:
        # What repeats within a day is no plan of days, and would be millions of instants to look through.
        if _BY_DAYS.search(written) and next(iter(recurrences.rrulestr(written, dtstart=datetime.combine(_BEGINNING, time()))), None):
            return written
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        pass
    expected = "a recurrence by days that comes at all, such as FREQ=MONTHLY;BYDAY=2TU or FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE"
    raise ValueError(f'got "{written}", expected {expected}')


def _clock_time(written: object) -> time:
    try:
        return datetime.strptime(str(written), "%H:%M").time()  # noqa: DTZ007 - a time on the wall, its zone is the site's
    except ValueError as error:
        raise ValueError(f'got "{written}", expected a time such as 10:30') from error


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
_AT_TEN = time(10)


def checked_limit(limit_s: float) -> float:
    """The limit, if a drill may last so long; raises ValueError with what was found and what is allowed."""
    if not SHORTEST_S <= limit_s <= LONGEST_S:
        raise ValueError(f"got {limit_s:g} s, expected 1m to 4h")
    return limit_s


class PlannedDrill(BaseModel):
    """[drills.NAME]: an incident that is practised, on some days by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    scenario: Scenario
    title: Names | None = None
    rrule: Annotated[str, AfterValidator(_recurrence)] | None = None
    """The days on which it begins, as an RRULE of RFC 5545; without one only people start it."""
    time: ClockTime = _AT_TEN
    """When it begins on these days, by the site's clock."""
    since: date = _BEGINNING
    until: date | None = None
    """The last day on which it may begin."""
    holidays: Literal["also", "never"] = "never"
    """Whether it begins on days on which the [calendar] closes the site."""
    limit: Annotated[float, BeforeValidator(seconds), AfterValidator(checked_limit)] = LIMIT_S
    queues: tuple[str, ...] = Field(())
    """Where it plays; none given means the scenario chooses among the busiest."""

    def called(self) -> Text:
        """What people call it."""
        return self.title.text if self.title else SCENARIO_NAMES[self.scenario]

    def due_at(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> int | None:
        """The instant (epoch ms) at which it was due and still may begin; None where there is none."""
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
        found = [at for at in self._instants(today - timedelta(days=1), today, zone, closed) if now - GRACE_MS < at <= now]
        return max(found, default=None)

    def next_at(self, now: int, zone: ZoneInfo, closed: Collection[date] = ()) -> int | None:
        """When it begins next (epoch ms), within two years; None where it does not."""
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
        later = self._instants(today, today + timedelta(days=_LOOK_AHEAD_DAYS), zone, closed)
        return next((at for at in later if at > now), None)

    def _instants(self, first: date, last: date, zone: ZoneInfo, closed: Collection[date]) -> Iterator[int]:
        """When it begins on the days from `first` to `last`, the first one first."""
        if self._days is None:
            return
        beginning, end = datetime.combine(first, time()), datetime.combine(last, time())
        for found in self._days.xafter(beginning, inc=True):
            if found > end or (self.until is not None and found.date() > self.until):
                return
            if self.holidays == "also" or found.date() not in closed:
                yield round(datetime.combine(found.date(), self.time, zone).timestamp() * 1000)

    @cached_property
    def _days(self) -> recurrences.rrule | recurrences.rruleset | None:
        return None if self.rrule is None else recurrences.rrulestr(self.rrule, dtstart=datetime.combine(self.since, time()))
