"""The only place that reads a clock; instants are UTC epoch ms, everything else takes `now` as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], int]


def system_clock() -> int:
    """Now, in UTC epoch ms."""
    return time.time_ns() // 1_000_000


def day_start(at: int, zone: ZoneInfo) -> int:
    """The instant (epoch ms) at which the site's day that holds `at` began; right on days of 23 and 25 hours."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return _midnight(local, zone)


def earlier_day_start(at: int, days: int, zone: ZoneInfo) -> int:
    """The instant (epoch ms) at which the site's day began that lies so many days before the one that holds `at`."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return _midnight(local.replace(hour=12) - timedelta(days=days), zone)


def next_day_start(at: int, zone: ZoneInfo) -> int:
    """The instant (epoch ms) at which the site's next day begins."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return _midnight(local.replace(hour=12) + timedelta(days=1), zone)


def day_at(day: date, zone: ZoneInfo) -> int:
    """The instant (epoch ms) at which a day of the site's calendar begins; where its midnight is left out, the first one after."""
    return _midnight(datetime(day.year, day.month, day.day, tzinfo=zone), zone)


def day_of(at: int, zone: ZoneInfo) -> date:
    """The day the site's calendar shows at an instant (epoch ms)."""
    return datetime.fromtimestamp(at / 1000, zone).date()


def local_time(at: int, zone: ZoneInfo) -> str:
    """What the site's calendar and clocks show at an instant (epoch ms), as YYYY-MM-DD HH:MM:SS."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M:%S}"


def week_start(at: int, zone: ZoneInfo, weeks_ago: int = 0) -> int:
    """The instant (epoch ms) at which the site's week that holds `at` began, or one so many weeks before; weeks begin on Monday."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return earlier_day_start(at, local.weekday() + 7 * weeks_ago, zone)


def _midnight(local: datetime, zone: ZoneInfo) -> int:
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
    return int(midnight.astimezone(UTC).timestamp()) * 1000
