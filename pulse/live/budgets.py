"""The service-level budget of each scope at each tick, from what the fold has counted and what earlier days had.

In: judged contacts, and the tallies of the same weekdays through a port. Out: a `Budget`, or None where it cannot be known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pulse.kpi.budget import Budget, DaySoFar, budget_of, expected_volume
from pulse.kpi.goal import QueueGoal
from pulse.kpi.service_level import Judged
from pulse.kpi.tally import Tally
from pulse.live.fold import Fold
from pulse.live.queue import QueueFold

DayCounts = Mapping[str, tuple[str, Tally]]
"""Channel and tally of each queue on one whole day."""
PastDays = Callable[[int], Sequence[DayCounts]]
"""The days to compare a day with that began at an instant (epoch ms): those that are known; gives the same object until it knows better."""


def no_past(_day_start: int) -> Sequence[DayCounts]:
    """Of earlier days nothing is known."""
    return ()


class Key(NamedTuple):
    """Which scope: the site, or a channel or queue by its name."""

    kind: str
    name: str = ""

    def holds(self, queue: str, channel: str) -> bool:
        """Whether a queue of a channel belongs to the scope."""
        return self.kind == "site" or self.name == (queue if self.kind == "queue" else channel)


class Budgets:
    """Makes the budgets of one fold; the mean of earlier days is formed once, and again when they change."""

    def __init__(self, fold: Fold, past: PastDays) -> None:
        self._fold = fold
        self._past = past
        self._known: Sequence[DayCounts] = ()
        self._expected: dict[Key, float | None] = {}

    def of(self, key: Key, goal: QueueGoal, queues: Iterable[QueueFold], counted: tuple[Judged | None, Judged | None]) -> Budget | None:
        """The budget of a scope of these queues; `counted` is what was judged today and in the last 30 minutes."""
        today, last_30m = counted
        if today is None:
            return None
        heard = [queue.since for queue in queues if queue.since is not None]
        start = max(self._fold.day_start, min(heard, default=0))
        day = DaySoFar(start, self._fold.now, self._fold.day_end, goal.hours)
        return budget_of(today, last_30m, goal.goal_ratio, self._expected_volume(key, goal), day)

    def _expected_volume(self, key: Key, goal: QueueGoal) -> float | None:
        days = self._past(self._fold.day_start)
        if days is not self._known:
            self._known, self._expected = days, {}
        if key not in self._expected:
            parts = [[tally for queue, (channel, tally) in day.items() if key.holds(queue, channel)] for day in days]
            self._expected[key] = expected_volume(parts, goal.formula)
        return self._expected[key]
