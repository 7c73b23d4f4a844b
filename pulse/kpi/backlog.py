"""Backlog: what lies open; unattended (nobody has replied) is not the same as unassigned (nobody owns it)."""

from collections.abc import Iterable

from pulse.kpi.board import Backlog
from pulse.kpi.records import QueueState


def backlog_as_told(state: QueueState) -> Backlog | None:
    """The backlog a source tells of one queue; None where it tells none."""
    told = (state.backlog_open, state.backlog_unassigned, state.backlog_unattended, state.backlog_oldest_age_s)
    if all(value is None for value in told):
        return None
    return Backlog(
        open=state.backlog_open,
        unassigned=state.backlog_unassigned,
        unattended=state.backlog_unattended,
        oldest_age_s=state.backlog_oldest_age_s,
    )


def backlog_together(parts: Iterable[Backlog]) -> Backlog | None:
    """The backlog of several queues; a figure that any of them does not tell is None, no parts is None."""
    backlogs = list(parts)
    if not backlogs:
        return None
    ages = [part.oldest_age_s for part in backlogs if part.oldest_age_s is not None]
    return Backlog(
        open=_sum(part.open for part in backlogs),
        unassigned=_sum(part.unassigned for part in backlogs),
        unattended=_sum(part.unattended for part in backlogs),
        oldest_age_s=max(ages, default=None),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
