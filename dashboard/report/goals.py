"""What was promised and aimed at on a day: goals, the formula of the service level, targets.

In: promises, of the config or of the ledger. Out: `Goals`, and the verdict on a value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pulse.config import Config
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Value
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Verdict
from pulse.promises import Promises


@dataclass(frozen=True, slots=True)
class Goals:
    """What was promised and aimed at on one day: by the config as it is, or by the ledger as it was."""

    promised: Promises

    def goal(self, channel: Channel | None = None) -> QueueGoal:
        """The promise of a channel, without one of the whole site."""
        return self.promised.channel_goal(channel) if channel else self.promised.site_goal

    def queue_goal(self, queue: str, channel: Channel) -> QueueGoal:
        """The promise of a queue of a channel."""
        return self.promised.queue_goal(queue, channel)

    def target(self, kpi: str, channel: Channel | None = None) -> float | None:
        """What a figure should reach: a service level its goal, everything else its target; None where there is none."""
        return self.goal(channel).goal_ratio if kpi == "service_level" else self.promised.targets.of(kpi, channel)


GoalsAt = Callable[[date], Goals]


def goals_at(config: Config, _day: date) -> Goals:
    """What is in force now, whatever the day: for who has no ledger."""
    return Goals(config)


def verdict_of(value: Value, target: float | None, better: Better) -> Verdict:
    """A value against its target, in the direction that is better."""
    if target is None or better is Better.NEITHER:
        return Verdict.NO_TARGET
    if value is None or isinstance(value, dict):
        return Verdict.UNKNOWN
    met = value >= target if better is Better.HIGHER else value <= target
    return Verdict.MET if met else Verdict.MISSED
