"""Who waits and who works as the Asterisk Manager Interface tells it: a picture kept by messages, without a socket.

In: messages with the instant they came. Out: queue states, agent states and cumulative counters.
`Abandoned` counts, as AMI does, abandoned, timed out, left empty and withdrawn calls, and `Completed` ended ones: both lag behind the log.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from collectors.ami import Message
from collectors.base import Cursor, SourceContext
from collectors.redact import quoted, redact
from pulse.kpi.records import AgentState, AgentStateType, CounterWindow, QueueState, Record

_UNREACHABLE = frozenset({4, 5})
_IN_USE = frozenset({2, 3, 6, 7, 8})
_MOST_ENTRIES = 20_000
_MOST_MEMBERS = 20_000
_MOST_QUEUES = 2_000
_BY_CALL_UPON = (AgentStateType.BUSY, AgentStateType.AVAILABLE, AgentStateType.ACW, AgentStateType.PAUSED, AgentStateType.OFFLINE)
"""Which state a person in several queues is in: the first of these that one of the queues tells."""


@dataclass(frozen=True, slots=True)
class Member:
    """One agent in one queue."""

    status: int = 0
    in_call: bool = False
    paused: bool = False
    reason: str = ""
    last_call_s: int = 0
    wrapup_s: int = 0

    def state(self, now: int) -> AgentStateType:
        """What the member does at `now` (epoch ms)."""
        if self.status in _UNREACHABLE:
            return AgentStateType.OFFLINE
        if self.in_call or self.status in _IN_USE:
            return AgentStateType.BUSY
        if self.paused:
            return AgentStateType.PAUSED
        if self.last_call_s and now < (self.last_call_s + self.wrapup_s) * 1000:
            return AgentStateType.ACW
        return AgentStateType.AVAILABLE


@dataclass(frozen=True, slots=True)
class Counters:
    """Counts since the last reset; `epoch` numbers the resets, `start` is when this one was first seen (epoch ms)."""

    answered: int
    abandoned: int
    epoch: int
    start: int


@dataclass(slots=True)
class Listing:
    """One answer to QueueStatus, or the picture as it stands: queues, their members and who waits since when (epoch ms)."""

    queues: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Completed and Abandoned of each queue."""
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    waiting: dict[tuple[str, str], int] = field(default_factory=dict)


