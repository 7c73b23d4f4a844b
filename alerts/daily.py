"""What a figure was on each of the last days that are over: the days on which the site was open, by the counts of history.

In: the counts of days by queue. Out: values, oldest first; None for a day of which nothing was recorded. Pure.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from alerts.sample import SITE, number
from pulse.clock import earlier_day_start, next_day_start
from pulse.config import Config
from pulse.definitions import definitions
from pulse.kpi.kpi import Scene
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally, merged

DayCounts = Mapping[str, tuple[str, Tally]]
"""Channel and counts of each queue on one day; empty where nothing was recorded."""
Span = tuple[int, int]
"""Beginning and end of a day (epoch ms)."""
_MOST_BACK = 70
"""A site that is closed for longer has no days to compare."""


def days_over(now: int, count: int, config: Config) -> tuple[Span, ...]:
    """The last days on which the site was open and that are over at an instant (epoch ms), oldest first; so many, or fewer."""
    found: list[Span] = []
    for days in range(1, _MOST_BACK + 1):
        start = earlier_day_start(now, days, config.zone)
        if datetime.fromtimestamp(start / 1000, UTC).astimezone(config.zone).date() not in config.closed_days:
            found.append((start, next_day_start(start, config.zone)))
        if len(found) == count:
            break
    return tuple(reversed(found))


def day_value(counts: DayCounts, scope: str, name: str, config: Config) -> float | None:
    """A KPI of one day in its unit, as the day page has it; None where it cannot be known."""
    kpi = definitions()[name]
    if scope == SITE:
        return number(kpi.value(Scene(merged(tally for _, tally in counts.values()), config.site_goal))) if counts else None
    if scope not in counts:
        return None
    channel, tally = counts[scope]
    return number(kpi.value(Scene(tally, config.queue_goal(scope, Channel(channel)))))
