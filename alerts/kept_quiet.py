"""Which incidents something keeps quiet, as SQL knows it: for whoever is not the watch.

In: incidents and an instant. Out: the ids of those of which nobody is asked anything: escalation passes them over, so no screen counts
their time to acknowledge. They have the whole of it from the end of what keeps them quiet.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from sql.models import Incident, SignalState, SilenceRow, shelf_of

_SILENCE = "silence:"


def kept_quiet(session: Session, incidents: Sequence[Incident], now: int) -> frozenset[int]:
    """The ids of those that something keeps quiet at an instant (epoch ms); a silence counts only while it stands."""
    keys = {one.id: (shelf_of(one.site, one.drill_id), one.rule, one.scope) for one in incidents}
    if not keys:
        return frozenset()
    shelves, rules = {key[0] for key in keys.values()}, {key[1] for key in keys.values()}
    rows = session.scalars(select(SignalState).where(SignalState.site.in_(shelves), SignalState.rule.in_(rules)))
    muted = {(row.site, row.rule, row.scope): by for row in rows if (by := (row.state.get("voice") or {}).get("muted"))}
    over = _silences_over(session, muted.values(), now)
    return frozenset(number for number, key in keys.items() if key in muted and muted[key] not in over)


def _silences_over(session: Session, muted: Collection[str], now: int) -> set[str]:
    ids = [int(by.removeprefix(_SILENCE)) for by in muted if by.startswith(_SILENCE)]
    over = or_(SilenceRow.ends_at <= now, SilenceRow.lifted_at <= now)
    return {f"{_SILENCE}{number}" for number in session.scalars(select(SilenceRow.id).where(SilenceRow.id.in_(ids), over))}
