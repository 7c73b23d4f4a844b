"""What the fold knows of one queue: its windows, who waits in it, and what sources say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pulse.kpi.counters import carried, growth, series_of
from pulse.kpi.goal import QueueGoal
from pulse.kpi.occupancy import SLOTS_OFFERED, SLOTS_USED
from pulse.kpi.records import Channel, ContactEvent, ContactEventType, CounterWindow, QueueState
from pulse.kpi.tally import Tally
from pulse.kpi.waiting import Waiting
from pulse.kpi.window import QueueWindows

_LONGEST_HELD_MS = 60_000
BEGINS_WAIT = frozenset({ContactEventType.OFFERED, ContactEventType.ENQUEUED})
ENDS_WAIT = frozenset(
    {
        ContactEventType.ANSWERED,
        ContactEventType.ABANDONED,
        ContactEventType.OVERFLOWED,
        ContactEventType.WITHDRAWN,
        ContactEventType.LOST,
        ContactEventType.CALLBACK_REQUESTED,
    }
)
FLOW = BEGINS_WAIT | ENDS_WAIT | {ContactEventType.REFUSED, ContactEventType.TRANSFERRED, ContactEventType.COMPLETED}
"""The events of which only one source may tell; ratings and complaints come from anywhere."""


@dataclass(slots=True)
class QueueFold:
    """One queue. Counts come from events or, where no source gives events, from the sources' own counters."""

    name: str
    channel: Channel
    goal: QueueGoal
    windows: QueueWindows = field(default_factory=QueueWindows)
    """What events tell."""
    counters: QueueWindows = field(default_factory=QueueWindows)
    """What the sources' own counters tell of the flow; ratings and complaints are in both."""
    waiting: Waiting = field(default_factory=Waiting)
    event_precedence: int | None = None
    """Precedence of the best source that has given events; None where none has."""
    counter_precedence: int | None = None
    states: dict[str, QueueState] = field(default_factory=dict)
    """The newest state by source."""
    readings: dict[str, CounterWindow] = field(default_factory=dict)
    """The newest reading by series."""
    flow_sources: set[str] = field(default_factory=set)
    """Who tells what happens to contacts and is believed."""
    other_sources: set[str] = field(default_factory=set)
    """Who gives ratings and complaints."""
    reading_sources: set[str] = field(default_factory=set)
    """Whose counters are believed."""
    since: int | None = None
    """The first instant (epoch ms) of which anything was told of its contacts; None in a checkpoint of before."""

    @property
    def sources(self) -> set[str]:
        """The sources whose word counts here."""
        counting = self.flow_sources if self.has_events else self.reading_sources
        return counting | self.other_sources | self.states.keys()

    @property
    def tells_flow(self) -> bool:
        """Whether any source tells how contacts come and go here."""
        return self.has_events or self.counter_precedence is not None

    @property
    def has_events(self) -> bool:
        """Whether a source tells what happens to single contacts."""
        return self.event_precedence is not None

    @property
    def counted(self) -> QueueWindows:
        """The windows that count: never a mix of events and counters."""
        return self.windows if self.has_events else self.counters

    def admits_events(self, precedence: int) -> bool:
        """Whether events of this precedence count; a better source takes the queue over from then on."""
        if self.event_precedence is None or precedence < self.event_precedence:
            self.event_precedence = precedence
            self.waiting = Waiting()  # nobody would end the waits that only the worse source knows
            self.flow_sources.clear()
        return precedence == self.event_precedence

    def heard_of(self, at: int) -> None:
        """Notes that something was told of an instant (epoch ms)."""
        if self.since is None or at < self.since:
            self.since = at

    def tallies_of(self, event: ContactEvent) -> tuple[Tally, ...]:
        """Where an event is counted: one of the flow in `windows` alone, for it is never summed with counters."""
        second = event.at // 1000
        told = self.windows.at(second)
        # Once events tell the flow, the sources' own counters never count again.
        return (told,) if self.has_events or event.type in FLOW else (told, self.counters.at(second))

    def judge_sources(self, precedence: Callable[[str], int]) -> None:
        """Ranks the sources that count here by today's config, which may differ from that of the checkpoint."""
        self.event_precedence = min(map(precedence, self.flow_sources), default=self.event_precedence)
        self.counter_precedence = min(map(precedence, self.reading_sources), default=self.counter_precedence)

    def forget_readings_before(self, oldest: int) -> None:
        """Lets go of counters that ended before `oldest` (epoch ms): nobody will tell them again."""
        self.readings = {series: reading for series, reading in self.readings.items() if reading.end >= oldest}

    def keep_state(self, state: QueueState) -> None:
        """Keeps the newest state of its source, and counts the slot-time of the one before."""
        known = self.states.get(state.source)
        if known is not None and is_older(state, known):
            return
        if known is not None:
            self._count_slots(known, state.at)
        self.states[state.source] = state

    def count_time(self, second: int, name: str, ms: int) -> None:
        """Counts time that is of people or slots, whoever tells the flow of contacts."""
        for windows in (self.windows,) if self.has_events else (self.windows, self.counters):
            windows.at(second).add(name, ms)

    def _count_slots(self, state: QueueState, until: int) -> None:
        """The slot-time of a state that held until `until` (epoch ms); a source that was silent for long has told nothing of it."""
        held_ms = until - state.at
        if state.slots_active is None or state.slots_free is None or not 0 < held_ms <= _LONGEST_HELD_MS:
            return
        self.count_time(until // 1000, SLOTS_USED, state.slots_active * held_ms)
        self.count_time(until // 1000, SLOTS_OFFERED, (state.slots_active + state.slots_free) * held_ms)

    def count_reading(self, reading: CounterWindow, precedence: int, goal: QueueGoal) -> None:
        """Counts what a source's own counters grew by, at the end of the reading."""
        if self.counter_precedence is None or precedence < self.counter_precedence:
            self.counter_precedence = precedence
            self.reading_sources.clear()
        if precedence != self.counter_precedence:
            return
        self.reading_sources.add(reading.source)
        self.heard_of(reading.end if reading.cumulative else reading.start)
        series = series_of(reading)
        before = self.readings.get(series)
        if before is None or reading.end >= before.end:
            self.counters.at(reading.end // 1000).merge(growth(before, reading, goal))
            self.readings[series] = carried(before, reading)

    def dump(self) -> dict[str, Any]:
        """A plain map for the checkpoint."""
        return {
            "channel": self.channel,
            "windows": self.windows.dump(),
            "counters": self.counters.dump(),
            "waiting": self.waiting.dump(),
            "event_precedence": self.event_precedence,
            "counter_precedence": self.counter_precedence,
            "states": msgspec.to_builtins(self.states),
            "readings": msgspec.to_builtins(self.readings),
            "since": self.since,
            "sources": [sorted(self.flow_sources), sorted(self.other_sources), sorted(self.reading_sources)],
        }

    @classmethod
    def begun(cls, name: str, channel: Channel, goal: QueueGoal, slides: bool) -> "QueueFold":
        """A queue of which nothing was told yet."""
        return cls(name, channel, goal, windows=QueueWindows(slides), counters=QueueWindows(slides))

    @classmethod
    def restored(cls, name: str, goal: QueueGoal, stored: Mapping[str, Any], slides: bool = True) -> "QueueFold":
        """The queue that `dump` wrote, with the goal of today's config."""
        flow, other, readings = stored.get("sources", ((), (), ()))
        return cls(
            name=name,
            channel=Channel(stored["channel"]),
            goal=goal,
            windows=QueueWindows.restored(stored["windows"], slides),
            counters=QueueWindows.restored(stored["counters"], slides),
            waiting=Waiting.restored(stored["waiting"]),
            event_precedence=stored["event_precedence"],
            counter_precedence=stored["counter_precedence"],
            states=msgspec.convert(stored["states"], dict[str, QueueState]),
            readings=msgspec.convert(stored["readings"], dict[str, CounterWindow]),
            flow_sources=set(flow),
            other_sources=set(other),
            reading_sources=set(readings),
            since=stored.get("since"),
        )


def is_older(state: QueueState, other: QueueState) -> bool:
    """Which of two states of one source is the older; of one instant the same one in either order."""
    one, two = (state.at, state.received_at), (other.at, other.received_at)
    return one < two or (one == two and repr(state) < repr(other))
