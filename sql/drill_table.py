"""The table of drills; the alerts of a drill are in the tables of all alerts, marked with its id."""

from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sql.models import Base, Identity, Instant, Name, Word, _Map


class DrillRow(Base):
    """One drill: asked for, run, ended; what it came to is read from its incidents."""

    __tablename__ = "drills"
    __table_args__ = (UniqueConstraint("site", "name", "planned_for"),)
    id: Mapped[Identity]
    site: Mapped[Name] = mapped_column(index=True)
    name: Mapped[Name]
    scenario: Mapped[Word]
    state: Mapped[Word]
    limit_s: Mapped[float]
    """It ends so long after it began, whatever stands then."""
    queues: Mapped[list[str]] = mapped_column(_Map)
    """Where it is to play; none named means the scenario chooses."""
    cast: Mapped[dict[str, Any] | None] = mapped_column(_Map)
    """Which queues it plays in, as it began."""
    planned_for: Mapped[int | None] = mapped_column(BigInteger)
    """The instant of the plan it follows; None where a person asked for it."""
    asked_by: Mapped[Name]
    asked_at: Mapped[Instant]
    began_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None]
    why: Mapped[dict[str, str] | None] = mapped_column(_Map)
    """Why it ended."""
    assessment: Mapped[str | None] = mapped_column(Text)
    """What a person found who watched it."""
    assessed_by: Mapped[str | None]
    assessed_at: Mapped[int | None] = mapped_column(BigInteger)


_UNDER_WAY = DrillRow.ended_at.is_(None)
Index("ux_drills_one_under_way", DrillRow.site, unique=True, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
