"""Where a drill plays and how its contacts are written down.

In: the queues of a site and what a drill wants. Out: a cast, and contact events that follow from the drill's number alone: whoever
plays it again plays the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import msgspec

from collectors.simulation.chance import seeded
from pulse.kpi.records import Channel, ContactEvent, ContactEventType

NOBODY = "drill"
"""The source of a queue of which no source has told anything yet."""


class Part(msgspec.Struct, frozen=True):
    """One queue a drill plays in; its records speak for the source that is believed there, or the fold would not count them."""

    queue: str
    channel: Channel
    source: str = NOBODY
    offered: int = 0
    """Contacts it had today."""
    complaints: int = 0
    """Complaints the whole site had today."""


class Call(msgspec.Struct, frozen=True):
    """What `watch` asks `collect` to play, as it stands in Redis."""

    drill: int
    mark: str
    """Goes with every batch of it, and with no batch of a real source."""
    site: str
    scenario: str
    began_at: int
    cast: tuple[Part, ...]


class ScenarioModule(Protocol):
    """What a file in collectors/drills/ must have."""

    LASTS_S: float
    WANTS: tuple[Channel, ...]
    """On which channels it plays, one queue of each."""

    def events(self, stage: "Stage") -> Iterable[ContactEvent]:
        """Everything that happens, in any order."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One playing of one drill."""

    call: Call

    @property
    def cast(self) -> tuple[Part, ...]:
        """The queues it plays in."""
        return self.call.cast

    def chance(self, *thing: object) -> Random:
        """The generator of one thing of this drill."""
        return seeded("drill", self.call.drill, self.call.scenario, *thing)

    def event(self, part: Part, number: int, type_: ContactEventType, at_s: float, **facts: Any) -> ContactEvent:
        """What happens to a contact so many seconds after the beginning."""
        contact = f"drill{self.call.drill}-{part.queue}-{number}"
        return ContactEvent(
            site=self.call.site,
            source=part.source,
            event_id=f"{contact}|{type_.value}",
            contact_id=contact,
            queue=part.queue,
            channel=part.channel,
            at=self.call.began_at + round(at_s * 1000),
            type=type_,
            **facts,
        )

    def spread(self, name: str, count: int, lasts_s: float) -> Iterator[float]:
        """So many instants (s), about evenly over a stretch, none twice alike."""
        random, step_s = self.chance("spread", name), lasts_s / max(1, count)
        return ((number + random.random()) * step_s for number in range(count))


def cast_of(parts: Iterable[Part], wanted: Sequence[Channel], queues: Sequence[str] = (), hint: str = "") -> tuple[Part, ...]:
    """The queues a drill plays in: those named, else the busiest of each channel wanted, else the busiest of all.

    A queue whose name holds the hint goes before a busier one. None where the site has no queue.
    """
    known = sorted(parts, key=lambda part: (not (hint and hint in part.queue), -part.offered, part.queue))
    by_name: Mapping[str, Part] = {part.queue: part for part in known}
    if queues:
        return tuple(by_name[name] for name in queues if name in by_name)
    of_each = [next((part for part in known if part.channel is channel), None) for channel in wanted]
    return tuple(part for part in of_each if part is not None) or tuple(known[:1])
