"""The tables of what a site holds on to: frozen days, what its figures meant and promised, and what people wrote beside a chart."""

from typing import Any

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import Base, ByLanguage, Identity, Instant, Name, Word, _Map


class SnapshotRow(Base):
    """One frozen day, week or month; it never changes, later corrections are found by comparing."""

    __tablename__ = "snapshots"
    site: Mapped[Name] = mapped_column(primary_key=True)
    edition: Mapped[Word] = mapped_column(primary_key=True)
    """daily, weekly or monthly."""
    day: Mapped[Word] = mapped_column(primary_key=True)
    """The first day it is about, as 2026-11-20."""
    frozen_at: Mapped[Instant]
    sha: Mapped[Word]
    """Of the content before it was compressed."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DefinitionVersion(Base):
    """What a figure meant, or what a scope promised, from a day on; a version never changes."""

    __tablename__ = "definition_versions"
    site: Mapped[Name] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    """kpi or goal."""
    name: Mapped[Name] = mapped_column(primary_key=True)
    """The name of a KPI; of a goal its scope, such as channel:voice."""
    version: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[Word]
    """The first day it holds for, as 2026-11-20."""
    content: Mapped[dict[str, Any]] = mapped_column(_Map)
    sha: Mapped[Word]
    owner: Mapped[str | None]
    first_seen_at: Mapped[Instant]


class Annotation(Base):
    """What somebody wrote beside an instant or a stretch of time: a release, a campaign; it is taken back, never deleted."""

    __tablename__ = "annotations"
    id: Mapped[Identity]
    site: Mapped[Name] = mapped_column(index=True)
    kind: Mapped[Word]
    at: Mapped[Instant]
    until: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[ByLanguage]
    who: Mapped[Name]
    made_at: Mapped[Instant]
    removed_by: Mapped[str | None]
    removed_at: Mapped[int | None] = mapped_column(BigInteger)


class ApiToken(Base):
    """One token by which a program may read; of its text only a hash is kept."""

    __tablename__ = "api_tokens"
    id: Mapped[Word] = mapped_column(primary_key=True)
    site: Mapped[Name] = mapped_column(index=True)
    label: Mapped[Name]
    sha: Mapped[Word]
    scopes: Mapped[list[str]] = mapped_column(_Map)
    created_by: Mapped[Name]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
