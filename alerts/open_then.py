"""The incidents that were open at a past instant, made from what the event log says of them up to then.

In: the database, a site, an instant (epoch ms). Out: rows as screens receive them. What the log does not keep is left out: the time to
acknowledge, contributors, figures, who was told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from alerts.actions import assigned_to
from alerts.frame import MACHINE, IncidentRow, Muted, Signal, Work, in_order
from sql.models import Incident, Transition
from sql.session import Database

_AT_ONCE = 500


@dataclass(slots=True)
class _Then:
    """One incident as far as its log was read."""

    level: int
    why: dict[str, str]
    work: Work = Work.OPEN
    signal: Signal = Signal.RAISED
    owner: str | None = None
    escalated_level: int | None = None
    no_data: bool = False
    flapping: bool = False
    muted: Muted | None = None

    def take(self, line: Transition) -> None:
        """Takes the next line of the log."""
        to = line.to_state
        match line.kind:
            case "signal" | "rule":
                self.signal, self.why = Signal(to), line.why
            case "no_data":
                self.no_data = to == "unknown"
            case "flapping":
                self.flapping = to == "flapping"
            case "mute":
                self.muted = None if to == "heard" else Muted(to, "", None, line.why)
            case "level":
                self._take_level(line)
            case "work" | "owner":
                self._take_work(line)

    def _take_level(self, line: Transition) -> None:
        """The machine names both levels; people raise it by one, and their line says what becomes of the work."""
        if line.to_state.isdigit():
            told = int(line.to_state)
            self.why, level = line.why, min(told, self.escalated_level or told)
        else:
            level = self.escalated_level = max(1, self.level - 1)
        if level < self.level:
            self.work, self.owner = Work.OPEN, None
        self.level = level

    def _take_work(self, line: Transition) -> None:
        before, self.work = self.work, Work(line.to_state)
        if self.work is Work.OPEN:
            self.owner = None
        elif line.kind == "owner":
            self.owner = assigned_to(line) or line.who
        elif line.who != MACHINE and (self.work is not Work.MITIGATED or self.owner is None):
            self.owner = line.who
        if before.is_closed:
            self.escalated_level = None


def open_then(database: Database, site: str, at: int) -> tuple[IncidentRow, ...]:
    """The incidents open at `at`, gravest and oldest first; raises what the database raises."""
    still = or_(Incident.closed_at.is_(None), Incident.closed_at > at)
    with database.read() as session:
        found = session.scalars(select(Incident).where(Incident.site == site, Incident.opened_at <= at, still)).all()
        lines = defaultdict[int | None, list[Transition]](list)
        for start in range(0, len(found), _AT_ONCE):
            ids = [incident.id for incident in found[start : start + _AT_ONCE]]
            query = select(Transition).where(Transition.incident_id.in_(ids))
            for line in session.scalars(query.order_by(Transition.id)):
                lines[line.incident_id].append(line)
    rows = ((incident, _then(incident, lines[incident.id], at)) for incident in found)
    return in_order(_row(incident, then) for incident, then in rows if not then.work.is_closed)


def _then(incident: Incident, lines: Sequence[Transition], at: int) -> _Then:
    then = _Then(level=_first_level(incident, lines), why=incident.why)
    for line in lines:
        if line.at <= at:
            then.take(line)
    return then


def _first_level(incident: Incident, lines: Iterable[Transition]) -> int:
    """The level it was opened with: what the machine's first move of it began with, else what people made of it, taken back."""
    moves = [line for line in lines if line.kind == "level"]
    told = next((int(line.from_state) for line in moves if line.from_state.isdigit()), None)
    return min(3, incident.level + len(moves)) if told is None else told


def _row(incident: Incident, then: _Then) -> IncidentRow:
    return IncidentRow(
        id=incident.id,
        version=incident.version,
        rule=incident.rule,
        kind=incident.kind,
        scope=incident.scope,
        level=then.level,
        signal=then.signal,
        work=then.work,
        no_data=then.no_data,
        title=incident.title,
        why=then.why,
        opened_at=incident.opened_at,
        acknowledge_by=None,
        owner=then.owner,
        runbook=incident.runbook,
        drill=incident.drill,
        flapping=then.flapping,
        muted=then.muted,
    )
