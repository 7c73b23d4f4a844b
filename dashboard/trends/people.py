"""Where people's time went: hours by state in each stretch.

In: what was counted by day. Out: a row a stretch; None where nobody told of people.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dashboard.report.stretch import Stretch
from pulse.kpi.tally import Tally

STATES: Mapping[str, str] = {"busy": "agent_busy_ms", "acw": "agent_acw_ms", "available": "agent_ready_ms", "paused": "agent_paused_ms"}
"""The states that are shown, and the count of each in ms."""
_HOUR_MS = 3_600_000


class Worked(NamedTuple):
    """One stretch."""

    first: date
    last: date
    hours: Mapping[str, float] | None
    is_over: bool


def worked(shown: Sequence[Stretch], days: Mapping[int, Tally], now: int) -> list[Worked]:
    """Hours by state in each stretch; a stretch in which no time was told is unknown."""
    found = []
    for stretch in shown:
        tallies = [days[day] for day in stretch.starts if day in days]
        hours = {state: sum(tally.count(name) for tally in tallies) / _HOUR_MS for state, name in STATES.items()}
        found.append(Worked(stretch.first, stretch.last, hours if any(hours.values()) else None, stretch.end <= now))
    return found
