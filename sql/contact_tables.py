"""The tables of single contacts: what happened to each in each queue, what customers complained about, where people's time went.

All of it is redacted, a customer is a keyed hash; it is what numbers are traced back to, and it is deleted on schedule.
"""

from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import BY_MONTH, Base, ByName, Identity, Instant, Name, Word, _Map


class ContactRow(Base):
    """One visit of a contact to a queue; instants are epoch ms, None where nothing of the kind was told."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_contact", "site", "contact_id"),
        Index("ix_contacts_customer", "site", "customer", "at"),
        BY_MONTH,
    )
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    """The first instant that was told of the visit."""
    contact_id: Mapped[Name] = mapped_column(primary_key=True)
    queue: Mapped[Name] = mapped_column(primary_key=True)
    channel: Mapped[Word]
    offered_at: Mapped[int | None] = mapped_column(BigInteger)
    left_at: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None]
    """How it left the queue: answered, abandoned, overflowed, withdrawn, lost, callback_requested; refused where it never entered."""
    wait_s: Mapped[float | None]
    completed_at: Mapped[int | None] = mapped_column(BigInteger)
    talk_s: Mapped[float | None]
    hold_s: Mapped[float | None]
    acw_s: Mapped[float | None]
    agent: Mapped[str | None]
    transferred_at: Mapped[int | None] = mapped_column(BigInteger)
    first_reply_at: Mapped[int | None] = mapped_column(BigInteger)
    first_reply_s: Mapped[float | None]
    resolved_at: Mapped[int | None] = mapped_column(BigInteger)
    resolution_s: Mapped[float | None]
    reopened_at: Mapped[int | None] = mapped_column(BigInteger)
    rated_at: Mapped[int | None] = mapped_column(BigInteger)
    csat: Mapped[float | None]
    """1 to 5."""
    nps: Mapped[float | None]
    """0 to 10."""
    customer: Mapped[str | None]
    segment: Mapped[str | None]
    business_line: Mapped[str | None]
    category: Mapped[str | None]
    priority: Mapped[int | None]
    attributes: Mapped[ByName]
    more: Mapped[list[Any] | None] = mapped_column(_Map)
    """What else was told of the visit: a second wait, a second rating. None where there is nothing."""


class ComplaintRow(Base):
    """One complaint, its words redacted."""

    __tablename__ = "complaints"
    __table_args__ = (
        Index("ix_complaints_contact", "site", "contact_id"),
        Index("ix_complaints_customer", "site", "customer", "at"),
        BY_MONTH,
    )
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    event_id: Mapped[Name] = mapped_column(primary_key=True)
    contact_id: Mapped[Name]
    queue: Mapped[Name]
    channel: Mapped[Word]
    category: Mapped[str | None]
    business_line: Mapped[str | None]
    level: Mapped[str | None]
    priority: Mapped[int | None]
    segment: Mapped[str | None]
    sentiment: Mapped[float | None]
    customer: Mapped[str | None]
    text: Mapped[str | None] = mapped_column(Text)
    attributes: Mapped[ByName]


class AgentTime(Base):
    """How long somebody was in a state in one quarter of an hour."""

    __tablename__ = "agent_time"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    agent: Mapped[Name] = mapped_column(primary_key=True)
    state: Mapped[Word] = mapped_column(primary_key=True)
    reason: Mapped[Name] = mapped_column(primary_key=True)
    """Empty where none was told."""
    ms: Mapped[int] = mapped_column(BigInteger)


class Unfiled(Base):
    """Events that were counted and are not filed by contact yet, as one list of records."""

    __tablename__ = "unfiled_events"
    id: Mapped[Identity]
    site: Mapped[Name] = mapped_column(index=True)
    events: Mapped[bytes] = mapped_column(LargeBinary)


class Backfill(Base):
    """How far a file was taken into history."""

    __tablename__ = "backfills"
    site: Mapped[Name] = mapped_column(primary_key=True)
    sha: Mapped[Word] = mapped_column(primary_key=True)
    """Of the file's content."""
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(BigInteger)
    """How many records of it were taken in or found to be known."""
    added: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the fold knew there; None once the file is done."""
    facts: Mapped[dict[str, Any]] = mapped_column(_Map)
    began_at: Mapped[Instant]
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