class Picture:
    """All queues of one server; says nothing before the first whole answer to QueueStatus."""

    def __init__(self, context: SourceContext, cursor: Cursor | None = None) -> None:
        self.problems: Counter[str] = Counter()
        self._context = context
        self._now: Listing | None = None
        self._coming: Listing | None = None
        self._counters = {queue: Counters(*stored) for queue, stored in (cursor or {}).get("counters", {}).items()}
        self._told: dict[str, AgentState] = {}
        self._told_before: set[str] = set((cursor or {}).get("agents", ()))
        """Agents told over an earlier connection: who is not there any more has gone."""
        self._told_counters: dict[str, Counters] = {}

    def cursor(self) -> Cursor:
        """The counters with their epochs and the agents, so that what changed while nobody looked is seen."""
        counters = {queue: [c.answered, c.abandoned, c.epoch, c.start] for queue, c in self._counters.items()}
        return {"counters": counters, "agents": sorted(self._told_before | self._told.keys())}

    def reconnected(self) -> None:
        """Forgets what was told and listed: the next answer is told whole."""
        self._now = self._coming = None
        self._told_before |= self._told.keys()
        self._told.clear()
        self._told_counters.clear()

    def apply(self, message: Message, at: int) -> None:
        """Takes in one message that came at `at` (epoch ms); what it cannot read is counted in `problems`."""
        event = message.get("Event", "")
        if message.get("Message") == "Queue status will follow":
            self._coming = Listing()
        elif event in ("QueueParams", "QueueMember", "QueueEntry"):
            self._coming = self._coming or Listing()
            self._put(self._coming, event, message, at)
        elif event == "QueueStatusComplete":
            self._show_listing(at)
        elif event in _LIVE_EVENTS:
            for listing in (self._now, self._coming):
                if listing is not None:
                    self._put(listing, event, message, at)

    def records(self, now: int) -> list[Record]:
        """The state of every queue, and of agents and counters what changed since they were last told."""
        if self._now is None:
            return []
        states = [self._queue_state(self._now, queue, now) for queue in self._now.queues]
        return [*states, *self._changed_counters(now), *self._changed_agents(self._now, now)]

    def _put(self, listing: Listing, event: str, message: Message, at: int) -> None:
        queue = message.get("Queue", "")
        if not queue:
            self._problem("no_queue", f"{event}: got no Queue, expected its name")
        elif event == "QueueParams":
            self._bounded(listing.queues, _MOST_QUEUES)
            listing.queues[queue] = (self._whole(message, "Completed"), self._whole(message, "Abandoned"))
        elif event == "QueueEntry":
            self._enter(listing, queue, message, at - 1000 * self._whole(message, "Wait"))
        elif event == "QueueCallerJoin":
            self._enter(listing, queue, message, at)
        elif event == "QueueCallerLeave":
            listing.waiting.pop((queue, _caller(message)), None)
        elif event == "QueueMemberRemoved":
            listing.members.pop((queue, _interface(message)), None)
        else:
            self._bounded(listing.members, _MOST_MEMBERS)
            listing.members[queue, _interface(message)] = self._member(message)

    def _enter(self, listing: Listing, queue: str, message: Message, entered: int) -> None:
        self._bounded(listing.waiting, _MOST_ENTRIES)
        listing.waiting.setdefault((queue, _caller(message)), entered)

    def _member(self, message: Message) -> Member:
        return Member(
            status=self._whole(message, "Status"),
            in_call=message.get("InCall") == "1",
            paused=message.get("Paused") == "1",
            reason=message.get("PausedReason", ""),
            last_call_s=self._whole(message, "LastCall"),
            wrapup_s=self._whole(message, "Wrapuptime"),
        )

    def _whole(self, message: Message, header: str) -> int:
        """A whole number; 0, and counted, where there is none."""
        written = message.get(header, "")
        if written.isascii() and written.isdigit() and len(written) <= 12:
            return int(written)
        place = f"{message.get('Event', '')} of {redact(message.get('Queue', ''))}, {header}"
        self._problem("bad_number", f"{place}: got {quoted(written.encode())}, expected a whole number of 12 digits at most")
        return 0

    def _problem(self, name: str, text: str) -> None:
        self.problems[name] += 1
        if self._context.note is not None:
            self._context.note(name, text)

    def _bounded(self, kept: dict[Any, Any], most: int) -> None:
        if len(kept) >= most:
            self._problem("too_many_entries", f"got one more, expected {most} at most")
            kept.pop(next(iter(kept)))

    def _show_listing(self, at: int) -> None:
        if self._coming is None:
            return
        since = self._now.waiting if self._now else {}
        for entry, entered in self._coming.waiting.items():
            self._coming.waiting[entry] = since.get(entry, entered)
        self._now, self._coming = self._coming, None
        for queue, (answered, abandoned) in self._now.queues.items():
            self._count(queue, answered, abandoned, at)

    def _count(self, queue: str, answered: int, abandoned: int, at: int) -> None:
        before = self._counters.get(queue)
        if before is None:
            self._counters[queue] = Counters(answered, abandoned, epoch=1, start=at)
        elif answered < before.answered or abandoned < before.abandoned:
            self._counters[queue] = Counters(answered, abandoned, before.epoch + 1, start=at)
        else:
            self._counters[queue] = replace(before, answered=answered, abandoned=abandoned)

    def _queue_state(self, picture: Listing, queue: str, now: int) -> QueueState:
        members = [member for (of, _), member in picture.members.items() if of == queue]
        states = Counter(member.state(now) for member in members)
        since = [entered for (of, _), entered in picture.waiting.items() if of == queue]
        return QueueState(
            site=self._context.site,
            source=self._context.source,
            queue=queue,
            channel=self._context.channel_of(queue),
            at=now,
            received_at=now,
            waiting=len(since),
            oldest_wait_s=max(0.0, (now - min(since, default=now)) / 1000),
            in_service=sum(member.in_call for member in members),
            agents_logged_in=len(members) - states[AgentStateType.OFFLINE],
            agents_available=states[AgentStateType.AVAILABLE],
            agents_busy=states[AgentStateType.BUSY],
            agents_acw=states[AgentStateType.ACW],
            agents_paused=_paused_by_reason(members, now),
        )

    def _changed_counters(self, now: int) -> Iterable[CounterWindow]:
        for queue, counters in self._counters.items():
            if self._now and queue in self._now.queues and self._told_counters.get(queue) != counters:
                self._told_counters[queue] = counters
                yield CounterWindow(
                    site=self._context.site,
                    source=self._context.source,
                    queue=queue,
                    channel=self._context.channel_of(queue),
                    start=counters.start,
                    end=now,
                    cumulative=True,
                    epoch=str(counters.epoch),
                    answered=counters.answered,
                    abandoned=counters.abandoned,
                )

    def _changed_agents(self, picture: Listing, now: int) -> Iterable[AgentState]:
        queues_of: dict[str, dict[str, Member]] = {}
        for (queue, agent), member in picture.members.items():
            queues_of.setdefault(agent, {})[queue] = member
        gone = (self._told.keys() | self._told_before) - queues_of.keys()
        self._told_before.clear()
        for agent in [*queues_of, *sorted(gone)]:
            state = self._agent_state(agent, queues_of.get(agent, {}), now)
            if agent not in self._told or msgspec.structs.replace(self._told[agent], at=now) != state:
                yield state
            self._told[agent] = state
            if not state.queues:
                del self._told[agent]

    def _agent_state(self, agent: str, queues: Mapping[str, Member], now: int) -> AgentState:
        """One person's state over all queues; without a queue, offline."""
        told = {member.state(now): member for member in reversed(list(queues.values()))}
        state = next((state for state in _BY_CALL_UPON if state in told), AgentStateType.OFFLINE)
        reason = redact(told[state].reason) if state == AgentStateType.PAUSED else None
        return AgentState(
            site=self._context.site,
            source=self._context.source,
            agent=agent,
            at=now,
            state=state,
            reason=reason or None,
            queues=tuple(sorted(queues)),
        )


_LIVE_EVENTS = frozenset(
    {"QueueCallerJoin", "QueueCallerLeave", "QueueMemberStatus", "QueueMemberPause", "QueueMemberAdded", "QueueMemberRemoved"}
)


def _paused_by_reason(members: list[Member], now: int) -> dict[str, int]:
    return dict(Counter(redact(member.reason) or "unknown" for member in members if member.state(now) == AgentStateType.PAUSED))


def _caller(message: Message) -> str:
    return message.get("Uniqueid") or message.get("Channel", "")


def _interface(message: Message) -> str:
    """The steady key of an agent: one interface may be shown under several names."""
    return message.get("Interface") or message.get("Location", "")
