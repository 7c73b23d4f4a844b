"""Finds incidents, open and closed, the newest first.

In: a site and what is looked for. Out: rows, and how many there are in all; what pages offer to look for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from sql.models import Incident, is_open
from sql.session import Database

MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What incidents are looked for; None means any."""

    start: int | None = None
    """Opened from here on (epoch ms)."""
    end: int | None = None
    """Opened before (epoch ms)."""
    level: int | None = None
    scope: str | None = None
    cause: str | None = None
    work: str | None = None
    only_open: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The newest rows, and how many there are."""

    rows: Sequence[Incident]
    total: int


def find_incidents(database: Database, site: str, wanted: Wanted, most: int = MOST_ROWS) -> Found:
    """At most so many of the incidents that are looked for, the newest first."""
    conditions = (Incident.site == site, *_conditions(wanted))
    query = select(Incident).where(*conditions).order_by(Incident.opened_at.desc(), Incident.id.desc()).limit(most)
    with database.read() as session:
        rows = session.scalars(query).all()
        return Found(rows, session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0)


def scopes_seen(database: Database, site: str) -> list[str]:
    """Every scope that ever had an incident."""
    with database.read() as session:
        return list(session.scalars(select(Incident.scope).where(Incident.site == site).distinct().order_by(Incident.scope)))


def first_opened(database: Database, site: str) -> int | None:
    """When the first incident was opened (epoch ms); None where none was."""
    with database.read() as session:
        return session.scalar(select(func.min(Incident.opened_at)).where(Incident.site == site))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [is_open()] if wanted.only_open else []
    if wanted.start is not None:
        found.append(Incident.opened_at >= wanted.start)
    if wanted.end is not None:
        found.append(Incident.opened_at < wanted.end)
    same = {Incident.level: wanted.level, Incident.scope: wanted.scope, Incident.cause: wanted.cause, Incident.work: wanted.work}
    return found + [column == value for column, value in same.items() if value is not None]
