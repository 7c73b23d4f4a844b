"""The fold: records in, the state of the site out. A pure law, `fold(state, records) -> state`, kept in an accumulator.

The order of records within one call does not matter; a record whose event id was seen in the last 48 h counts once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from pulse.clock import day_start, next_day_start
from pulse.kpi.goal import QueueGoal
from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.records import AgentState, Channel, ContactEvent, ContactEventType, CounterWindow, QueueState, Record
from pulse.kpi.shift import RunningShift, Shift, current_shift
from pulse.kpi.tally import Tally
from pulse.live.catalogue import Catalogue
from pulse.live.people import People, Spent
from pulse.live.queue import BEGINS_WAIT, ENDS_WAIT, FLOW, QueueFold
from pulse.text import Language, Text

_LATE_AFTER_MS = 2 * HOUR_MS
_UNMATCHED_MS = HOUR_MS
_LONGEST_WAIT_MS = {Channel.VOICE: 12 * HOUR_MS, Channel.CHAT: 24 * HOUR_MS, Channel.BOT: 24 * HOUR_MS}
"""Nobody waits longer on these channels: an older wait is one whose ending was lost."""
_MOST_UNLAID = 2_000
"""Of so many minutes and states the time of people waits for their queue to be known."""
_RETOLD_HOURS = 2
"""What a list tells again at least so often is known again when it has grown older than the ids that are kept by their hour."""
_READINGS_MS = 48 * HOUR_MS
"""For how long a source's counter of which nothing is heard is kept."""
_UNKNOWN_SOURCE = 1_000_000
"""The precedence of a source that the config does not know: any other is believed before it."""
_RANK = {type_: rank for rank, type_ in enumerate(ContactEventType)}
STATE_FORMAT = 1
R = TypeVar("R")


class UnreadableState(ValueError):
    """A checkpoint that this program cannot go on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldSettings:
    """What the fold must know of the site."""

    site: str
    zone: ZoneInfo
    goal_of: Callable[[str, Channel], QueueGoal]
    """The promise of a queue, by name and channel."""
    goal_then: Callable[[str, Channel, int], QueueGoal] | None = None
    """The promise at an instant (epoch ms), for a fold of what is long over; None: everything is counted by `goal_of`."""
    channel_goal: Callable[[Channel], QueueGoal]
    site_goal: QueueGoal = field(default_factory=QueueGoal)
    site_title: Text | None = None
    titles: Mapping[str, Text] = field(default_factory=dict)
    """What people call each queue."""
    language: Language = Language.EN
    """The site's own."""
    precedence: Mapping[str, int] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    stale_after_s: Mapping[str, float] = field(default_factory=dict)
    """For how long a source's queue state is believed."""
    remember_ms: int | None = 48 * HOUR_MS
    """For how long event ids are kept; None keeps them for ever."""
    demo: bool = False
    hands_on_events: bool = False
    """Whether what was counted of contacts is kept for `take_told`: only who files it needs it."""
    hands_on_times: bool = False
    """Whether the time of each person is kept for `take_times`."""
    draws_boards: bool = True
    """Whether Boards are made of the fold; without them it counts for history alone, at half the price."""


