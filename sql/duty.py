"""The tables of what people must do and hear beside alerts: hand-overs, notices, reminders, and that alerting itself was late.

In: nothing. Out: typed table classes, as in sql.models.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, and_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import Base, ByLanguage, Identity, Instant, Name, Word

_Map = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Notice(Base):
    """One message, to one channel, that is about no single alert; its key is the same however often it is tried."""

    __tablename__ = "notices"
    id: Mapped[Identity]
    site: Mapped[Name]
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Name]
    payload: Mapped[dict[str, Any]] = mapped_column(_Map)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    last_body_code: Mapped[str | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[int | None] = mapped_column(BigInteger)
    given_up_at: Mapped[int | None] = mapped_column(BigInteger)


_NOTICE_WAITS = and_(Notice.sent_at.is_(None), Notice.given_up_at.is_(None))
Index("ix_notices_due", Notice.site, Notice.channel, Notice.due_at, sqlite_where=_NOTICE_WAITS, postgresql_where=_NOTICE_WAITS)


class HandOver(Base):
    """One shift handed over: its sheet never changes, each of the marks is set once."""

    __tablename__ = "hand_overs"
    __table_args__ = (Index("ix_hand_overs_shift", "site", "to_start"), Index("ix_hand_overs_due", "site", "due_at"))
    id: Mapped[Identity]
    site: Mapped[Name]
    to_start: Mapped[int | None] = mapped_column(BigInteger)
    """When the shift begins that takes over; None where the site has no shifts."""
    to_end: Mapped[int | None] = mapped_column(BigInteger)
    sheet: Mapped[dict[str, Any]] = mapped_column(_Map)
    offered_by: Mapped[Name]
    offered_at: Mapped[Instant]
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it is told next that nobody accepted it; None where it is not told."""
    told: Mapped[int] = mapped_column(default=0)
    """How often it was."""
    accepted_by: Mapped[str | None]
    accepted_at: Mapped[int | None] = mapped_column(BigInteger)
    replaced_at: Mapped[int | None] = mapped_column(BigInteger)
    """When a newer one took its place before anybody accepted it."""


_OFFERED = and_(HandOver.accepted_at.is_(None), HandOver.replaced_at.is_(None))
Index("ux_hand_overs_one_offered", HandOver.site, unique=True, sqlite_where=_OFFERED, postgresql_where=_OFFERED)


class AuditFinding(Base):
    """That alerting itself was late, from when until when; each of the marks is set once."""

    __tablename__ = "audit_findings"
    id: Mapped[Identity]
    site: Mapped[Name]
    kind: Mapped[Word]
    since: Mapped[Instant]
    why: Mapped[ByLanguage]
    found_at: Mapped[Instant]
    claimed_at: Mapped[int | None] = mapped_column(BigInteger)
    """When a process last began to tell of it."""
    told_at: Mapped[int | None] = mapped_column(BigInteger)
    over_at: Mapped[int | None] = mapped_column(BigInteger)
    over_told_at: Mapped[int | None] = mapped_column(BigInteger)


_FOUND = AuditFinding.over_at.is_(None)
Index("ux_audit_findings_one_standing", AuditFinding.site, AuditFinding.kind, unique=True, sqlite_where=_FOUND, postgresql_where=_FOUND)


class GivenReminder(Base):
    """That somebody was reminded of something, so that nobody is twice."""

    __tablename__ = "given_reminders"
    key: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[Name]
    at: Mapped[Instant]
