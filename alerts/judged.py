"""What each queue's service level judged in the last minutes, hours or day: longer than a Board remembers.

In: counts by queue of some stretches of time, through a port. Out: judged contacts of a queue or of the site.
"""

from collections.abc import Callable, Iterable, Mapping

from alerts.sample import SITE
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.kpi.service_level import Judged, judged
from pulse.kpi.tally import Tally

Counts = Mapping[str, tuple[str, Tally]]
"""Channel and tally of each queue."""
CountsOf = Callable[[tuple[float, ...]], Mapping[float, Counts]]
"""The counts of the stretches that end now, by their length in seconds; those that are known so far."""


class JudgedLately:
    """Answers for any stretch it was once asked about."""

    def __init__(self, counts_of: CountsOf, goal_of: Callable[[str, Channel], QueueGoal], site_goal: QueueGoal) -> None:
        self._counts_of = counts_of
        self._goal_of = goal_of
        self._site_goal = site_goal
        self._asked: tuple[float, ...] = ()

    def __call__(self, scope: str, stretch_s: float) -> Judged | None:
        """The contacts judged in the last `stretch_s` seconds; None until they are known, and where waits are not told."""
        if stretch_s not in self._asked:
            self._asked = (*self._asked, stretch_s)
        counts = self._counts_of(self._asked).get(stretch_s)
        if counts is None:
            return None
        if scope == SITE:
            return _together(judged(tally, self._site_goal.formula) for _, tally in counts.values())
        if scope not in counts:
            return Judged(0, 0)
        channel, tally = counts[scope]
        return judged(tally, self._goal_of(scope, Channel(channel)).formula)


def _together(parts: Iterable[Judged | None]) -> Judged | None:
    known = [part for part in parts if part is not None]
    return Judged(sum(part.within for part in known), sum(part.all for part in known)) if known else None
