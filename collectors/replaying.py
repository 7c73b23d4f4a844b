"""The time-line of a performance: when what was recorded then happens now.

In: the recorded instant of the first line, the instant the performance began and its speed. Out: instants of the one from the other.
Every instant is moved by start + (at - first) / speed, at speed 1 by one constant; durations stay as they were recorded.
"""

from dataclasses import dataclass

import msgspec

from pulse.kpi.records import AgentState, ContactEvent, CounterWindow, QueueState, Record


@dataclass(frozen=True, slots=True)
class Timeline:
    """One performance; `first` and `start` are epoch ms."""

    first: int
    start: int
    speed: float

    def recorded(self, now: int) -> int:
        """The recorded instant that is performed at `now`."""
        return self.first + round((now - self.start) * self.speed)

    def performed(self, at: int) -> int:
        """When the recorded instant `at` is performed."""
        return self.start + round((at - self.first) / self.speed)

    def moved(self, record: Record) -> Record:
        """The record with all its instants moved; ids carry the start, so that two performances do not count as one."""
        if isinstance(record, QueueState):
            return msgspec.structs.replace(record, at=self.performed(record.at), received_at=self.performed(record.received_at))
        if isinstance(record, CounterWindow):
            return msgspec.structs.replace(record, start=self.performed(record.start), end=self.performed(record.end))
        if isinstance(record, AgentState):
            return msgspec.structs.replace(record, at=self.performed(record.at))
        return self._moved_event(record)

    def _moved_event(self, event: ContactEvent) -> ContactEvent:
        mark = f"@{self.start // 1000}"
        return msgspec.structs.replace(
            event,
            event_id=event.event_id + mark,
            contact_id=event.contact_id + mark,
            at=self.performed(event.at),
            due_at=None if event.due_at is None else self.performed(event.due_at),
        )


def instant_of(record: Record) -> int:
    """The instant (epoch ms) a record tells of; the end of a counter window."""
    return record.end if isinstance(record, CounterWindow) else record.at
