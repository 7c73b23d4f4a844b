"""What happened to single contacts, made into events again from the tables of contacts and complaints.

In: a site and a stretch of time (epoch ms, the end is left out). Out: events a fold counts as it counted the first ones. Their
source is told apart from live ones; what the tables do not keep, such as who told it, is not in them.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import func, or_, select

from pulse.kpi.records import Channel, ContactEvent, ContactEventType, Rating, RatingScale
from sql.contact_tables import ComplaintRow, ContactRow
from sql.session import Database

SOURCE = "contacts"
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
_Facts = dict[str, object]


class PastEvents:
    """The events of one site's contacts."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site

    def events(self, start: int, end: int) -> Iterator[ContactEvent]:
        """The events in [start, end), in any order, and the offers before of contacts that still waited at `start`."""
        for row in self._contacts(start, end):
            waits = row.offered_at is not None and row.offered_at < start and (row.left_at is None or row.left_at >= start)
            for event in _events_of(row):
                if start <= event.at < end or (waits and event.type is ContactEventType.OFFERED):
                    yield event
        yield from self._complaints(start, end)

    def first_at(self) -> int | None:
        """The first instant (epoch ms) of which a contact is known; None where none is."""
        with self._database.read() as session:
            return session.scalar(select(func.min(ContactRow.at)).where(ContactRow.site == self._site))

    def _contacts(self, start: int, end: int) -> Iterator[ContactRow]:
        touched = or_(ContactRow.left_at.is_(None), *(instant >= start for instant in _INSTANTS))
        query = select(ContactRow).where(
            ContactRow.site == self._site, ContactRow.at >= start - _LONGEST_OPEN_MS, ContactRow.at < end, touched
        )
        with self._database.read() as session:
            yield from session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE))

    def _complaints(self, start: int, end: int) -> Iterator[ContactEvent]:
        query = select(ComplaintRow).where(ComplaintRow.site == self._site, ComplaintRow.at >= start, ComplaintRow.at < end)
        with self._database.read() as session:
            yield from map(_complaint, session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE)))


def _events_of(row: ContactRow) -> Iterator[ContactEvent]:
    refused = row.outcome == ContactEventType.REFUSED
    told: list[tuple[int | None, ContactEventType | None, _Facts]] = [
        (row.offered_at, ContactEventType.OFFERED, {}),
        (row.left_at or (row.at if refused else None), _outcome(row), {"wait_s": row.wait_s}),
        (row.first_reply_at, ContactEventType.FIRST_REPLY, {"wait_s": row.first_reply_s}),
        (row.transferred_at, ContactEventType.TRANSFERRED, {}),
        (row.completed_at, ContactEventType.COMPLETED, {"talk_s": row.talk_s, "hold_s": row.hold_s, "acw_s": row.acw_s}),
        (row.resolved_at, ContactEventType.RESOLVED, {"wait_s": row.resolution_s}),
        (row.reopened_at, ContactEventType.REOPENED, {}),
    ]
    make = _maker(row)
    yield from (make(at, type_, facts) for at, type_, facts in told if at is not None and type_ is not None)
    if row.rated_at is not None:
        ratings = ((RatingScale.CSAT_5, row.csat), (RatingScale.NPS_10, row.nps))
        yield from (
            make(row.rated_at, ContactEventType.RATED, {"rating": Rating(scale, value)}) for scale, value in ratings if value is not None
        )


def _outcome(row: ContactRow) -> ContactEventType | None:
    return None if row.outcome is None else ContactEventType(row.outcome)


def _maker(row: ContactRow) -> Callable[[int, ContactEventType, _Facts], ContactEvent]:
    def make(at: int, type_: ContactEventType, facts: _Facts) -> ContactEvent:
        scale = getattr(facts.get("rating"), "scale", "")
        return ContactEvent(
            site=row.site,
            source=SOURCE,
            event_id=f"{row.contact_id}|{row.queue}|{row.at}|{type_}|{scale}",
            contact_id=row.contact_id,
            queue=row.queue,
            channel=Channel(row.channel),
            at=at,
            type=type_,
            agent=row.agent,
            priority=row.priority,
            segment=row.segment,
            business_line=row.business_line,
            category=row.category,
            attributes=row.attributes,
            **facts,  # type: ignore[arg-type]
        )

    return make


def _complaint(row: ComplaintRow) -> ContactEvent:
    return ContactEvent(
        site=row.site,
        source=SOURCE,
        event_id=row.event_id,
        contact_id=row.contact_id,
        queue=row.queue,
        channel=Channel(row.channel),
        at=row.at,
        type=ContactEventType.COMPLAINT,
        priority=row.priority,
        segment=row.segment,
        business_line=row.business_line,
        category=row.category,
        level=row.level,
        sentiment=row.sentiment,
        attributes=row.attributes,
    )
