"""Reads single contacts and complaints: what a number is made of, and the events of a stretch made anew.

In: a site, a stretch of time (epoch ms, the end is left out) and what is looked for. Out: visits, complaints, events.
"""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pulse.kpi.contact import Contact, events_of
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from sql.contact_tables import ComplaintRow, ContactRow
from sql.filing import contact_of
from sql.session import Database

_REMADE = "history"
"""The source that events made anew name."""
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


def events_between(database: Database, site: str, start: int, end: int) -> list[ContactEvent]:
    """The events of contacts and complaints of a stretch, oldest first, made anew: they count as those that were told.

    Of a visit that had not left its queue when the stretch began, and began in the week before, the earlier events are there too.
    """
    with database.read() as session:
        visits = [event for visit in _visits(session, site, start, end) for event in events_of(visit, site, _REMADE) if event.at < end]
        return sorted([*visits, *_complaints(session, site, start, end)], key=lambda event: event.at)


def _visits(session: Session, site: str, start: int, end: int) -> Iterator[Contact]:
    since = start - 7 * 24 * 3_600_000
    happened = or_(*(instant >= start for instant in _INSTANTS), ContactRow.left_at.is_(None), ContactRow.more.is_not(None))
    query = select(ContactRow.__table__).where(ContactRow.site == site, ContactRow.at >= since, ContactRow.at < end, happened)
    for row in session.execute(query).mappings():
        yield contact_of(dict(row))


def _complaints(session: Session, site: str, start: int, end: int) -> Iterator[ContactEvent]:
    query = select(ComplaintRow).where(ComplaintRow.site == site, ComplaintRow.at >= start, ComplaintRow.at < end)
    for row in session.scalars(query):
        yield complaint_of(row)


def complaint_of(row: ComplaintRow) -> ContactEvent:
    """The event of a complaint."""
    return ContactEvent(
        site=row.site,
        source=_REMADE,
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
        text=row.text,
        customer=row.customer,
        attributes=row.attributes,
    )
