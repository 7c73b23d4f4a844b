"""Files events by contact: which visit each belongs to, which of them are new, and what each part of a queue counts by them.

In: the visits that are known of some contacts, and events of these. Out: visits, complaints, and what slices grow by. An event
counts in the slice of its visit as that is described in the end: what is told late moves what was counted before.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from pulse.kpi.contact import Contact, begun, events_of, knows, tell
from pulse.kpi.goal import QueueGoal
from pulse.kpi.interval import QUARTER_MS
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.kpi.tally import Tally

_LINKS = attrgetter("customer", "category", "offered_at", "transferred_at")
"""Whether one contact follows another depends on these, beside their instants."""
Key = tuple[str, str]
"""Contact and queue."""
Counts = Mapping[ContactEventType, Sequence[Callable[[ContactEvent, QueueGoal, Tally], None]]]


class Part(NamedTuple):
    """A part of a queue; an empty word was not told."""

    queue: str
    channel: Channel
    business_line: str
    segment: str
    category: str


class Counting(NamedTuple):
    """How events are counted."""

    counts: Counts
    goal_of: Callable[[str, Channel, int], QueueGoal]
    """What a queue of a channel promised at an instant (epoch ms)."""


class Filing:
    """The filing of some events; what is known of their contacts is handed in first."""

    def __init__(self, known: Iterable[Contact], complaints: Iterable[str], counting: Counting) -> None:
        self._visits: dict[Key, list[Contact]] = {}
        for contact in sorted(known, key=lambda contact: contact.at):
            self._visits.setdefault((contact.contact_id, contact.queue), []).append(contact)
        self._known_complaints = set(complaints)
        self._counting = counting
        self._before: dict[int, Contact | None] = {}
        """By identity of each visit that changed, how it was; None of one that is new."""
        self._touched: dict[int, tuple[Contact, list[ContactEvent]]] = {}
        self._complained: list[tuple[ContactEvent, Contact | None]] = []

    def file(self, event: ContactEvent) -> bool:
        """Takes an event in; False where it was known before."""
        if event.type is ContactEventType.COMPLAINT:
            return self._complain(event)
        visits = self._visits.setdefault((event.contact_id, event.queue), [])
        if any(knows(visit, event) for visit in visits):
            return False
        visit, is_new_visit = _visit_of(visits, event)
        mark = id(visit)
        if mark not in self._touched:
            self._before[mark] = None if is_new_visit else msgspec.structs.replace(visit)
            self._touched[mark] = (visit, [])
        tell(visit, event)
        self._touched[mark][1].append(event)
        return True

    @property
    def begun(self) -> list[Contact]:
        """The visits that are new."""
        return [visit for mark, (visit, _) in self._touched.items() if self._before[mark] is None]

    @property
    def changed(self) -> list[Contact]:
        """The visits that were known and know more now."""
        return [visit for mark, (visit, _) in self._touched.items() if self._before[mark] is not None]

    @property
    def related(self) -> list[Contact]:
        """The visits that are new, and those by which other contacts of their customer may count otherwise now."""
        befores = ((visit, self._before[mark]) for mark, (visit, _) in self._touched.items())
        return [visit for visit, before in befores if before is None or _LINKS(before) != _LINKS(visit)]

    @property
    def complaints(self) -> list[tuple[ContactEvent, Contact | None]]:
        """The complaints that are new, each with the newest visit of its contact to that queue."""
        return self._complained

    def slices(self) -> dict[tuple[int, Part], Tally]:
        """What each part of a queue grows by in each quarter of an hour (epoch ms); moved counts are taken away where they were."""
        grown: dict[tuple[int, Part], Tally] = {}
        for mark, (visit, events) in self._touched.items():
            before, part = self._before[mark], _part(visit)
            self._count(grown, part, events, 1)
            if before is not None and _part(before) != part:
                earlier = list(events_of(before, "", ""))
                self._count(grown, _part(before), earlier, -1)
                self._count(grown, part, earlier, 1)
        for event, told in self._complained:
            self._count(grown, _part_of_complaint(event, told), [event], 1)
        for tally in grown.values():
            # A maximum cannot be moved from one part to another.
            tally.counts, tally.peaks = {name: count for name, count in tally.counts.items() if count}, {}
        return {key: tally for key, tally in grown.items() if tally}

    def _complain(self, event: ContactEvent) -> bool:
        if event.event_id in self._known_complaints:
            return False
        self._known_complaints.add(event.event_id)
        visits = self._visits.get((event.contact_id, event.queue))
        self._complained.append((event, visits[-1] if visits else None))
        return True

    def _count(self, grown: dict[tuple[int, Part], Tally], part: Part, events: Iterable[ContactEvent], sign: int) -> None:
        for event in events:
            goal = self._counting.goal_of(part.queue, part.channel, event.at)
            tally = grown.setdefault((event.at - event.at % QUARTER_MS, part), Tally())
            if sign > 0:
                _count_into(tally, event, goal, self._counting.counts)
                continue
            gone = Tally()
            _count_into(gone, event, goal, self._counting.counts)
            for name, amount in gone.counts.items():
                tally.add(name, -amount)


def _count_into(tally: Tally, event: ContactEvent, goal: QueueGoal, counts: Counts) -> None:
    for count in counts[event.type]:
        count(event, goal, tally)


def _visit_of(visits: list[Contact], event: ContactEvent) -> tuple[Contact, bool]:
    """The newest visit that began by then, else the first one; a second offer begins another. Whether it is a new one."""
    if event.type is ContactEventType.OFFERED:
        fitting = [visit for visit in visits if _takes_offer(visit, event.at)]
    else:
        fitting = [visit for visit in visits if visit.at <= event.at] or visits[:1]
    if fitting:
        return fitting[-1], False
    visit = begun(event)
    insort(visits, visit, key=attrgetter("at"))
    return visit, True


def _takes_offer(visit: Contact, at: int) -> bool:
    """Whether this is the offer that the visit began with; two visits never begin at one instant."""
    if visit.offered_at is None:
        return visit.left_at is None or visit.left_at >= at
    return at in (visit.offered_at, visit.at)


def _part(visit: Contact) -> Part:
    return Part(visit.queue, visit.channel, visit.business_line or "", visit.segment or "", visit.category or "")


def _part_of_complaint(event: ContactEvent, visit: Contact | None) -> Part:
    """A complaint's own words come first: a call about one thing may end in a complaint about another."""
    told: Any = visit or event
    return Part(
        event.queue,
        event.channel,
        event.business_line or told.business_line or "",
        event.segment or told.segment or "",
        event.category or told.category or "",
    )
