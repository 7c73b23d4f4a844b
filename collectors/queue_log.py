"""What Asterisk's queue_log says: the pure parser shared by the live tail and recordings.

In: lines `epoch|uniqueid|queue|agent|EVENT|data`, one by one, with the callers known to wait. Out: contact events and problems by name.
Callers refused by an empty or full queue leave no line and `core stop now` writes endings that did not happen:
both stay as the log tells them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.base import Cursor, SourceContext
from collectors.redact import customer_hash, quoted, redact
from collectors.tail import decoded
from pulse.kpi.records import ContactEvent, ContactEventType, Rating, RatingScale

_EPOCH = re.compile(r"[0-9]{10}(?:\.[0-9]{1,9})?")
_SECONDS = re.compile(r"[0-9]{1,9}")
_VALUE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?")
_NAME_CHARS = re.compile(r"[^A-Za-z0-9_-]")
_UNKNOWN_NAMES = 50
_MOST_WAITING = 20_000
_SCALE_RANGE = {RatingScale.CSAT_5: (1, 5), RatingScale.NPS_10: (0, 10)}
_NO_CALLER = frozenset({"", "none", "unknown", "<unknown>", "anonymous", "private", "asterisk"})

_UNCOUNTED = frozenset(
    re.findall(
        r"\w+",
        """CONFIGRELOAD RINGNOANSWER RINGCANCELED PENALTY RINGINUSE DID INFO SYSCOMPAT AGENTDUMP PAUSE UNPAUSE PAUSEALL UNPAUSEALL
        PAUSEREASON ADDMEMBER REMOVEMEMBER AGENTLOGIN AGENTLOGOFF AGENTCALLBACKLOGIN AGENTCALLBACKLOGOFF""",
    )
)
"""Known events that say nothing of a contact's course; AGENTDUMP is one, for its caller stays in the queue."""
_ALLOWED = {
    "not_text": "text in utf-8",
    "cut_line": "epoch|call|queue|agent|EVENT|data",
    "clock_back": "an instant no earlier than the line before",
    "unknown_event": "an event of Asterisk's queues, or one that ratings names",
    "entered_again_while_waiting": "an ending before the next entry",
    "too_many_waiting": f"no more than {_MOST_WAITING} callers who wait at once",
    "bad_number": "whole seconds, or a rating within its scale",
}
"""What would have been no problem, by the name a problem is counted under."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, split; `data` may hold the separator."""

    epoch: str
    contact_id: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]

    @property
    def at(self) -> int:
        """The instant (epoch ms) the line was written."""
        return round(float(self.epoch) * 1000)

    def part(self, index: int) -> str:
        """One field of the data, negative ones from its end; empty where the line has no such field."""
        return self.data[index] if -len(self.data) <= index < len(self.data) else ""


def parsed(text: str) -> Line | None:
    """The line split into its fields; None where its head or tail is missing."""
    fields = text.split("|", 5)
    if len(fields) < 5 or not _EPOCH.fullmatch(fields[0]):
        return None
    if len(fields) == 5 and fields[4] != "QUEUESTART" and fields[4] not in _UNCOUNTED:
        return None
    data = tuple(fields[5].split("|")) if len(fields) == 6 else ()
    return Line(fields[0], fields[1], fields[2], fields[3], fields[4], data)


