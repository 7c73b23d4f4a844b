"""What is due for open incidents: the next step of the escalation of those nobody acknowledges, and the end of an owner's shift.

In: an incident as it stands, its level's escalation, now. Out: what to do, and when the next step is due. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.frame import Work
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS
from pulse.escalation import Escalation


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An incident that is not closed, as far as escalation looks at it; instants are epoch ms."""

    id: int
    level: int
    work: Work
    acknowledge_by: int | None
    taken: int = 0
    """How many steps were taken."""
    due_at: int | None = None
    """When the next one is due; None before the first."""
    owned_until: int | None = None


@dataclass(frozen=True, slots=True)
class TellTeam:
    """Tell a team that nobody acknowledges; the step after it is due at an instant, None where it was the last."""

    team: str
    number: int
    next_due_at: int | None


@dataclass(frozen=True, slots=True)
class FreeOwner:
    """The shift of its owner is over: it is nobody's again until the next shift takes it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Its next step is due at another instant than it says: the interval was made shorter, or the clock was set back."""

    due_at: int


def longest_wait_ms(level: int, escalation: Escalation) -> int:
    """How far ahead a step of a level can be due: one that lies further was written before the clock was set back."""
    return max(ACKNOWLEDGE_WITHIN_MS[level], round(escalation.every_s(level) * 1000))


def due(pending: Pending, escalations: Mapping[str, Escalation], now: int) -> TellTeam | FreeOwner | Wait | None:
    """What is to be done about an incident; None where nothing is yet.

    Of the repeats of a step that were missed while nothing ran only the newest is taken; no team is left out. A first step that lies
    further ahead than any wait is long is due at once, a further one after the interval that holds now.
    """
    if pending.work in (Work.ACKNOWLEDGED, Work.MITIGATED):
        return FreeOwner() if pending.owned_until is not None and pending.owned_until <= now else None
    escalation = escalations.get(str(pending.level))
    due_at = pending.acknowledge_by if pending.taken == 0 else pending.due_at
    if escalation is None or pending.work is not Work.OPEN or due_at is None:
        return None
    every_ms = round(escalation.every_s(pending.level) * 1000)
    if due_at > now + longest_wait_ms(pending.level, escalation):
        if pending.taken:
            return Wait(now + every_ms)
        due_at = now
    if due_at > now:
        return None
    repeats = escalation.repeat and pending.taken >= len(escalation.steps) - 1
    missed = (now - due_at) // every_ms if repeats else 0
    taken = pending.taken + missed
    team = escalation.team(taken)
    if team is None:
        return None
    further = escalation.team(taken + 1)
    return TellTeam(team, taken + 1, None if further is None else due_at + (missed + 1) * every_ms)
