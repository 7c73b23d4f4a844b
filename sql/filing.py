"""Files what was counted by contact: the visits, the complaints, and what each part of a queue counted.

In: events that wait to be filed, or those of a file. Out: rows, in the transaction of whoever asks. Filing apart from the fold
keeps a burst of contacts from holding up the Board; a crash between the two loses nothing, for the events wait in a table.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from pulse.fence import Fenced
from pulse.kpi.contact import Contact
from pulse.kpi.filing import Counting, Filing, Part
from pulse.kpi.interval import MINUTE_MS, QUARTER_MS, IntervalRow
from pulse.kpi.records import LAST_INSTANT, Channel, ContactEvent, decode
from pulse.kpi.tally import Tally
from sql.bulk import Row, as_json_of, columns_of, insert_rows, put_rows, rows_of
from sql.contact_tables import ComplaintRow, ContactRow, Unfiled
from sql.contacts import contact_of
from sql.due import Grain, mark_hours_due
from sql.intervals import add_intervals
from sql.layers import as_text, in_columns, of_columns
from sql.partitions import make_ready
from sql.parts import parts, stretches
from sql.pseudonyms import Pseudonyms
from sql.repeats import first_filed, mark_now_known, mark_repeats
from sql.rollup_tables import Slice
from sql.session import Database, DatabaseLost

log = structlog.get_logger(__name__)
_MOST_AT_ONCE = 5
"""Lists of events; each is what was counted between two checkpoints, or a part of it."""
_COLUMNS = columns_of(ContactRow)
_SliceKey = tuple[int, Part]


class Files:
    """The files of one site."""

    def __init__(self, database: Database, site: str, counting: Counting, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._site = site
        self._counting = counting
        self._pseudonyms = pseudonyms
        self._aside: set[int] = set()

    def file_waiting(self) -> int:
        """Files events that wait, at most some thousands at once; how many there were, 0 where none waits.

        A list that cannot be filed is set aside until the next process tries it: it is not lost, and keeps no other waiting.
        """
        # Looked for without a turn to write, for most of the time there is none.
        with self._database.read() as session:
            first = session.scalar(self._waiting(Unfiled.id).limit(1))
        if first is None:
            return 0
        for lists in (_MOST_AT_ONCE, 1):
            try:
                with self._database.write() as session:
                    return self.file_some(session, lists)
            except (Fenced, *DatabaseLost):
                raise
            except Exception:
                log.exception("events_not_filed", first=first, lists=lists)
        self._aside.add(first)
        return 1

    def file_some(self, session: Session, lists: int = _MOST_AT_ONCE) -> int:
        """Files some of the events that wait, within a transaction; how many there were. Those a file had told are counted once."""
        found = session.execute(self._waiting(Unfiled.id, Unfiled.events).limit(lists)).all()
        events = [event for _, data in found for event in decode(data) if isinstance(event, ContactEvent)]
        new = {id(event) for event in self.file(session, events)}
        self._count_once(session, [event for event in events if id(event) not in new])
        session.execute(delete(Unfiled).where(Unfiled.id.in_([row_id for row_id, _ in found])))
        return len(events)

    def _waiting(self, *columns: Any) -> Select[Any]:
        return select(*columns).where(Unfiled.site == self._site, Unfiled.id.not_in(self._aside)).order_by(Unfiled.id)

    def _count_once(self, session: Session, known: Sequence[ContactEvent]) -> None:
        """Takes back what the fold counted of events that a file had brought into history before it."""
        rows: dict[tuple[int, str, Channel], Tally] = {}
        for event in known:
            # The fold counts by what is promised while it counts, however old an event is.
            tally, goal = Tally(), self._counting.goal_of(event.queue, event.channel, LAST_INSTANT)
            for count in self._counting.counts[event.type]:
                count(event, goal, tally)
            doubled = rows.setdefault((event.at - event.at % MINUTE_MS, event.queue, event.channel), Tally())
            for name, amount in tally.counts.items():
                doubled.add(name, -amount)
        add_intervals(session, self._site, [IntervalRow(*key, tally) for key, tally in rows.items()])

    def file(self, session: Session, events: Sequence[ContactEvent]) -> list[ContactEvent]:
        """Files events within a transaction; those that were not known before. Those of an erased customer stay nameless."""
        if not events:
            return []
        erased = self._pseudonyms.erased(session, self._site, sorted({event.contact_id for event in events}))
        nameless = self._pseudonyms.nameless(events, erased)
        contacts = sorted({event.contact_id for event in nameless})
        filing = Filing(self._contacts(session, contacts), self._complaints(session, contacts), self._counting)
        new = [event for event, told in zip(events, nameless, strict=True) if filing.file(told)]
        begun = first_filed(session, self._site)
        self._write(session, filing)
        self._add_slices(session, filing.slices())
        mark_now_known(session, self._site, begun)
        mark_repeats(session, self._site, (*filing.begun, *filing.changed), filing.related)
        return new

    def _contacts(self, session: Session, contacts: Sequence[str]) -> Iterable[Contact]:
        for part in parts(contacts):
            query = select(ContactRow.__table__).where(ContactRow.site == self._site, ContactRow.contact_id.in_(part))
            for row in session.execute(query).mappings():
                yield contact_of(dict(row))

    def _complaints(self, session: Session, contacts: Sequence[str]) -> Iterable[str]:
        for part in parts(contacts):
            query = select(ComplaintRow.event_id).where(ComplaintRow.site == self._site, ComplaintRow.contact_id.in_(part))
            yield from session.scalars(query)

    def _write(self, session: Session, filing: Filing) -> None:
        as_json = as_json_of(session)
        make_ready(session, ContactRow, (visit.at for visit in filing.begun))
        make_ready(session, ComplaintRow, (event.at for event, _ in filing.complaints))
        insert_rows(session, ContactRow, (_contact_row(self._site, visit, as_json) for visit in filing.begun))
        put_rows(session, ContactRow, (_contact_row(self._site, visit, as_json) for visit in filing.changed))
        insert_rows(session, ComplaintRow, (_complaint_row(self._site, event, visit, as_json) for event, visit in filing.complaints))

    def _add_slices(self, session: Session, grown: Mapping[_SliceKey, Tally]) -> None:
        as_json, stored = as_json_of(session), self._stored_slices(session, sorted({at for at, _ in grown}))
        new: list[Row] = []
        changed: list[Row] = []
        gone: list[Row] = []
        for (at, part), tally in grown.items():
            before = stored.get((at, part))
            if before is not None:
                tally.merge(before)
                tally.counts = {name: count for name, count in tally.counts.items() if count}
            row: Row = (self._site, Grain.QUARTER.value, at, *part)
            if tally:
                (new if before is None else changed).append((*row, *in_columns(tally, as_json)))
            else:
                gone.append(row)
        make_ready(session, Slice, {at for at, _ in grown})
        insert_rows(session, Slice, new)
        put_rows(session, Slice, changed)
        for row in gone:
            session.execute(delete(Slice).where(*(column == value for column, value in zip(_SLICE_KEY, row, strict=True))))
        mark_hours_due(session, self._site, {at for at, _ in grown})

    def _stored_slices(self, session: Session, quarters: Sequence[int]) -> dict[_SliceKey, Tally]:
        columns = select(Slice.at, *_PART, as_text(Slice.tally), as_text(Slice.spread))
        mine = columns.where(Slice.site == self._site, Slice.grain == Grain.QUARTER.value)
        found = {}
        for start, end in stretches(quarters, QUARTER_MS):
            query = mine.where(Slice.at >= start, Slice.at < end)
            for at, queue, channel, line, segment, category, stored, spread in rows_of(session, query):
                found[at, Part(queue, channel, line, segment, category)] = of_columns(stored, spread)
        return found


_PART = (Slice.queue, Slice.channel, Slice.business_line, Slice.segment, Slice.category)
_SLICE_KEY = (Slice.site, Slice.grain, Slice.at, *_PART)


def _contact_row(site: str, visit: Contact, as_json: Any) -> tuple[Any, ...]:
    more = None if visit.more is None else as_json(visit.more)
    given = {"site": site, "attributes": as_json(visit.attributes), "more": more}
    return tuple(given[name] if name in given else getattr(visit, name) for name in _COLUMNS)


def _complaint_row(site: str, event: ContactEvent, visit: Contact | None, as_json: Any) -> tuple[Any, ...]:
    customer = event.customer or (visit.customer if visit else None)
    segment = event.segment or (visit.segment if visit else None)
    facts = (event.contact_id, event.queue, event.channel, event.category, event.business_line, event.level, event.priority)
    return (site, event.at, event.event_id, *facts, segment, event.sentiment, customer, event.text, as_json(event.attributes))
