"""The tables: what watch must not forget, history, incidents, the event log and the messages still to be sent.

In: nothing. Out: typed table classes for SQLite and PostgreSQL; instants are UTC epoch ms.
"""

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, and_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 6
"""Grows with each file in sql/migrations/."""

_Map = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_Written = JSON(none_as_null=True)
"""A map that is read whole or not at all: PostgreSQL keeps it as it was written, in half the time it takes to lay out a `_Map`."""
_RowId = BigInteger().with_variant(Integer, "sqlite")

BY_MONTH = {"postgresql_partition_by": "RANGE (at)"}
"""How a large table is laid out on PostgreSQL: its rows by month, see sql/partitions.py."""
Instant = Annotated[int, mapped_column(BigInteger)]
# No length: SQLite never looked at one, and nothing that is written may fail for it on PostgreSQL.
Name = Annotated[str, mapped_column(String)]
Word = Annotated[str, mapped_column(String)]
Identity = Annotated[int, mapped_column(_RowId, primary_key=True, autoincrement=True)]
ByLanguage = Annotated[dict[str, str], mapped_column(_Map)]
ByName = Annotated[dict[str, str], mapped_column(_Map)]


class Base(DeclarativeBase):
    """All tables."""


class SchemaVersion(Base):
    """The one row that says how the tables are laid out."""

    __tablename__ = "schema_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class Checkpoint(Base):
    """How far the fold has come, and what it knew there."""

    __tablename__ = "checkpoint"
    site: Mapped[Name] = mapped_column(primary_key=True)
    stream_id: Mapped[Word]
    at: Mapped[Instant]
    state: Mapped[bytes] = mapped_column(LargeBinary)


class SeenIds(Base):
    """A compressed list of event ids that have been counted, by the hour (epoch ms // 3,600,000) they belong to."""

    __tablename__ = "seen_ids"
    __table_args__ = (Index("ix_seen_ids_site_hour", "site", "hour"),)
    id: Mapped[Identity]
    site: Mapped[Name]
    hour: Mapped[int]
    ids: Mapped[bytes] = mapped_column(LargeBinary)


class Minute(Base):
    """What all queues counted in one minute: by queue and channel a `Tally`."""

    __tablename__ = "minutes"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    queues: Mapped[dict[str, Any]] = mapped_column(_Written)


class HourlyCount(Base):
    """Counts by hour of what detectors compare over weeks, so that they need not read every minute."""

    __tablename__ = "hourly_counts"
    site: Mapped[Name] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[Name] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class BoardMinute(Base):
    """The Board of one minute, compressed."""

    __tablename__ = "board_minutes"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    board: Mapped[bytes] = mapped_column(LargeBinary)


class IssuedToken(Base):
    """One wall token that was given out; it stands while it is neither over nor revoked."""

    __tablename__ = "wall_tokens"
    id: Mapped[Word] = mapped_column(primary_key=True)
    site: Mapped[Name] = mapped_column(index=True)
    label: Mapped[Name]
    layouts: Mapped[list[str]] = mapped_column(_Map)
    """None named means all."""
    sees_names: Mapped[bool]
    created_by: Mapped[Name]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)


class SignalState(Base):
    """What the signal machine knows of one rule in one scope."""

    __tablename__ = "signal_states"
    site: Mapped[Name] = mapped_column(primary_key=True)
    rule: Mapped[Name] = mapped_column(primary_key=True)
    scope: Mapped[Name] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(_Map)


class SilenceRow(Base):
    """What somebody wants to hear nothing of until its end; it is lifted, never deleted."""

    __tablename__ = "silences"
    id: Mapped[Identity]
    site: Mapped[Name] = mapped_column(index=True)
    rule: Mapped[Name]
    scope: Mapped[Name]
    """Both may hold * and ?."""
    level: Mapped[int]
    """The gravest level it hides."""
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    comment: Mapped[str] = mapped_column(Text)
    who: Mapped[Name]
    made_at: Mapped[Instant]
    lifted_at: Mapped[int | None] = mapped_column(BigInteger)
    lifted_by: Mapped[str | None]