@dataclass(slots=True)
class QueueLogState:
    """What must be remembered between lines; goes into the cursor, so that a restart in the middle is exact."""

    waiting: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Queue and instant of entry of each caller known to wait, by contact."""
    last_at: int = 0
    ordinals: dict[str, int] = field(default_factory=dict)
    """How often an event of the current second was seen: two equal lines are two events."""

    def as_map(self) -> Cursor:
        """A plain map for the cursor; `from_map` reads it."""
        return {
            "waiting": {who: list(entry) for who, entry in self.waiting.items()},
            "last_at": self.last_at,
            "ordinals": dict(self.ordinals),
        }

    @classmethod
    def from_map(cls, stored: Mapping[str, Any]) -> "QueueLogState":
        """The state that `as_map` wrote."""
        waiting = {who: (queue, at) for who, (queue, at) in stored["waiting"].items()}
        return cls(waiting, stored["last_at"], dict(stored["ordinals"]))


class QueueLogParser:
    """Lines to contact events; one parser reads one log through all its parts."""

    def __init__(
        self, context: SourceContext, ratings: Mapping[str, RatingScale] | None = None, state: QueueLogState | None = None
    ) -> None:
        self.state = state or QueueLogState()
        self._context = context
        self._ratings = dict(ratings or {})
        self._unknown: set[str] = set()
        self.oldest_at: int | None = None
        """The earliest instant of the lines read last; None where none was readable."""
        self.newest_at: int | None = None

    def read(self, lines: Sequence[bytes], problems: Counter[str], numbers: Sequence[int] = ()) -> list[ContactEvent]:
        """The contact events of some lines, in their order; what cannot be read is counted in `problems`, noted by `numbers`."""
        events: list[ContactEvent] = []
        self.oldest_at = self.newest_at = None
        if self._context.note is not None:
            numbered = zip(numbers or range(1, len(lines) + 1), lines, strict=True)
            return self._read_noting(numbered, problems, self._context.note)
        for raw in lines:
            events += self._read_line(raw, problems)
        return events

    def _read_noting(
        self, numbered: Iterable[tuple[int, bytes]], problems: Counter[str], note: Callable[[str, str], None]
    ) -> list[ContactEvent]:
        events: list[ContactEvent] = []
        for number, raw in numbered:
            found: Counter[str] = Counter()
            events += self._read_line(raw, found)
            problems.update(found)
            for name in found:
                note(name, f"line {number}: got {quoted(raw)}, expected {_ALLOWED[name.partition(':')[0]]}")
        return events

    def _read_line(self, raw: bytes, problems: Counter[str]) -> list[ContactEvent]:
        text = decoded(raw)
        if text is None:
            problems["not_text"] += 1
            return []
        if not text.strip():
            return []
        line = parsed(text)
        if line is None:
            problems["cut_line"] += 1
            return []
        self._keep_time(line.at, problems)
        return self._events_of(line, problems)

    def _keep_time(self, at: int, problems: Counter[str]) -> None:
        if at < self.state.last_at:
            problems["clock_back"] += 1
        if at // 1000 != self.state.last_at // 1000:
            self.state.ordinals.clear()
        self.state.last_at = at
        self.oldest_at = at if self.oldest_at is None else min(at, self.oldest_at)
        self.newest_at = at if self.newest_at is None else max(at, self.newest_at)

    def _events_of(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        if line.event in _READERS:
            return _READERS[line.event](self, line, problems)
        if line.event in self._ratings:
            return self._rated(line, problems)
        if line.event not in _UNCOUNTED:
            problems[self._unknown_name(line.event)] += 1
        return []

    def _entered(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        before = self.state.waiting.pop(line.contact_id, None)
        events = []
        if before is not None and before[1] <= line.at and before != (line.queue, line.at):
            problems["entered_again_while_waiting"] += 1
            events.append(self._lost(line, line.contact_id, before[0]))
        if len(self.state.waiting) >= _MOST_WAITING:
            problems["too_many_waiting"] += 1
            self.state.waiting.pop(next(iter(self.state.waiting)))
        self.state.waiting[line.contact_id] = (line.queue, line.at)
        return [*events, self._event(line, ContactEventType.OFFERED, customer=self._customer(line))]

    def _restarted(self, line: Line, _problems: Counter[str]) -> list[ContactEvent]:
        """A crash writes no endings: all who had entered before the start and not left are lost."""
        gone = [(who, queue) for who, (queue, at) in self.state.waiting.items() if at <= line.at]
        for who, _ in gone:
            del self.state.waiting[who]
        return [self._lost(line, who, queue) for who, queue in gone]

    def _lost(self, line: Line, contact_id: str, queue: str) -> ContactEvent:
        lost = Line(line.epoch, contact_id, queue, "NONE", "LOST", ())
        return self._event(lost, ContactEventType.LOST, reason="restart" if line.event == "QUEUESTART" else "no_ending")

    def _rated(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        scale = self._ratings[line.event]
        low, high = _SCALE_RANGE[scale]
        value = float(line.part(0)) if _VALUE.fullmatch(line.part(0)) else -1.0
        if not low <= value <= high:
            problems["bad_number"] += 1
            return []
        said = redact("|".join(line.data[1:])) or None
        return [self._event(line, ContactEventType.RATED, rating=Rating(scale, value), text=said)]

    def _answered(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        return [self._event(line, ContactEventType.ANSWERED, wait_s=self._wait_s(line, 0, problems))]

    def _completed(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        self.state.waiting.pop(line.contact_id, None)
        who = "agent" if line.event == "COMPLETEAGENT" else "caller"
        return [self._event(line, ContactEventType.COMPLETED, talk_s=_seconds(line.part(1), problems), reason=who)]

    def _transferred(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        self.state.waiting.pop(line.contact_id, None)
        talk_s = _seconds(line.part(-2), problems)
        handled = self._event(line, ContactEventType.COMPLETED, talk_s=talk_s, reason="transferred")
        how = line.event.removesuffix("TRANSFER").lower() or None
        return [handled, self._event(line, ContactEventType.TRANSFERRED, "|transferred", reason=how)]

    def _left(self, line: Line, problems: Counter[str]) -> list[ContactEvent]:
        kind, index, reason = _LEAVING[line.event]
        return [self._event(line, kind, wait_s=self._wait_s(line, index, problems), reason=reason)]

    def _wait_s(self, line: Line, index: int, problems: Counter[str]) -> float | None:
        """The wait the line tells, else the time since the entry where that is known; takes the caller off the waiting ones."""
        entry = self.state.waiting.pop(line.contact_id, None)
        told = _seconds(line.part(index), problems)
        if told is not None or entry is None:
            return told
        return max(0.0, (line.at - entry[1]) / 1000)

    def _event(self, line: Line, kind: ContactEventType, mark: str = "", **facts: Any) -> ContactEvent:
        return ContactEvent(
            site=self._context.site,
            source=self._context.source,
            event_id=self._event_id(line, mark),
            contact_id=line.contact_id,
            queue=line.queue,
            channel=self._context.channel_of(line.queue),
            at=line.at,
            type=kind,
            agent=None if line.agent in ("NONE", "") else line.agent,
            **facts,
        )

    def _event_id(self, line: Line, mark: str) -> str:
        """The same for the same line each time it is read; equal lines of one second are numbered."""
        key = f"{line.epoch}|{line.contact_id}|{line.queue}|{line.event}{mark}"
        ordinal = self.state.ordinals.get(key, 0)
        self.state.ordinals[key] = ordinal + 1
        return f"{self._context.source}|{key}|{ordinal}" if ordinal else f"{self._context.source}|{key}"

    def _customer(self, line: Line) -> str | None:
        caller = line.part(-2).strip()
        return None if caller.lower() in _NO_CALLER else customer_hash(caller, self._context.site_key)

    def _unknown_name(self, event: str) -> str:
        """The problem's name; after fifty different events the rest share one, for rubbish has no end of names."""
        name = _NAME_CHARS.sub("_", event)[:40]
        if name not in self._unknown and len(self._unknown) >= _UNKNOWN_NAMES:
            return "unknown_event:other"
        self._unknown.add(name)
        return f"unknown_event:{name}"