class Fold:
    """The state of one site. `now` is the instant the windows stand at (epoch ms); it never goes back."""

    def __init__(self, settings: FoldSettings, catalogue: Catalogue) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.now = 0
        self.day_start = 0
        self.day_end = 0
        self.shift: RunningShift | None = None
        self.counts_shift = False
        """Whether the running shift has been counted from its beginning."""
        self.queues: dict[str, QueueFold] = {}
        self.people = People()
        self.people.keeps_times = settings.hands_on_times
        self.duplicates = 0
        self.late = 0
        self.endless = 0
        """Waits given up because nobody told their ending; counted since the start of the process."""
        self.told: set[ContactEventType] = set()
        """The kinds of events outside the flow that any source has ever told."""
        self.unreadable = 0
        """Batches that were not records; counted since the start of the process."""
        self._seen: dict[int, set[str]] = {}
        self._oldest_seen = 0
        """The hour before which ids are no longer kept by their event's own hour."""
        self._new_seen: dict[int, list[str]] = {}
        self._unlaid: dict[str, dict[tuple[int, str], int]] = {}
        """Time of people, in ms by second and name, in queues that nothing else is known of yet."""
        self._rows: dict[tuple[int, str], Tally] = {}
        self._told: list[ContactEvent] = []

    def fold(self, records: Iterable[Record]) -> None:
        """Takes records in; they show in the windows from the next `roll` on."""
        events: list[ContactEvent] = []
        readings: list[CounterWindow] = []
        states: list[QueueState] = []
        people: list[AgentState] = []
        for record in records:
            if type(record) is ContactEvent:
                events.append(record)
            elif type(record) is QueueState:
                states.append(record)
            elif type(record) is AgentState:
                people.append(record)
            elif type(record) is CounterWindow:
                readings.append(record)
        if self.settings.precedence:
            self._prefer_sources_of(events)
        events.sort(key=_order)
        for event in events:
            self._take(event)
        for source, at in {event.source: event.at for event in events}.items():
            self.people.hear(source, at)
        for state in in_order(states, lambda state: (state.at, state.received_at)):
            self.people.hear(state.source, state.at)
            self._queue(state.queue, state.channel).keep_state(state)
        for person in in_order(people, lambda person: person.at):
            self._lay(self.people.keep(person))
        for reading in in_order(readings, lambda reading: reading.end):
            queue = self._queue(reading.queue, reading.channel)
            queue.count_reading(reading, self._precedence(reading.source), self._goal(queue, reading.end))

    def roll(self, now: int) -> None:
        """Moves every window to `now`, begins a new day where one has begun, and settles rows for history."""
        now = max(now, self.now)
        if now >= self.day_end:
            self._begin_day(now)
        if now // HOUR_MS != self.now // HOUR_MS:
            self._forget(now)
        if self.settings.shifts and now // MINUTE_MS != self.now // MINUTE_MS:
            self._change_shift(now)
        self.now = now
        self._lay(self.people.until(now))
        day_start_s, shift_start_s = self.day_start // 1000, self.shift.start // 1000 if self.shift and self.counts_shift else None
        for queue in self.queues.values():
            for windows in (queue.windows, queue.counters):
                for minute, tally in windows.roll(now // 1000, day_start_s, shift_start_s):
                    if windows is queue.counted:
                        self._keep_row(minute * MINUTE_MS, queue.name, tally)

    @property
    def has_rows(self) -> bool:
        """Whether history has anything to add since the last `take_rows`."""
        return bool(self._rows)

    def take_rows(self) -> list[IntervalRow]:
        """What history has to add since the last call."""
        rows, self._rows = self._rows, {}
        return [IntervalRow(at, name, self.queues[name].channel, tally) for (at, name), tally in rows.items()]

    def take_told(self) -> list[ContactEvent]:
        """The events of contacts that were counted since the last call."""
        told, self._told = self._told, []
        return told

    def give_back(self, rows: Iterable[IntervalRow], seen: Mapping[int, Iterable[str]], told: Sequence[ContactEvent] = ()) -> None:
        """Takes back what history could not keep; the next `take_rows`, `take_seen` and `take_told` hand it out again."""
        self._told[:0] = told
        for row in rows:
            self._keep_row(row.at, row.queue, row.tally)
        for hour, event_ids in seen.items():
            self._new_seen.setdefault(hour, []).extend(event_ids)

    def take_seen(self) -> dict[int, list[str]]:
        """The event ids seen since the last call, by hour (epoch ms // 3,600,000)."""
        seen, self._new_seen = self._new_seen, {}
        return seen

    def remember(self, hour: int, event_ids: Iterable[str]) -> None:
        """Takes in event ids that an earlier run had seen."""
        self._seen.setdefault(hour, set()).update(event_ids)

    def fork(self) -> "Fold":
        """Another fold that goes on by itself from here, with the same memory of what was counted."""
        twin = Fold(self.settings, self.catalogue)
        twin.restore(self.dump())
        twin._seen = {hour: set(event_ids) for hour, event_ids in self._seen.items()}
        return twin

    def dump(self) -> bytes:
        """The state for a checkpoint, without rows and event ids: those are kept apart."""
        state = {
            "format": STATE_FORMAT,
            "now": self.now,
            "day_start": self.day_start,
            "shift": msgspec.to_builtins(self.shift) if self.counts_shift else None,
            "duplicates": self.duplicates,
            "late": self.late,
            "told": sorted(self.told),
            "queues": {name: queue.dump() for name, queue in self.queues.items()},
            "people": self.people.dump(),
            "unlaid": {queue: [[*cell, ms] for cell, ms in cells.items()] for queue, cells in self._unlaid.items()},
        }
        return msgspec.msgpack.encode(state)

    def restore(self, data: bytes) -> None:
        """Goes on from a state that `dump` wrote; raises UnreadableState for anything else."""
        try:
            self._restore(msgspec.msgpack.decode(data))
        except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise UnreadableState(f"checkpoint: {error!r}") from error

    def _restore(self, state: Mapping[str, Any]) -> None:
        if state["format"] != STATE_FORMAT:
            raise UnreadableState(f"checkpoint: got format {state['format']}, expected {STATE_FORMAT}")
        self.now, self.duplicates, self.late = state["now"], state["duplicates"], state["late"]
        self.day_start = state["day_start"]
        self.day_end = next_day_start(self.now, self.settings.zone)
        self._forget(self.now)
        self.told = {ContactEventType(type_) for type_ in state.get("told", ())}
        if "people" in state:
            self.people = People.restored(state["people"])
            self.people.keeps_times = self.settings.hands_on_times
        for name, cells in state.get("unlaid", {}).items():
            self._unlaid[name] = {(second, kind): ms for second, kind, ms in cells}
        for name, stored in state["queues"].items():
            goal = self.settings.goal_of(name, Channel(stored["channel"]))
            queue = self.queues[name] = QueueFold.restored(name, goal, stored, self.settings.draws_boards)
            queue.judge_sources(self._precedence)
        self._resume_shift(state.get("shift"))

    def _take(self, event: ContactEvent) -> None:
        if self._is_duplicate(event):
            return
        queue = self._queue(event.queue, event.channel)
        type_ = event.type
        if type_ in FLOW:
            if not queue.admits_events(self._precedence(event.source)):
                return
            if type_ in BEGINS_WAIT:
                queue.waiting.begin(event.contact_id, event.at)
            elif type_ in ENDS_WAIT:
                queue.waiting.end(event.contact_id, event.at)
            queue.flow_sources.add(event.source)
            queue.heard_of(event.at)
        else:
            queue.other_sources.add(event.source)
            self.told.add(type_)
        if event.at < self.day_start and self.now - self.day_start > _LATE_AFTER_MS:
            self.late += 1
        if self.settings.hands_on_events:
            self._told.append(event)
        goal = self._goal(queue, event.at)
        for tally in queue.tallies_of(event):
            for count in self.catalogue.counts[type_]:
                count(event, goal, tally)

    def _goal(self, queue: QueueFold, at: int) -> QueueGoal:
        then = self.settings.goal_then
        return queue.goal if then is None else then(queue.name, queue.channel, at)

    def _prefer_sources_of(self, events: Iterable[ContactEvent]) -> None:
        """Settles who is believed before anything counts, so that the order within a tick does not matter."""
        flows = {(event.queue, event.channel, event.source) for event in events if event.type in FLOW}
        for name, channel, source in flows:
            self._queue(name, channel).admits_events(self._precedence(source))

    def _is_duplicate(self, event: ContactEvent) -> bool:
        oldest, hour = self._oldest_seen, event.at // HOUR_MS
        if hour < oldest:
            return self._is_old_duplicate(event.event_id)
        seen = self._seen.get(hour)
        if seen is None:
            seen = self._seen[hour] = set()
        if event.event_id in seen:
            self.duplicates += 1
            return True
        self._see(event.event_id, hour)
        return False

    def _is_old_duplicate(self, event_id: str) -> bool:
        """Of what is older than any id that is kept, the id is kept by when it was last told: a list may tell it for weeks."""
        hour = self.now // HOUR_MS
        known = any(event_id in ids for ids in self._seen.values())
        if event_id not in self._seen.get(hour, ()):
            self._see(event_id, hour)
        self.duplicates += known
        return known

    def _see(self, event_id: str, hour: int) -> None:
        self._seen.setdefault(hour, set()).add(event_id)
        self._new_seen.setdefault(hour, []).append(event_id)

    def _queue(self, name: str, channel: Channel) -> QueueFold:
        queue = self.queues.get(name)
        if queue is None:
            queue = self.queues[name] = QueueFold.begun(name, channel, self.settings.goal_of(name, channel), self.settings.draws_boards)
            for (second, kind), ms in self._unlaid.pop(name, {}).items():
                queue.count_time(second, kind, ms)
        return queue

    def _lay(self, spent: Iterable[Spent]) -> None:
        """Counts people's time in their queues; of a queue that nothing else is known of yet it waits until there is."""
        for part in spent:
            queue = self.queues.get(part.queue)
            if queue is None:
                self._leave_unlaid(part)
            else:
                queue.count_time(part.second, part.name, part.ms)

    def _leave_unlaid(self, part: Spent) -> None:
        cells = self._unlaid.setdefault(part.queue, {})
        cell = (part.second, part.name)
        cells[cell] = cells.get(cell, 0) + part.ms
        if len(cells) > _MOST_UNLAID:
            del cells[min(cells)]

    def _precedence(self, source: str) -> int:
        return self.settings.precedence.get(source, _UNKNOWN_SOURCE)

    def _begin_day(self, now: int) -> None:
        self.day_start = day_start(now, self.settings.zone)
        self.day_end = next_day_start(now, self.settings.zone)
        for queue in self.queues.values():
            queue.windows.new_day()
            queue.counters.new_day()

    def _change_shift(self, now: int) -> None:
        running = current_shift(self.settings.shifts, now)
        if running != self.shift:
            self.shift, self.counts_shift = running, running is not None
            self._empty_shift()

    def _resume_shift(self, stored: Mapping[str, Any] | None) -> None:
        """Goes on counting the shift of the checkpoint, unless today's config has another one at that instant."""
        self.shift = current_shift(self.settings.shifts, self.now)
        self.counts_shift = self.shift is not None and stored == msgspec.to_builtins(self.shift)
        if not self.counts_shift:
            self._empty_shift()

    def _empty_shift(self) -> None:
        for queue in self.queues.values():
            queue.windows.new_shift()
            queue.counters.new_shift()

    def _forget(self, now: int) -> None:
        for queue in self.queues.values():
            queue.waiting.forget_before(now - _UNMATCHED_MS)
            if (longest_ms := _LONGEST_WAIT_MS.get(queue.channel)) is not None:
                self.endless += queue.waiting.give_up_before(now - longest_ms)
            queue.forget_readings_before(now - _READINGS_MS)
        if self.settings.remember_ms is not None:
            self._oldest_seen = (now - self.settings.remember_ms) // HOUR_MS
            kept_from = self._oldest_seen - _RETOLD_HOURS
            self._seen = {hour: ids for hour, ids in self._seen.items() if hour >= kept_from}

    def _keep_row(self, at: int, queue: str, tally: Tally) -> None:
        row = self._rows.get((at, queue))
        if row is None:
            self._rows[at, queue] = tally
        else:
            row.merge(tally)


def in_order(records: list[R], when: Callable[[R], Any]) -> list[R]:
    """The records by their instants; those of one instant by what they say, so that it is the same order whoever told them first."""
    of_one_instant = (list(some) for _, some in groupby(sorted(records, key=when), when))
    return [record for some in of_one_instant for record in (some if len(some) == 1 else sorted(some, key=repr))]


def _order(event: ContactEvent) -> tuple[int, int, str]:
    return event.at, _RANK[event.type], event.event_id