class Incident(Base):
    """One piece of work; `version` grows whenever its work, owner or level changes."""

    __tablename__ = "incidents"
    id: Mapped[Identity]
    version: Mapped[int] = mapped_column(default=1)
    site: Mapped[Name]
    rule: Mapped[Name]
    kind: Mapped[Word]
    scope: Mapped[Name]
    level: Mapped[int]
    worst_level: Mapped[int] = mapped_column(default=3, server_default="3")
    """The gravest it ever had: it says who may close it."""
    escalated_level: Mapped[int | None]
    """What people raised it to: the machine takes it no lower."""
    signal: Mapped[Word]
    work: Mapped[Word]
    no_data: Mapped[bool] = mapped_column(default=False)
    title: Mapped[ByLanguage]
    why: Mapped[ByLanguage]
    value: Mapped[float | None] = mapped_column(Float)
    threshold: Mapped[float | None] = mapped_column(Float)
    contributors: Mapped[list[dict[str, Any]]] = mapped_column(_Map)
    runbook: Mapped[str | None] = mapped_column(Text)
    drill: Mapped[bool] = mapped_column(default=False)
    drill_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """The drill it belongs to; None for a real one."""
    opened_at: Mapped[Instant]
    acknowledge_by: Mapped[int | None] = mapped_column(BigInteger)
    owner: Mapped[str | None]
    raises: Mapped[int] = mapped_column(default=1)
    """How often its signal was raised or became graver: it numbers what is told. How often it was raised says the log."""
    owned_until: Mapped[int | None] = mapped_column(BigInteger)
    """When its owner's shift ends; None where it does not."""
    inhibited_by: Mapped[int | None] = mapped_column(BigInteger)
    """The incident that keeps it quiet."""
    escalation_step: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many steps of its escalation were taken."""
    escalation_due_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """When the next one is due; None where none is."""
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    cause: Mapped[str | None]


def is_open() -> ColumnElement[bool]:
    """Whether an incident is neither closed nor, after that, reviewed."""
    return and_(Incident.work != "closed", Incident.work != "reviewed")


def belongs_to(drill_id: int | None) -> ColumnElement[bool]:
    """Whether an incident is one of a drill, or a real one where none is given."""
    return Incident.drill_id.is_(None) if drill_id is None else Incident.drill_id == drill_id


def shelf_of(site: str, drill_id: int | None) -> str:
    """Under which site signal states are kept: those of a drill apart, for a site's own name holds no such sign."""
    return site if drill_id is None else f"{site}#{drill_id}"


Index(
    "ux_incidents_one_open",
    Incident.site,
    Incident.rule,
    Incident.scope,
    Incident.drill,
    unique=True,
    sqlite_where=is_open(),
    postgresql_where=is_open(),
)


class Transition(Base):
    """One line of the event log; never changed, never deleted by a person."""

    __tablename__ = "transitions"
    id: Mapped[Identity]
    site: Mapped[Name]
    at: Mapped[Instant]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    """None for a line about something else, such as a silence."""
    kind: Mapped[Word]
    """What moved: signal, work, owner, level, comment, no_data, mute, flapping, delivery, escalation, silence, statement, postmortem …"""
    who: Mapped[Name]
    from_state: Mapped[Word]
    to_state: Mapped[Word]
    why: Mapped[ByLanguage]
    comment: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str | None]
    """From where it was done: console, cli and so on; None for the machine itself."""
    hash: Mapped[str | None]
    """Of this line and the hash of the one before it; None on lines older than the chain."""


class LogEnd(Base):
    """The newest hash of a site's event log, and how many lines are chained: a line cut off at the end is missed too."""

    __tablename__ = "log_ends"
    site: Mapped[Name] = mapped_column(primary_key=True)
    hash: Mapped[str]
    lines: Mapped[int]


