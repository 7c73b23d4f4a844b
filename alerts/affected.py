"""Whom an incident touched: the contacts of its queues between its beginning and its end.

In: counts from history. Out: numbers; None where they are not known. Nobody is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.sample import SITE
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.kpi import told, untold
from pulse.kpi.tally import Tally, merged

COUNTED = (
    "offered",
    untold("offered"),
    "abandoned",
    untold("abandoned"),
    "answered",
    "answered_wait_unknown",
    "answered_within_target",
)
"""The counts that are looked at."""
ByQueue = Mapping[str, tuple[str, Tally]]
"""Channel and counts by queue, as history gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Contacts of a stretch of time; None where no source told."""

    offered: int | None = None
    abandoned: int | None = None
    answered_late: int | None = None
    """Answered, but after the target of their queue."""


def affected(counts: ByQueue, scope: str, queues: Sequence[str] = ()) -> Affected:
    """The contacts of a scope: a queue's own, or for the site those of `queues`, of all where none is named.

    Nothing is known where the scope is neither, and where nothing was recorded of it.
    """
    names = [name for name in counts if name == scope or (scope == SITE and (not queues or name in queues))]
    if not names:
        return Affected()
    tally = merged(counts[name][1] for name in names)
    return Affected(offered=told(tally, "offered"), abandoned=told(tally, "abandoned"), answered_late=_late(tally))


def stretch(start: int, end: int) -> tuple[int, int]:
    """The whole minutes (epoch ms, the end is left out) that hold an incident from `start` to `end`."""
    return start - start % MINUTE_MS, end - end % MINUTE_MS + MINUTE_MS


def _late(tally: Tally) -> int | None:
    answered, unknown = tally.count("answered"), tally.count("answered_wait_unknown")
    if answered and unknown >= answered:
        return None
    return answered - unknown - tally.count("answered_within_target")
