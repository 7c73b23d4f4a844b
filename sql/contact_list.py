"""Lists single contacts in the order of time, a page at a time: who reads a year of them never holds more than a page.

In: a site, a stretch of time (epoch ms, the end is left out) and what is looked for. Out: visits, and what was complained about in them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Select, select, tuple_

from sql.contact_tables import ComplaintRow, ContactRow
from sql.parts import parts
from sql.session import Database


class Place(NamedTuple):
    """Where a visit stands in the list."""

    at: int
    contact_id: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What contacts are looked for; None means any."""

    start: int
    end: int
    queue: str | None = None
    channel: str | None = None
    outcome: str | None = None
    business_line: str | None = None
    segment: str | None = None
    category: str | None = None
    after: Place | None = None
    """The visit behind which the list begins."""


Complaints = dict[tuple[str, str], list[ComplaintRow]]
"""By contact and queue, the oldest first."""


def contacts_page(database: Database, site: str, wanted: Wanted, most: int) -> Sequence[ContactRow]:
    """The first visits of the list, at most so many."""
    query = _matching(site, wanted).order_by(ContactRow.at, ContactRow.contact_id, ContactRow.queue).limit(most)
    with database.read() as session:
        return session.scalars(query).all()


def contact_pages(database: Database, site: str, wanted: Wanted, size: int) -> Iterator[Sequence[ContactRow]]:
    """The whole list, page by page; no session stays open in between."""
    while page := contacts_page(database, site, wanted, size):
        yield page
        wanted = replace(wanted, after=place_of(page[-1]))


def place_of(row: ContactRow) -> Place:
    """Where a visit stands in the list."""
    return Place(row.at, row.contact_id, row.queue)


def complaints_of(database: Database, site: str, rows: Sequence[ContactRow]) -> Complaints:
    """What was complained about in some visits; those of nobody are left out."""
    found: Complaints = {}
    with database.read() as session:
        for part in parts(sorted({row.contact_id for row in rows})):
            query = select(ComplaintRow).where(ComplaintRow.site == site, ComplaintRow.contact_id.in_(part)).order_by(ComplaintRow.at)
            for row in session.scalars(query):
                found.setdefault((row.contact_id, row.queue), []).append(row)
    return found


def _matching(site: str, wanted: Wanted) -> Select[ContactRow]:
    start = wanted.start if wanted.after is None else max(wanted.start, wanted.after.at)
    query = select(ContactRow).where(ContactRow.site == site, ContactRow.at >= start, ContactRow.at < wanted.end)
    if wanted.after is not None:
        query = query.where(tuple_(ContactRow.at, ContactRow.contact_id, ContactRow.queue) > tuple_(*wanted.after))
    same = {
        ContactRow.queue: wanted.queue,
        ContactRow.channel: wanted.channel,
        ContactRow.outcome: wanted.outcome,
        ContactRow.business_line: wanted.business_line,
        ContactRow.segment: wanted.segment,
        ContactRow.category: wanted.category,
    }
    return query.where(*(column == value for column, value in same.items() if value is not None))
