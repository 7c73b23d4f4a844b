"""Signal states, incidents, the event log and the outbox in SQL: what the evaluator decided, written in one transaction.

In: steps with their effects. Out: the states and open incidents as they stand after the commit, so that a process that
is killed between any two statements comes back to what was committed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Select, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from alerts.entry import Change, Entry, Found, Home
from alerts.frame import IncidentRow, Work
from alerts.lifecycle import State, with_work
from alerts.message import Link
from alerts.muting import Silence
from alerts.opened import counted
from alerts.rows import row_of
from alerts.sampling import Key
from alerts.silences import silences_after
from sql.drill_table import DrillRow
from sql.models import Incident, OutboxMessage, SignalState, Transition, belongs_to, is_open, shelf_of
from sql.session import Database

_OPENED = 1_000
_FEW = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """What SQL holds, whole or as far as it changed: states by rule and scope, open incidents by id, the newest line of the log."""

    states: Mapping[Key, State]
    incidents: Mapping[int, IncidentRow]
    newest: int
    closed: frozenset[int] = frozenset()
    """Incidents that are closed by now."""
    silences: tuple[Silence, ...] = ()
    """Those that stand or will."""
    told: bool = False
    """Whether the commit that led here put messages into the outbox."""


class DrillOver(RuntimeError):
    """What was to be written belongs to a drill that has ended."""


class Ledger:
    """The alerting tables of one site: its real alerts, or those of one drill."""

    def __init__(self, database: Database, site: str, link: Link, drill_id: int | None = None) -> None:
        self._database = database
        self._site = site
        self._home = Home(site, link, drill_id)
        self._mine = (Incident.site == site, belongs_to(drill_id))
        self._shelf = shelf_of(site, drill_id)
        self._newest_line = select(func.max(Transition.id)).where(Transition.site == site)

    def standing(self) -> Standing:
        """Everything as it stands."""
        with self._database.read() as session:
            states = session.scalars(select(SignalState).where(SignalState.site == self._shelf))
            incidents = session.scalars(select(Incident).where(*self._mine, is_open())).all()
            return self._told_of(session, incidents, states, 0)

    def since(self, seen: int, now: int) -> Standing:
        """What changed after a line of the log, and the silences that end after an instant (epoch ms)."""
        with self._database.read() as session:
            return self._since(session, seen, now)

    def silences(self, now: int) -> tuple[Silence, ...]:
        """The silences that end after an instant (epoch ms)."""
        with self._database.read() as session:
            return silences_after(session, self._site, now)

    def opened_at(self, floods: Collection[str] = ()) -> tuple[int, ...]:
        """When the newest thousand incidents were opened that count for a flood (epoch ms), in their order; `floods` are its rules."""
        query = counted(self._home.site, self._home.drill_id, floods).limit(_OPENED)
        with self._database.read() as session:
            return tuple(reversed(session.scalars(query).all()))

    def newest(self) -> int:
        """The id of the newest line of the event log, whoever wrote it; 0 for an empty one."""
        with self._database.read() as session:
            return self._newest(session)

    def commit(self, changes: Sequence[Change], seen: int, now: int) -> Standing:
        """Writes the changes, all or none; what changed after a line of the log, with them and by people."""
        with self._database.write() as session, session.no_autoflush:
            self._check_drill(session)
            found = Found(session, self._home, changes)
            entries = [Entry(session, self._home, change, now) for change in changes]
            for entry in entries:
                entry.begin(found)
            session.flush()
            incidents = [entry.apply() for entry in entries]
            states = [_saved(change, incident) for change, incident in zip(changes, incidents, strict=True)]
            self._save(session, states)
            session.flush()
            changed = self._since(session, seen, now)
            return replace(changed, states={**changed.states, **dict(states)}, told=any(entry.told for entry in entries))

    def _check_drill(self, session: Session) -> None:
        """Nothing is written for a drill that somebody ended meanwhile: nobody would ever close it."""
        drill_id = self._home.drill_id
        if drill_id is not None and session.get_one(DrillRow, drill_id).ended_at is not None:
            raise DrillOver(f"drill {drill_id} is over")

    def _save(self, session: Session, states: Sequence[tuple[Key, State]]) -> None:
        rows = [{"site": self._shelf, "rule": key.rule, "scope": key.scope, "state": msgspec.to_builtins(state)} for key, state in states]
        known = select(SignalState.rule, SignalState.scope).where(SignalState.site == self._shelf)
        stored = {Key(*row) for row in session.execute(known)} if len(rows) > _FEW else _stored(session, known, rows)
        changed = [row for row in rows if Key(row["rule"], row["scope"]) in stored]
        new = [row for row in rows if Key(row["rule"], row["scope"]) not in stored]
        if new:
            session.execute(insert(SignalState), new)
        if changed:
            session.execute(update(SignalState), changed)

    def _since(self, session: Session, seen: int, now: int) -> Standing:
        """Of people's changes and the machine's each one has a line in the log."""
        # Asked to leave out lines about nothing, SQLite would read all that are about something.
        touched = select(Transition.incident_id).where(Transition.site == self._site, Transition.id > seen).distinct()
        incidents = session.scalars(select(Incident).where(Incident.id.in_(touched), *self._mine)).all()
        own = select(Incident.rule, Incident.scope).where(Incident.id.in_(touched), *self._mine)
        states = select(SignalState).where(SignalState.site == self._shelf, tuple_(SignalState.rule, SignalState.scope).in_(own))
        return self._told_of(session, incidents, session.scalars(states), now)

    def _told_of(self, session: Session, incidents: Sequence[Incident], states: Iterable[SignalState], now: int) -> Standing:
        still_open = [incident for incident in incidents if not Work(incident.work).is_closed]
        not_told = self._not_told(session, [incident.id for incident in still_open])
        return Standing(
            states={Key(row.rule, row.scope): msgspec.convert(row.state, State) for row in states},
            incidents={incident.id: row_of(incident, not_told.get(incident.id, ())) for incident in still_open},
            closed=frozenset(incident.id for incident in incidents if Work(incident.work).is_closed),
            newest=self._newest(session),
            silences=silences_after(session, self._site, now),
        )

    def _not_told(self, session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        query = (
            select(OutboxMessage.incident_id, OutboxMessage.channel)
            .where(OutboxMessage.incident_id.in_(ids), OutboxMessage.given_up_at.is_not(None))
            .distinct()
            .order_by(OutboxMessage.channel)
        )
        found: dict[int, tuple[str, ...]] = {}
        for incident_id, channel in session.execute(query):
            found[incident_id] = (*found.get(incident_id, ()), channel)
        return found

    def _newest(self, session: Session) -> int:
        return session.scalar(self._newest_line) or 0


def _saved(change: Change, incident: Incident | None) -> tuple[Key, State]:
    """The state of a change, with the incident and the work it led to."""
    if incident is None:
        return change.key, change.state
    work = Work(incident.work)
    return change.key, with_work(replace(change.state, incident_id=incident.id), Work.CLOSED if work.is_closed else work)


def _stored(session: Session, known: Select[str, str], rows: Sequence[Mapping[str, Any]]) -> set[Key]:
    keys = [and_(SignalState.rule == row["rule"], SignalState.scope == row["scope"]) for row in rows]
    return {Key(*row) for row in session.execute(known.where(or_(*keys)))}
