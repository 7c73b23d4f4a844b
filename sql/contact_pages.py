"""Single contacts and complaints behind a number, a page at a time, the oldest first.

In: a site, a stretch (epoch ms, the end is left out), what part of the site, what happened to them; the last row of the page before.
Out: rows, and where the next page begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from sql.contact_tables import ComplaintRow, ContactRow
from sql.session import Database

PAGE = 50
_BEGAN_WITHIN_MS = 7 * 86_400_000
"""What happened to a contact is looked for among those that began in the week before: so the index by time can be used."""
After = tuple[int, str, str]
"""Instant, contact and queue, or event, of the last row of a page."""
HAPPENED = {
    "offered": ContactRow.offered_at,
    "left": ContactRow.left_at,
    "first_reply": ContactRow.first_reply_at,
    "resolved": ContactRow.resolved_at,
    "reopened": ContactRow.reopened_at,
    "transferred": ContactRow.transferred_at,
    "completed": ContactRow.completed_at,
    "rated": ContactRow.rated_at,
}
"""What may have happened to a contact in the stretch, and the instant that says when."""
PARTS = ("queue", "channel", "business_line", "segment", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; `part` is one of PARTS or empty, an empty `value` of it was not told."""

    start: int
    end: int
    happened: str = "offered"
    outcome: str = ""
    """How it left its queue, such as abandoned; empty: however it did."""
    part: str = ""
    value: str = ""
    most: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows; `after` is None where there are no more."""

    rows: Sequence[Any]
    after: After | None


def contacts_page(database: Database, site: str, wanted: Wanted, after: After | None = None) -> Page:
    """Visits of contacts of which that happened in the stretch; one more than a page is read, to know whether there are more."""
    at, row = HAPPENED[wanted.happened], ContactRow
    began = (row.site == site, row.at >= wanted.start - _BEGAN_WITHIN_MS, row.at < wanted.end)
    query = select(row).where(*began, at >= wanted.start, at < wanted.end, *_of_part(row, wanted))
    if wanted.outcome:
        query = query.where(row.outcome == wanted.outcome)
    key = (row.at, row.contact_id, row.queue)
    return _page(database, (_behind(query, key, after), wanted.most), key, lambda found: (found.at, found.contact_id, found.queue))


def complaints_page(database: Database, site: str, wanted: Wanted, after: After | None = None) -> Page:
    """Complaints of the stretch."""
    row = ComplaintRow
    query = select(row).where(row.site == site, row.at >= wanted.start, row.at < wanted.end, *_of_part(row, wanted))
    key = (row.at, row.event_id, row.queue)
    return _page(database, (_behind(query, key, after), wanted.most), key, lambda found: (found.at, found.event_id, found.queue))


def _of_part(row: type[ContactRow] | type[ComplaintRow], wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    if wanted.part not in PARTS:
        return ()
    column = getattr(row, wanted.part)
    return (column == wanted.value,) if wanted.value else (column.is_(None),)


def _behind(query: Select[Any], key: tuple[Any, ...], after: After | None) -> Select[Any]:
    return query if after is None else query.where(tuple_(*key) > tuple_(*after))


def _page(database: Database, asked: tuple[Select[Any], int], key: tuple[Any, ...], key_of: Callable[[Any], After]) -> Page:
    query, most = asked
    with database.read() as session:
        rows = list(session.scalars(query.order_by(*key).limit(most + 1)))
    return Page(rows[:most], key_of(rows[most - 1]) if len(rows) > most else None)
