"""A line of the event log, for whatever is written beside an incident.

In: who asked when, and what came of it. Out: a row; append-only like all of them.
"""

from alerts.actions import Asked
from pulse.text import Text
from sql.models import Transition


def line(site: str, asked: Asked, moved: tuple[str, str, str], said: Text, *, comment: str | None = None) -> Transition:
    """The line of an act of a kind, from a state to a state."""
    kind, before, after = moved
    return Transition(
        site=site,
        at=asked.now,
        incident_id=asked.incident_id,
        kind=kind,
        who=asked.who,
        from_state=str(before),
        to_state=str(after),
        why=said.by_language(),
        comment=comment,
        origin=asked.origin,
    )
