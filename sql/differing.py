"""The single contacts of a stretch of time that not every formula of the service level takes for the same.

In: a site, a stretch (epoch ms, the end is left out), what each queue promised then. Out: contacts by their ids, never with a text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.reconciliation import Kind, is_disputed, kind_of
from sql.contact_tables import ContactRow
from sql.session import Database

_LONGEST_WAIT_MS = 30 * 24 * 3_600_000
"""A contact that came longer before is not looked for."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One contact, and as what it left its queue."""

    contact_id: str
    queue: str
    left_at: int
    wait_s: float | None
    kind: Kind


def differing(
    database: Database, site: str, span: tuple[int, int], goal_of: Callable[[str, Channel], QueueGoal], queues: Sequence[str] = ()
) -> list[Differing]:
    """The contacts that left in the span and are judged differently, by when they left; of some queues, or of all where none is given."""
    start, end = span
    query = select(ContactRow).where(
        ContactRow.site == site,
        ContactRow.at >= start - _LONGEST_WAIT_MS,
        ContactRow.at < end,
        ContactRow.left_at >= start,
        ContactRow.left_at < end,
        ContactRow.outcome == "abandoned",
    )
    if queues:
        query = query.where(ContactRow.queue.in_(queues))
    with database.read() as session:
        rows = session.scalars(query.order_by(ContactRow.left_at, ContactRow.contact_id)).all()
    found = (_differing(row, goal_of(row.queue, Channel(row.channel))) for row in rows)
    return [one for one in found if is_disputed(one.kind)]


def _differing(row: ContactRow, goal: QueueGoal) -> Differing:
    return Differing(row.contact_id, row.queue, row.left_at or row.at, row.wait_s, kind_of("abandoned", row.wait_s, goal))
