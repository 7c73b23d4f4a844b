"""When alerts were opened that count for a flood: those of which people heard, and those that only a flood kept from them.

In: the incidents of a site or a drill, and which rules are floods. Out: a query of instants. What was planned, silenced or explained by
another alert when it was opened is one event somebody knows of, however many alerts it makes.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from alerts.muting import Kind
from sql.models import Incident, Transition, belongs_to

_PLANNED = (Kind.MAINTENANCE, Kind.SILENCE)


def counted(site: str, drill_id: int | None, floods: Collection[str]) -> Select[int]:
    """When each was opened (epoch ms), the newest first."""
    mine = (Incident.site == site, belongs_to(drill_id), Incident.rule.not_in(floods))
    planned = _was_quiet(Transition.to_state.in_(_PLANNED))
    explained = and_(_was_quiet(Transition.to_state == Kind.INHIBITION), ~_was_in_a_flood(floods))
    return select(Incident.opened_at).where(*mine, ~planned, ~explained).order_by(Incident.opened_at.desc())


def _was_quiet(by: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something kept it quiet in the very step that opened it."""
    return exists().where(Transition.incident_id == Incident.id, Transition.kind == "mute", Transition.at == Incident.opened_at, by)


def _was_in_a_flood(floods: Collection[str]) -> ColumnElement[bool]:
    """Whether a flood stood when it was opened and, as far as is known, nothing else kept it quiet."""
    flood, cause = aliased(Incident), aliased(Incident)
    stood = and_(flood.opened_at <= Incident.opened_at, or_(flood.closed_at.is_(None), flood.closed_at >= Incident.opened_at))
    other = exists().where(cause.id == Incident.inhibited_by, cause.rule.not_in(floods))
    return and_(exists().where(flood.site == Incident.site, flood.rule.in_(floods), stood), ~other)
