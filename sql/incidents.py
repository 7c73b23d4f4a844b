"""Finds incidents, open and closed, the newest first.

In: a site and what is looked for. Out: rows, and how many there are in all; what pages offer to look for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select

from sql.models import Incident, OutboxMessage, Transition, is_open
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What came of one rule."""

    last_at: int
    """When its newest incident was opened (epoch ms)."""
    opened: int
    """Incidents opened since the instant asked for."""
    short: int
    """Those of them that were closed sooner than the time asked for."""


def find_incidents(database: Database, site: str, wanted: Wanted, most: int = MOST_ROWS) -> Found:
    """At most so many of the incidents that are looked for, the newest first."""
    conditions = (Incident.site == site, *_conditions(wanted))
    query = select(Incident).where(*conditions).order_by(Incident.opened_at.desc(), Incident.id.desc()).limit(most)
    with database.read() as session:
        rows = session.scalars(query).all()
        return Found(rows, session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0)


Mark = tuple[int, int, int, int]


def mark_of(database: Database, incident_id: int) -> Mark:
    """Changes whenever something happens to an incident: its version, the newest line of its log, its messages, their tries."""
    version = select(Incident.version).where(Incident.id == incident_id)
    line = select(func.max(Transition.id)).where(Transition.incident_id == incident_id)
    tries = func.sum(OutboxMessage.attempts) + func.count(OutboxMessage.sent_at)
    messages = select(func.count(), tries).where(OutboxMessage.incident_id == incident_id)
    with database.read() as session:
        count, tried = session.execute(messages).one()
        return session.scalar(version) or 0, session.scalar(line) or 0, count, tried or 0


def scopes_seen(database: Database, site: str) -> list[str]:
    """Every scope that ever had an incident."""
    with database.read() as session:
        return list(session.scalars(select(Incident.scope).where(Incident.site == site).distinct().order_by(Incident.scope)))


def first_opened(database: Database, site: str) -> int | None:
    """When the first incident was opened (epoch ms); None where none was."""
    with database.read() as session:
        return session.scalar(select(func.min(Incident.opened_at)).where(Incident.site == site))


def counts_by_rule(database: Database, site: str, start: int, short_s: float) -> dict[str, RuleCount]:
    """How often each rule opened an incident since `start` (epoch ms), and how often a short one; drills are left out."""
    is_late = Incident.opened_at >= start
    is_short = is_late & (Incident.closed_at - Incident.opened_at < round(short_s * 1000))
    counts = (func.sum(case((condition, 1), else_=0)) for condition in (is_late, is_short))
    query = select(Incident.rule, func.max(Incident.opened_at), *counts).where(Incident.site == site, Incident.drill.is_(False))
    with database.read() as session:
        rows = session.execute(query.group_by(Incident.rule)).all()
    return {rule: RuleCount(last_at=last_at, opened=int(opened), short=int(short)) for rule, last_at, opened, short in rows}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [is_open()] if wanted.only_open else []
    if wanted.start is not None:
        found.append(Incident.opened_at >= wanted.start)
    if wanted.end is not None:
        found.append(Incident.opened_at < wanted.end)
    same = {Incident.level: wanted.level, Incident.scope: wanted.scope, Incident.cause: wanted.cause, Incident.work: wanted.work}
    return found + [column == value for column, value in same.items() if value is not None]
