"""What alarm noise is counted from: every raise, every incident with its first answer, every time an alert began to flap.

In: a site and a stretch of time (epoch ms, the end is left out). Out: rows; which incidents count at all is said in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from sql.models import Incident, Transition
from sql.session import Database


@dataclass(frozen=True, slots=True)
class Raise:
    """One signal that was raised."""

    at: int
    incident_id: int
    rule: str
    level: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One incident that was opened, and what people made of it."""

    id: int
    rule: str
    opened_at: int
    is_closed: bool
    cause: str | None
    acknowledged_at: int | None
    """When somebody first took it; None where nobody did."""


def counts() -> ColumnElement[bool]:
    """Whether an incident counts: a drill does not."""
    return Incident.drill.is_(False)


def raises(database: Database, site: str, start: int, end: int) -> Sequence[Raise]:
    """Every raise, in its order."""
    moved = and_(Transition.kind == "signal", Transition.from_state == "ok", Transition.to_state == "raised")
    query = (
        select(Transition.at, Incident.id, Incident.rule, Incident.level)
        .join(Incident, Incident.id == Transition.incident_id)
        .where(*_alive(site, start, end), moved, Transition.at >= start, Transition.at < end)
        .order_by(Transition.at, Transition.id)
    )
    with database.read() as session:
        return [Raise(*row) for row in session.execute(query)]


def answered(database: Database, site: str, start: int, end: int) -> Sequence[Answered]:
    """Every incident that was opened, the oldest first."""
    taken = and_(Transition.kind.in_(("work", "owner")), Transition.to_state.in_(("acknowledged", "mitigated")))
    first = select(func.min(Transition.at)).where(Transition.incident_id == Incident.id, taken).scalar_subquery()
    query = (
        select(Incident.id, Incident.rule, Incident.opened_at, Incident.work.in_(("closed", "reviewed")), Incident.cause, first)
        .where(Incident.site == site, counts(), Incident.opened_at >= start, Incident.opened_at < end)
        .order_by(Incident.opened_at, Incident.id)
    )
    with database.read() as session:
        return [
            Answered(number, rule, opened_at, bool(is_closed), cause, taken_at)
            for number, rule, opened_at, is_closed, cause, taken_at in session.execute(query)
        ]


def flaps_by_rule(database: Database, site: str, start: int, end: int) -> dict[str, int]:
    """How often alerts of a rule began to flap."""
    query = (
        select(Incident.rule, func.count())
        .join(Transition, Transition.incident_id == Incident.id)
        .where(*_alive(site, start, end), Transition.kind == "flapping", Transition.to_state == "flapping")
        .where(Transition.at >= start, Transition.at < end)
        .group_by(Incident.rule)
    )
    with database.read() as session:
        return {rule: int(count) for rule, count in session.execute(query)}


def _alive(site: str, start: int, end: int) -> tuple[ColumnElement[bool], ...]:
    """Incidents that can have lines in the stretch: the log is read by incident, never as a whole."""
    return (Incident.site == site, counts(), Incident.opened_at < end, or_(Incident.closed_at.is_(None), Incident.closed_at >= start))
