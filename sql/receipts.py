"""Receipts: every message there is, what became of it, and each try to deliver it; the newest first.

In: a site and what is looked for. Out: messages about alerts and about no single alert alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from sql.duty import Notice
from sql.models import DeliveryAttempt, OutboxMessage
from sql.session import Database

MOST = 200


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    WAITING = "waiting"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Try:
    """One try to deliver a message."""

    at: int
    status: int | None
    body_code: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One message to one channel; instants are epoch ms."""

    id: int
    incident_id: int | None
    """None for a notice, which is about no single alert."""
    channel: str
    level: int | None
    payload: dict[str, Any]
    created_at: int
    sent_at: int | None
    given_up_at: int | None
    attempts: int
    tries: tuple[Try, ...]
    """Of a notice only the last is kept."""
    is_batched: bool = False
    """Whether one message told of it together with others."""

    @property
    def fate(self) -> Fate:
        """What became of it."""
        if self.sent_at is not None:
            return Fate.SENT
        return Fate.WAITING if self.given_up_at is None else Fate.GIVEN_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which are looked for; None means any."""

    incident_id: int | None = None
    channel: str | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The newest of them, and how many there are."""

    receipts: Sequence[Receipt]
    total: int


def find_receipts(database: Database, site: str, wanted: Wanted, most: int = MOST) -> Found:
    """At most so many of the messages that are looked for."""
    with database.read() as session:
        found, total = _messages(session, site, wanted, most)
        if wanted.incident_id is None:
            notices, more = _notices(session, site, wanted, most)
            found, total = found + notices, total + more
    newest = sorted(found, key=lambda one: (one.created_at, one.incident_id is not None, one.id), reverse=True)
    return Found(newest[:most], total)


def channels_seen(database: Database, site: str) -> list[str]:
    """Every channel that ever had a message."""
    with database.read() as session:
        tables = (OutboxMessage, Notice)
        return sorted({name for table in tables for name in session.scalars(select(table.channel).where(table.site == site).distinct())})


def _messages(session: Session, site: str, wanted: Wanted, most: int) -> tuple[list[Receipt], int]:
    conditions = _conditions(OutboxMessage, site, wanted)
    if wanted.incident_id is not None:
        conditions.append(OutboxMessage.incident_id == wanted.incident_id)
    rows = session.scalars(select(OutboxMessage).where(*conditions).order_by(OutboxMessage.id.desc()).limit(most)).all()
    tries = _tries(session, [row.id for row in rows])
    total = session.scalar(select(func.count()).select_from(OutboxMessage).where(*conditions)) or 0
    return [_receipt(row, row.incident_id, row.level, tries.get(row.id, ())) for row in rows], total


def _notices(session: Session, site: str, wanted: Wanted, most: int) -> tuple[list[Receipt], int]:
    conditions = _conditions(Notice, site, wanted)
    rows = session.scalars(select(Notice).where(*conditions).order_by(Notice.id.desc()).limit(most)).all()
    total = session.scalar(select(func.count()).select_from(Notice).where(*conditions)) or 0
    return [_receipt(row, None, None, _last(row)) for row in rows], total


def _conditions(table: type[OutboxMessage] | type[Notice], site: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.site == site]
    if wanted.channel is not None:
        found.append(table.channel == wanted.channel)
    sent, lost = table.sent_at.is_not(None), table.given_up_at.is_not(None)
    match wanted.fate:
        case Fate.SENT:
            found.append(sent)
        case Fate.WAITING:
            found += [~sent, ~lost]
        case Fate.GIVEN_UP:
            found += [~sent, lost]
    return found


def _tries(session: Session, ids: Sequence[int]) -> dict[int, tuple[Try, ...]]:
    query = select(DeliveryAttempt).where(DeliveryAttempt.message_id.in_(ids)).order_by(DeliveryAttempt.id)
    found: dict[int, tuple[Try, ...]] = {}
    for row in session.scalars(query):
        found[row.message_id] = (*found.get(row.message_id, ()), Try(row.at, row.status, row.body_code, row.error))
    return found


def _last(row: Notice) -> tuple[Try, ...]:
    ended_at = row.sent_at or row.given_up_at
    if not row.attempts or (ended_at is None and row.last_error is None):
        return ()
    return (Try(ended_at or row.due_at, row.last_status, row.last_body_code, row.last_error),)


def _receipt(row: OutboxMessage | Notice, incident_id: int | None, level: int | None, tries: tuple[Try, ...]) -> Receipt:
    return Receipt(
        id=row.id,
        incident_id=incident_id,
        channel=row.channel,
        level=level,
        payload=row.payload,
        created_at=row.created_at,
        sent_at=row.sent_at,
        given_up_at=row.given_up_at,
        attempts=row.attempts,
        tries=tries,
        is_batched=isinstance(row, OutboxMessage) and row.batch is not None,
    )