def _seconds(written: str, problems: Counter[str]) -> float | None:
    """A whole number of seconds; None, and counted, where it is not one."""
    if _SECONDS.fullmatch(written):
        return float(written)
    problems["bad_number"] += 1
    return None


_LEAVING = {
    "ABANDON": (ContactEventType.ABANDONED, 2, None),
    "EXITWITHTIMEOUT": (ContactEventType.OVERFLOWED, 2, "timeout"),
    "EXITWITHKEY": (ContactEventType.OVERFLOWED, -1, "key"),
    "EXITEMPTY": (ContactEventType.OVERFLOWED, 2, "empty"),
    "WITHDRAW": (ContactEventType.WITHDRAWN, 2, None),
}
"""How a caller leaves unanswered: the event, the field that holds the wait, the reason."""

_Reader = Callable[[QueueLogParser, Line, Counter[str]], list[ContactEvent]]
_READERS: dict[str, _Reader] = {
    "ENTERQUEUE": QueueLogParser._entered,
    "CONNECT": QueueLogParser._answered,
    "COMPLETEAGENT": QueueLogParser._completed,
    "COMPLETECALLER": QueueLogParser._completed,
    "BLINDTRANSFER": QueueLogParser._transferred,
    "ATTENDEDTRANSFER": QueueLogParser._transferred,
    "TRANSFER": QueueLogParser._transferred,
    "QUEUESTART": QueueLogParser._restarted,
    **dict.fromkeys(_LEAVING, QueueLogParser._left),
}
