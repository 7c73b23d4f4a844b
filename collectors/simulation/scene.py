"""What the world is made of: its scene, which never changes, its state, and the agents at work in it.

In: instants and contacts. Out: the parts the world moves; their stored forms are plain JSON.
"""

from dataclasses import dataclass, field

from collectors.simulation.plan import QUEUES, contacts_per_minute
from collectors.simulation.staff import Duty, Member
from collectors.simulation.story import Happening
from pulse.kpi.records import AgentStateType

StoredWorker = tuple[str, int, int, str]

STATES = {
    Duty.OFF: AgentStateType.OFFLINE,
    Duty.ON: AgentStateType.AVAILABLE,
    Duty.LUNCH: AgentStateType.PAUSED,
    Duty.TRAINING: AgentStateType.PAUSED,
}


@dataclass(slots=True)
class Worker:
    """An agent at work; one who is off and offline is not stored."""

    member: Member
    state: AgentStateType = AgentStateType.OFFLINE
    since: int = 0
    load: int = 0
    duty: Duty = Duty.OFF

    def take_up(self, stored: StoredWorker) -> None:
        """Goes on as stored."""
        state, self.since, self.load, meant = stored
        self.state, self.duty = AgentStateType(state), Duty(meant)

    @property
    def stored(self) -> StoredWorker:
        """What `take_up` needs."""
        return self.state.value, self.since, self.load, self.duty.value

    @property
    def is_away(self) -> bool:
        """Whether there is nothing to store of it."""
        return self.state is AgentStateType.OFFLINE and self.duty is Duty.OFF

    @property
    def is_free(self) -> bool:
        """Whether another contact may be given to it."""
        return self.duty is Duty.ON and self.load < self.member.slots and self.state is not AgentStateType.ACW


@dataclass(frozen=True, slots=True)
class Scene:
    """What does not change while the world runs."""

    seed: int
    contacts_per_day: float
    first_at: int
    """The first start: the story is told from here on."""
    profile_ms: int
    """Added to an instant gives the wall instant of the day profile."""

    def per_minute(self, queue: str, at: int) -> float:
        """How many contacts a minute a queue gets at an instant."""
        return contacts_per_minute(self.contacts_per_day, at + self.profile_ms) * QUEUES[queue].share_ratio


@dataclass(slots=True)
class WorldState:
    """All that the next moment depends on."""

    now: int
    agenda: list[Happening] = field(default_factory=list)
    waiting: dict[str, dict[str, int]] = field(default_factory=dict)
    """By queue, in order of arrival: contact and the instant it was offered."""

    @classmethod
    def beginning(cls, now: int, story_at: int | None) -> "WorldState":
        """An empty centre about to open."""
        agenda: list[Happening] = [(now, kind, "", "", "") for kind in ("backlog", "duty", "minute")]
        if story_at is not None:
            agenda.append((story_at, "story", "", "", ""))
        return cls(now, sorted(agenda))


def turn(worker: Worker) -> tuple[int, int, str]:
    """Whose turn it is: the least loaded, of those who has been so longest."""
    return worker.load, worker.since, worker.member.key
