"""What is normal for a count: the same time of earlier days, else the earlier hours of today.

In: hourly counts of four weeks through a port, and the site's zone. Out: a `Baseline` with its basis in words, or None.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.sample import SITE, Baseline
from pulse.clock import day_start
from pulse.text import Text

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
DAYS = 28
ENOUGH_WEEKS = 3
"""So many same weekdays are preferred to all days."""
ENOUGH_HOURS = 2
LAG_MS = HOUR_MS
"""What is newer says nothing of what is normal: a spike must not hide itself."""

Hours = Mapping[int, Mapping[str, Mapping[str, int]]]
"""Counts by hour (epoch ms // 3,600,000), queue and name."""
Fetch = Callable[[int, int], Hours]


class HourlyBaseline:
    """Baselines of one site; reads history again once an hour, and once a minute while it lacks an answer."""

    def __init__(self, fetch: Fetch, zone: ZoneInfo) -> None:
        self._fetch = fetch
        self._zone = zone
        self._hours: Hours = {}
        self._fetched_at: int | None = None
        self._minute = -1
        self._known: dict[tuple[str, str, float], Baseline | None] = {}

    def __call__(self, now: int, scope: str, name: str, window_s: float) -> Baseline | None:
        """What the window that ends now should hold; None where no hour can be compared with."""
        minute = now // MINUTE_MS
        if minute != self._minute:
            self._refresh(now)
            self._minute, self._known = minute, {}
        key = (scope, name, window_s)
        if key not in self._known:
            self._known[key] = baseline(self._hours, (scope, name), (now - round(window_s * 1000), now), self._zone)
        return self._known[key]

    def _refresh(self, now: int) -> None:
        last, lacking = self._fetched_at, None in self._known.values()
        if last is None or lacking or last // HOUR_MS != now // HOUR_MS:
            self._hours = self._fetch(now - (DAYS + 1) * 24 * HOUR_MS, now)
            self._fetched_at = now


def baseline(hours: Hours, what: tuple[str, str], window: tuple[int, int], zone: ZoneInfo) -> Baseline | None:
    """The baseline of (scope, name) for a window; None where no hour can be compared with."""
    days = _same_time(hours, what, window, zone)
    week = [count for day, count in days.items() if day % 7 == 0]
    if len(week) >= ENOUGH_WEEKS:
        return _learnt(week, len(week), Text(f"same hour of {len(week)} same weekdays", f"前 {len(week)} 个同星期同时段"))
    if days:
        basis = Text(f"same hour of {len(days)} earlier {'day' if len(days) == 1 else 'days'}", f"前 {len(days)} 天同时段")
        return _learnt(list(days.values()), len(days), basis)
    return _of_today(hours, what, window, zone)


def _same_time(hours: Hours, what: tuple[str, str], window: tuple[int, int], zone: ZoneInfo) -> dict[int, float]:
    """The count in the window's wall-clock time by days ago; days of which an hour was not recorded are left out."""
    found = {}
    for days in range(1, DAYS + 1):
        count = _count(hours, what, _earlier(window[0], days, zone), _earlier(window[1], days, zone))
        if count is not None:
            found[days] = count
    return found


def _of_today(hours: Hours, what: tuple[str, str], window: tuple[int, int], zone: ZoneInfo) -> Baseline | None:
    start, end = window
    first, last = -(-day_start(end, zone) // HOUR_MS), (start - LAG_MS) // HOUR_MS
    recorded = [_in_hour(hours[hour], what) for hour in range(first, last) if hour in hours]
    if len(recorded) < ENOUGH_HOURS:
        return None
    share = (end - start) / HOUR_MS
    basis = Text(f"{len(recorded)} earlier hours of today", f"今日较早 {len(recorded)} 小时")
    return _learnt([count * share for count in recorded], len(recorded) / share, basis)


def _learnt(windows: Sequence[float], exposure: float, basis: Text) -> Baseline:
    """The mean of `exposure` windows' worth of counts, and how far a new count may scatter about it.

    The half count added keeps a name never seen from being impossible; 1 + 1/exposure is the mean's own uncertainty.
    """
    mean = (sum(windows) / len(windows) * exposure + 0.5) / exposure
    scatter = sum((count - mean) ** 2 for count in windows) / mean / (len(windows) - 1) if len(windows) >= ENOUGH_WEEKS else 1.0
    return Baseline(expected=mean, dispersion=max(1.0, scatter) * (1 + 1 / exposure), basis=basis)


def _count(hours: Hours, what: tuple[str, str], start: int, end: int) -> float | None:
    total = 0.0
    for hour in range(start // HOUR_MS, -(-end // HOUR_MS)):
        recorded = hours.get(hour)
        if recorded is None:
            return None
        overlap_ms = min(end, (hour + 1) * HOUR_MS) - max(start, hour * HOUR_MS)
        total += _in_hour(recorded, what) * overlap_ms / HOUR_MS
    return total


def _in_hour(queues: Mapping[str, Mapping[str, int]], what: tuple[str, str]) -> int:
    scope, name = what
    if scope != SITE:
        return queues.get(scope, {}).get(name, 0)
    return sum(counts.get(name, 0) for counts in queues.values())


def _earlier(at: int, days: int, zone: ZoneInfo) -> int:
    """The instant with the same wall-clock time some days before."""
    local = datetime.fromtimestamp(at / 1000, zone) - timedelta(days=days)
    return round(local.timestamp() * 1000)
