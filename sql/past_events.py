"""What happened to single contacts, made into events again from the tables of contacts and complaints.

In: a site and a stretch of time (epoch ms, the end is left out). Out: events a fold counts as it counted the first ones. Their
source is told apart from live ones; what the tables do not keep, such as who told it, is not in them.
"""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from pulse.kpi.contact import events_of
from pulse.kpi.records import ContactEvent, ContactEventType
from sql.contact_tables import ComplaintRow, ContactRow
from sql.contacts import SOURCE, complaint_of, contact_of
from sql.session import Database

_ROWS_AT_ONCE = 2000
_LONGEST_OPEN_MS = 30 * 24 * 3_600_000
"""A contact that came longer ago is not looked for among those that still wait."""
_INSTANTS = (
    ContactRow.offered_at,
    ContactRow.left_at,
    ContactRow.completed_at,
    ContactRow.transferred_at,
    ContactRow.first_reply_at,
    ContactRow.resolved_at,
    ContactRow.reopened_at,
    ContactRow.rated_at,
)


class PastEvents:
    """The events of one site's contacts."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site

    def events(self, start: int, end: int) -> Iterator[ContactEvent]:
        """The events in [start, end), in any order, and the offers before of contacts that still waited at `start`."""
        for row in self._contacts(start, end):
            waits = row.offered_at is not None and row.offered_at < start and (row.left_at is None or row.left_at >= start)
            for event in events_of(contact_of(vars(row)), self._site, SOURCE):
                if start <= event.at < end or (waits and event.type is ContactEventType.OFFERED):
                    yield event
        yield from self._complaints(start, end)

    def first_at(self) -> int | None:
        """The first instant (epoch ms) of which a contact is known; None where none is."""
        with self._database.read() as session:
            return session.scalar(select(func.min(ContactRow.at)).where(ContactRow.site == self._site))

    def _contacts(self, start: int, end: int) -> Iterator[ContactRow]:
        touched = or_(ContactRow.left_at.is_(None), ContactRow.more.is_not(None), *(instant >= start for instant in _INSTANTS))
        query = select(ContactRow).where(
            ContactRow.site == self._site, ContactRow.at >= start - _LONGEST_OPEN_MS, ContactRow.at < end, touched
        )
        with self._database.read() as session:
            yield from session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE))

    def _complaints(self, start: int, end: int) -> Iterator[ContactEvent]:
        query = select(ComplaintRow).where(ComplaintRow.site == self._site, ComplaintRow.at >= start, ComplaintRow.at < end)
        with self._database.read() as session:
            yield from map(complaint_of, session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE)))
