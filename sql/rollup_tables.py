"""The tables of history beyond the minute: sums by quarter of an hour, hour and day, and which of them are due to be formed anew.

A quarter and an hour are known by their first instant (UTC epoch ms); so is a day, which begins at the site's own midnight.
"""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import BY_MONTH, Base, Instant, Name, Word, _Map, _Written


class Rollup(Base):
    """What one queue counted in one quarter, hour or day."""

    __tablename__ = "rollups"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    grain: Mapped[Word] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    queue: Mapped[Name] = mapped_column(primary_key=True)
    channel: Mapped[Word] = mapped_column(primary_key=True)
    tally: Mapped[dict[str, Any]] = mapped_column(_Map)
    """Counts and peaks, as `Tally.as_map` has them, but for those of distributions."""
    spread: Mapped[dict[str, int] | None] = mapped_column(_Written)
    """The counts of distributions, by name and bucket: read only where a percentile is asked for."""


class Slice(Base):
    """What one part of a queue counted: the events that told line of business, segment or class; an empty word was not told."""

    __tablename__ = "slices"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    grain: Mapped[Word] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    queue: Mapped[Name] = mapped_column(primary_key=True)
    channel: Mapped[Word] = mapped_column(primary_key=True)
    business_line: Mapped[Name] = mapped_column(primary_key=True)
    segment: Mapped[Name] = mapped_column(primary_key=True)
    category: Mapped[Name] = mapped_column(primary_key=True)
    tally: Mapped[dict[str, Any]] = mapped_column(_Map)
    spread: Mapped[dict[str, int] | None] = mapped_column(_Written)


class Repeat(Base):
    """How many contacts of a part of a queue in one quarter followed another of the same customer, and how many none followed."""

    __tablename__ = "repeats"
    __table_args__ = BY_MONTH
    site: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    queue: Mapped[Name] = mapped_column(primary_key=True)
    channel: Mapped[Word] = mapped_column(primary_key=True)
    business_line: Mapped[Name] = mapped_column(primary_key=True)
    segment: Mapped[Name] = mapped_column(primary_key=True)
    category: Mapped[Name] = mapped_column(primary_key=True)
    tally: Mapped[dict[str, Any]] = mapped_column(_Map)


class RollupDue(Base):
    """A quarter, hour or day of which a finer row changed since its sum was formed; a quarter of which repeats are due to be counted."""

    __tablename__ = "rollups_due"
    site: Mapped[Name] = mapped_column(primary_key=True)
    grain: Mapped[Word] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)


class Pruned(Base):
    """Until when a site's minutes, or contacts, were deleted: what arrives for such a minute is added to its quarter at once."""

    __tablename__ = "pruned"
    site: Mapped[Name] = mapped_column(primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    until: Mapped[Instant]


Index("ix_slices_line", Slice.site, Slice.grain, Slice.business_line, Slice.at)