class WatchLease(Base):
    """Who folds and decides for a site; only the holder of the highest number writes."""

    __tablename__ = "watch_leases"
    site: Mapped[Name] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    """The fencing number: one more with each who takes the lease."""
    beat: Mapped[int] = mapped_column(BigInteger)
    """Moves on while the holder lives; no clock is compared with another's."""
    holder: Mapped[Name]
    place: Mapped[str | None]
    """The lock file by which others on the holder's machine see whether it lives; None once it let go of the lease."""


class OutboxMessage(Base):
    """One message to one channel; its key is the same however often it is tried."""

    __tablename__ = "outbox"
    id: Mapped[Identity]
    site: Mapped[Name]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Name]
    level: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(_Map)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    batch: Mapped[str | None]
    """The key of the one message that tells of it together with others; None where it is told by itself."""
    attempts: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    last_body_code: Mapped[str | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[int | None] = mapped_column(BigInteger)
    given_up_at: Mapped[int | None] = mapped_column(BigInteger)


_PENDING = and_(OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None))
Index("ix_outbox_due", OutboxMessage.site, OutboxMessage.channel, OutboxMessage.due_at, sqlite_where=_PENDING, postgresql_where=_PENDING)


class DeliveryAttempt(Base):
    """One try to deliver a message, and what came of it."""

    __tablename__ = "delivery_attempts"
    id: Mapped[Identity]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    at: Mapped[Instant]
    status: Mapped[int | None]
    body_code: Mapped[str | None]
    error: Mapped[str | None]


class DocumentVersion(Base):
    """One version of a text that a page edits; a version never changes."""

    __tablename__ = "document_versions"
    site: Mapped[Name] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    who: Mapped[Name]
    at: Mapped[Instant]


class StatementVersion(Base):
    """One version of what an audience is told of an incident; its text never changes, each of the marks is set once."""

    __tablename__ = "statement_versions"
    __table_args__ = (UniqueConstraint("incident_id", "audience", "version"),)
    id: Mapped[Identity]
    site: Mapped[Name]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    audience: Mapped[Word]
    version: Mapped[int]
    text: Mapped[ByLanguage]
    drafted_by: Mapped[Name]
    drafted_at: Mapped[Instant]
    approved_by: Mapped[str | None]
    approved_at: Mapped[int | None] = mapped_column(BigInteger)
    sent_by: Mapped[str | None]
    sent_at: Mapped[int | None] = mapped_column(BigInteger)
    channels: Mapped[list[str]] = mapped_column(_Map, default=list)
    """To which it was sent."""


class PostMortemVersion(Base):
    """One version of what was learnt from an incident; a version never changes."""

    __tablename__ = "postmortem_versions"
    __table_args__ = (UniqueConstraint("incident_id", "version"),)
    id: Mapped[Identity]
    site: Mapped[Name]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(_Map)
    who: Mapped[Name]
    at: Mapped[Instant]


class FollowUp(Base):
    """One thing that somebody is to do so that an incident does not come again."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_due", "site", "state", "due_at"),)
    id: Mapped[Identity]
    site: Mapped[Name]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[Name]
    due_at: Mapped[Instant]
    """The end of its day."""
    state: Mapped[Word]
    made_by: Mapped[Name]
    made_at: Mapped[Instant]
    ended_by: Mapped[str | None]
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class ToldAlert(Base):
    """One alert that a program outside told of, by the fingerprint of its labels, as it was told last."""

    __tablename__ = "external_alerts"
    site: Mapped[Name] = mapped_column(primary_key=True)
    fingerprint: Mapped[Word] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    """How often it was told."""
    labels: Mapped[ByName]
    annotations: Mapped[ByName]
    link: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[Instant]
    told_at: Mapped[Instant]
    valid_until: Mapped[Instant]
    """How long the client's word is good for."""
    over_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it ended, as the client said."""
