"""Signal states, incidents, the event log and the outbox in SQL: what the evaluator decided, written in one transaction.

In: steps with their effects. Out: the states and open incidents as they stand after the commit, so that a process that
is killed between any two statements comes back to what was committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.frame import IncidentRow, Signal, Work
from alerts.lifecycle import (
    ACKNOWLEDGE_WITHIN_MS,
    SELF_CLOSING_LEVEL,
    CloseIncident,
    DataMoved,
    Effect,
    JoinIncident,
    Notify,
    OpenIncident,
    SignalMoved,
    State,
)
from alerts.message import Link, Step
from alerts.rows import replace_told, row_of, told
from alerts.ruleset import LoadedRule
from alerts.sample import Sample
from alerts.telling import tell
from sql.event_log import append
from sql.models import Incident, OutboxMessage, SignalState, Transition
from sql.session import Database

WATCH = "pulse"
"""Who the machine is in the event log."""

Key = tuple[str, str]
"""A rule's name and a scope."""


@dataclass(frozen=True, slots=True)
class Change:
    """One signal's step that is to be written; without a rule nothing but its state can have moved."""

    key: Key
    rule: LoadedRule | None
    sample: Sample
    state: State
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What SQL holds: states by rule and scope, incidents that are not closed by id, and the newest line of the log."""

    states: Mapping[Key, State]
    incidents: Mapping[int, IncidentRow]
    newest: int
    told: bool = False
    """Whether the commit that led here put messages into the outbox."""


class Ledger:
    """The alerting tables of one site."""

    def __init__(self, database: Database, site: str, link: Link) -> None:
        self._database = database
        self._site = site
        self._link = link

    def standing(self) -> Standing:
        """Everything as it stands."""
        with self._database.read() as session:
            return self._standing(session)

    def newest(self) -> int:
        """The id of the newest line of the event log, whoever wrote it; 0 for an empty one."""
        with self._database.read() as session:
            return self._newest(session)

    def commit(self, changes: Sequence[Change], now: int) -> Standing:
        """Writes the changes, all or none; what stands after them, people's own changes included."""
        has_told = False
        with self._database.write() as session:
            for change in changes:
                entry = _Entry(session, self._site, change, now, self._link)
                incident = entry.apply()
                has_told = has_told or entry.told
                self._save(session, change, incident)
            session.flush()
            return replace(self._standing(session), told=has_told)

    def _save(self, session: Session, change: Change, incident: Incident | None) -> None:
        state = change.state
        if incident is not None:
            state = replace(state, incident_id=incident.id, work=Work(incident.work))
        rule, scope = change.key
        session.merge(SignalState(site=self._site, rule=rule, scope=scope, rung=0, state=msgspec.to_builtins(state)))

    def _standing(self, session: Session) -> Standing:
        states = session.scalars(select(SignalState).where(SignalState.site == self._site))
        incidents = session.scalars(select(Incident).where(Incident.site == self._site, Incident.work != Work.CLOSED)).all()
        not_told = self._not_told(session, [incident.id for incident in incidents])
        return Standing(
            states={(row.rule, row.scope): msgspec.convert(row.state, State) for row in states},
            incidents={incident.id: row_of(incident, not_told.get(incident.id, ())) for incident in incidents},
            newest=self._newest(session),
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
        return session.scalar(select(func.max(Transition.id)).where(Transition.site == self._site)) or 0


class _Entry:
    """Writes one change within a transaction."""

    def __init__(self, session: Session, site: str, change: Change, now: int, link: Link) -> None:
        self._session = session
        self._site = site
        self._change = change
        self._now = now
        self._link = link
        self.told = False

    def apply(self) -> Incident | None:
        """The change's incident after all effects; None where it has none."""
        incident = self._latest()
        for effect in self._change.effects:
            incident = self._effect(effect, incident)
        if incident is not None and incident.work != Work.CLOSED:
            incident.signal, incident.no_data = self._change.state.signal.value, self._change.state.no_data
        return incident

    def _effect(self, effect: Effect, incident: Incident | None) -> Incident | None:
        if isinstance(effect, OpenIncident | JoinIncident):
            return self._raise(incident, joins=isinstance(effect, JoinIncident))
        if incident is None:
            return None
        match effect:
            case SignalMoved(before, after):
                self._log(incident, "signal", before, after)
            case DataMoved(no_data):
                self._log(incident, "no_data", *(("known", "unknown") if no_data else ("unknown", "known")))
            case CloseIncident():
                self._close(incident)
            case Notify(name):
                self._notify(incident, name)
        return incident

    def _latest(self) -> Incident | None:
        found = self._change.state.incident_id
        return None if found is None else self._session.get(Incident, found, with_for_update=True)

    def _raise(self, joined: Incident | None, *, joins: bool) -> Incident:
        """The incident that is open for this signal: at most one, even if a state was lost."""
        still_open = self._still_open()
        incident = still_open or (joined if joins else None)
        return self._open() if incident is None else self._join(incident)

    def _still_open(self) -> Incident | None:
        rule, scope = self._change.key
        return self._session.scalar(
            select(Incident)
            .where(Incident.site == self._site, Incident.rule == rule, Incident.scope == scope, Incident.work != Work.CLOSED)
            .with_for_update()
        )

    def _open(self) -> Incident:
        rule, sample = self._change.rule, self._change.sample
        if rule is None:
            raise LookupError(f"rules.{self._change.key[0]}: raised, but there is no such rule")
        incident = Incident(
            site=self._site,
            rule=rule.name,
            kind=rule.kind,
            scope=sample.scope,
            level=rule.policy.level,
            signal=Signal.RAISED.value,
            work=Work.OPEN.value,
            no_data=False,
            opened_at=self._now,
            runbook=rule.runbook,
            drill=False,
            version=1,
            raises=1,
            **told(sample),
        )
        incident.acknowledge_by = self._now + ACKNOWLEDGE_WITHIN_MS[rule.policy.level]
        self._session.add(incident)
        self._session.flush()
        self._log(incident, "work", Work.CLOSED, Work.OPEN)
        return incident

    def _join(self, incident: Incident) -> Incident:
        incident.raises += 1
        for name, value in told(self._change.sample).items():
            setattr(incident, name, value)
        if incident.work == Work.CLOSED:
            self._log(incident, "work", Work.CLOSED, Work.OPEN)
            incident.work, incident.owner, incident.closed_at, incident.cause = Work.OPEN.value, None, None, None
            incident.acknowledge_by = self._now + ACKNOWLEDGE_WITHIN_MS[incident.level]
            incident.version += 1
        return incident

    def _close(self, incident: Incident) -> None:
        """Closes it, but for one that people raised to a level that people close."""
        if incident.work == Work.CLOSED or incident.level < SELF_CLOSING_LEVEL:
            return
        self._log(incident, "work", Work(incident.work), Work.CLOSED)
        incident.signal = Signal.OK.value
        incident.work, incident.closed_at = Work.CLOSED.value, self._now
        incident.version += 1

    def _notify(self, incident: Incident, name: str) -> None:
        rule = self._change.rule
        row = replace_told(row_of(incident), self._change.sample)
        step = Step(site=self._site, name=name, number=incident.raises, at=self._now, link=self._link.to(incident.id))
        self.told = tell(self._session, row, step, rule.notify if rule else ()) > 0 or self.told

    def _log(self, incident: Incident, kind: str, before: str, after: str) -> None:
        append(
            self._session,
            Transition(
                site=self._site,
                at=self._now,
                incident_id=incident.id,
                kind=kind,
                who=WATCH,
                from_state=str(before),
                to_state=str(after),
                why=self._change.sample.why.by_language(),
            ),
        )
