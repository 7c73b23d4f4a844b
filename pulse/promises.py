"""What a site promises, as whoever judges a day asks for it: the config says it of now, the ledger of any day."""

from typing import Protocol

from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.targets import Targets


class Promises(Protocol):
    """Goals and targets of one day."""

    @property
    def site_goal(self) -> QueueGoal:
        """What the whole site is judged by."""

    @property
    def targets(self) -> Targets:
        """What KPIs should reach."""

    def channel_goal(self, channel: Channel) -> QueueGoal:
        """The promise of a channel."""

    def queue_goal(self, queue: str, channel: Channel) -> QueueGoal:
        """The promise of a queue of a channel."""
