"""What is kept of one customer, known by a keyed hash: told whole, or erased.

In: the hash. Out: rows as plain values; or rows that lead to nobody any more, while what was counted stays counted.
"""

from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from pulse.text import Text
from sql.contact_tables import ComplaintRow, ContactRow
from sql.event_log import append
from sql.models import Transition
from sql.parts import parts
from sql.pseudonyms import Pseudonyms
from sql.session import Database

KIND = "privacy"
"""Of the lines in the event log."""
_HASH_BYTES = 16


def known_of(database: Database, site: str, customer: str) -> dict[str, list[dict[str, Any]]]:
    """Every contact and complaint of a customer, by table, oldest first; instants are epoch ms."""
    with database.read() as session:
        contacts = _contact_ids(session, site, customer)
        return {
            model.__tablename__: [
                {name: value for name, value in row.items() if value is not None}
                for row in _rows(session, model, _of(model, site, customer, contacts))
            ]
            for model in (ContactRow, ComplaintRow)
        }


def erase(database: Database, site: str, customer: str, pseudonyms: Pseudonyms, by: tuple[str, int]) -> int:
    """Takes the customer's hash, words and the ids of their contacts out of every row; how many rows there were.

    What the contacts counted, when they came and how they were served stays: it leads to nobody. `by` is who does it, and when (epoch ms).
    """
    with database.write() as session:
        contacts = _contact_ids(session, site, customer)
        # Their contacts stay those of one customer, or who came again would be counted otherwise; which one, nobody knows.
        somebody, count = token_hex(_HASH_BYTES), 0
        for contact_id in contacts:
            # An id of a source leads back to a person there.
            nobody = pseudonyms.of(contact_id)
            count += _rename(session, ContactRow, (site, contact_id), {"contact_id": nobody, "customer": somebody})
            complaints = select(ComplaintRow.event_id).where(ComplaintRow.site == site, ComplaintRow.contact_id == contact_id)
            for event_id in session.scalars(complaints).all():
                taken = {"contact_id": nobody, "event_id": pseudonyms.of(event_id), "customer": somebody, "text": None}
                count += _rename(session, ComplaintRow, (site, contact_id), taken, event_id)
        if count:
            who, at = by
            why = Text(f"one customer erased on request: {count} rows", f"应要求删除一位客户的数据：{count} 行")
            moved = {"kind": KIND, "from_state": "kept", "to_state": "erased"}
            append(session, Transition(site=site, at=at, who=who, why=why.by_language(), origin="cli", **moved))
    return count


def _rename(session: Session, model: Any, contact: tuple[str, str], taken: dict[str, Any], event_id: str | None = None) -> int:
    site, contact_id = contact
    mine = update(model).where(model.site == site, model.contact_id == contact_id)
    if event_id is not None:
        mine = mine.where(model.event_id == event_id)
    return len(session.scalars(mine.values(**taken).returning(model.contact_id)).all())


def _contact_ids(session: Session, site: str, customer: str) -> list[str]:
    """The contacts of which any row names the customer: other rows of the same contact may not."""
    found: set[str] = set()
    for model in (ContactRow, ComplaintRow):
        found.update(session.scalars(select(model.contact_id).where(model.site == site, model.customer == customer)))
    return sorted(found)


def _of(model: Any, site: str, customer: str, contacts: list[str]) -> ColumnElement[bool]:
    named = [model.contact_id.in_(part) for part in parts(contacts)]
    return and_(model.site == site, or_(model.customer == customer, *named))


def _rows(session: Session, model: Any, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(model.__table__).where(where).order_by(model.at)).mappings()]
