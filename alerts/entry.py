"""Writes what one step of one alert means for its incident, the event log and the outbox, within a transaction.

In: a change with its effects. Out: the incident as it stands after them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.frame import MACHINE, Signal, Work
from alerts.lifecycle import (
    ACKNOWLEDGE_WITHIN_MS,
    SELF_CLOSING_LEVEL,
    CloseIncident,
    DataMoved,
    Effect,
    FlappingMoved,
    JoinIncident,
    LevelMoved,
    OpenIncident,
    SignalMoved,
    State,
    shown,
)
from alerts.message import Link, Step
from alerts.muting import Kind, Mute
from alerts.replayed import unit_of
from alerts.rows import replace_told, row_of, told
from alerts.ruleset import LoadedRule
from alerts.sample import Sample
from alerts.sampling import Key
from alerts.speaking import EASED, MuteMoved, Notify, Said
from alerts.telling import tell
from pulse.text import Language, Text
from pulse.written import written
from sql.event_log import append
from sql.models import Incident, OutboxMessage, Transition, belongs_to, is_open

_RAISES = (OpenIncident, JoinIncident)
_AT_ONCE = 2_000
DRILL = "drill"
"""The origin of what the machine writes for a drill."""
_HEARD_AGAIN = Text("heard again", "恢复通知")


@dataclass(frozen=True, slots=True)
class Change:
    """One alert's step that is to be written; without a rule it can only have ended."""

    key: Key
    rule: LoadedRule | None
    sample: Sample
    state: State
    effects: tuple[Effect | Said, ...]
    mute: Mute | None = None
    ways: Collection[str] = ()
    """The channels the site has."""


@dataclass(frozen=True, slots=True)
class Home:
    """Whose alerts are written, and where people see them."""

    site: str
    link: Link
    drill_id: int | None = None
    """The drill they belong to; None for real ones."""


class Found:
    """The incidents that some changes concern, read at once: by id, and those that are open by rule and scope."""

    def __init__(self, session: Session, home: Home, changes: Sequence[Change]) -> None:
        ids = [change.state.incident_id for change in changes if change.state.incident_id is not None]
        raised = [change.key.scope for change in changes if any(isinstance(effect, _RAISES) for effect in change.effects)]
        mine = select(Incident).where(Incident.site == home.site, belongs_to(home.drill_id)).with_for_update()
        self._by_id = {one.id: one for one in _in_parts(session, mine, Incident.id, ids)}
        still_open = _in_parts(session, mine.where(is_open()), Incident.scope, sorted(set(raised)))
        self._open = {Key(one.rule, one.scope): one for one in still_open}

    def latest(self, change: Change) -> Incident | None:
        """The incident the state names; None where it names none."""
        return None if change.state.incident_id is None else self._by_id.get(change.state.incident_id)

    def still_open(self, key: Key) -> Incident | None:
        """The one that is open for a signal: at most one, even if a state was lost."""
        return self._open.get(key)


class Entry:
    """Writes one change within a transaction: `begin` for all changes, a flush, then `apply` for all."""

    def __init__(self, session: Session, home: Home, change: Change, now: int) -> None:
        self._session = session
        self._site = home.site
        self._change = change
        self._now = now
        self._link = home.link
        self._drill_id = home.drill_id
        self._incident: Incident | None = None
        self._is_new = False
        self.told = False

    def begin(self, found: Found) -> None:
        """Finds the change's incident, or adds the one it opens."""
        self._incident = found.latest(self._change)
        raising = next((effect for effect in self._change.effects if isinstance(effect, _RAISES)), None)
        if raising is None:
            return
        joined = self._incident if isinstance(raising, JoinIncident) else None
        self._incident = found.still_open(self._change.key) or joined
        if self._incident is None:
            self._incident, self._is_new = self._opened(), True
            self._session.add(self._incident)

    def apply(self) -> Incident | None:
        """The change's incident after all effects; None where it has none."""
        incident = self._incident
        if incident is None:
            return None
        for effect in self._change.effects:
            self._effect(effect, incident)
        if not Work(incident.work).is_closed:
            incident.signal, incident.no_data = self._change.state.signal.value, self._change.state.no_data
        return incident

    def _effect(self, effect: Effect | Said, incident: Incident) -> None:
        match effect:
            case OpenIncident():
                self._raise(incident, is_news=False)
            case JoinIncident(_, is_news):
                self._raise(incident, is_news=is_news)
            case SignalMoved(before, after):
                self._moved(incident, before, after)
            case DataMoved(no_data):
                self._log(incident, "no_data", *(("known", "unknown") if no_data else ("unknown", "known")))
            case LevelMoved(before, after):
                self._level(incident, before, after)
            case FlappingMoved(flapping):
                self._log(incident, "flapping", *(("steady", "flapping") if flapping else ("flapping", "steady")))
            case MuteMoved(before, _):
                self._mute(incident, before)
            case CloseIncident():
                self._close(incident)
            case Notify(name, level):
                self._notify(incident, name, level)

    def _raise(self, incident: Incident, *, is_news: bool) -> None:
        if self._is_new:
            self._log(incident, "work", Work.CLOSED, Work.OPEN)
        else:
            self._join(incident, is_news=is_news)

    def _moved(self, incident: Incident, before: Signal, after: Signal) -> None:
        """An alert that ends with its rule says so: that is no all-clear."""
        if self._change.rule is None:
            incident.why = self._shown.why.by_language()
        why = self._peaked() if after is Signal.OK else None
        self._log(incident, "signal" if self._change.rule else "rule", before, after, why)

    def _peaked(self) -> Text | None:
        """What the line of an end says: how bad it was at its worst; None where nobody knows, or the rule is gone."""
        rule, peak, why = self._change.rule, self._change.state.peak, self._shown.why
        if rule is None or peak is None:
            return None
        worst = Text(*(written(peak, unit_of(rule), language) for language in Language))
        return Text(f"{why.en}; peaked at {worst.en}", f"{why.zh}；期间最差值 {worst.zh}")

    def _opened(self) -> Incident:
        rule, sample = self._change.rule, self._change.sample
        if rule is None:
            raise LookupError(f"rules.{self._change.key.rule}: raised, but there is no such rule")
        level = self._level_now(rule.policy.level)
        return Incident(
            site=self._site,
            rule=rule.name,
            kind=rule.kind,
            scope=sample.scope,
            level=level,
            worst_level=level,
            signal=Signal.RAISED.value,
            work=Work.OPEN.value,
            no_data=False,
            opened_at=self._now,
            runbook=rule.runbook,
            drill=self._drill_id is not None,
            drill_id=self._drill_id,
            version=1,
            raises=1,
            acknowledge_by=self._now + ACKNOWLEDGE_WITHIN_MS[level],
            **told(self._shown),
        )

    def _join(self, incident: Incident, *, is_news: bool) -> None:
        incident.raises += 1
        for name, value in told(self._shown).items():
            setattr(incident, name, value)
        level = self._level_now(incident.level)
        if Work(incident.work).is_closed:
            self._log(incident, "work", incident.work, Work.OPEN)
            incident.closed_at, incident.cause, incident.escalated_level = None, None, None
            self._reopen(incident, level)
        elif is_news:
            if incident.work != Work.OPEN:
                self._log(incident, "work", incident.work, Work.OPEN)
            self._reopen(incident, min(level, incident.escalated_level or level))
        elif level != incident.level:
            self._level(incident, incident.level, level)

    def _level(self, incident: Incident, before: int, after: int) -> None:
        """The machine takes a level that people raised no lower; a graver one is nobody's until somebody acknowledges it."""
        self._log(incident, "level", str(before), str(after))
        incident.why = self._shown.why.by_language()
        if after < before:
            incident.raises += 1
        level = min(after, incident.escalated_level or after)
        if level < incident.level:
            self._reopen(incident, level)
        elif level > incident.level:
            incident.level = level
            incident.version += 1

    def _reopen(self, incident: Incident, level: int) -> None:
        incident.level, incident.worst_level = level, min(level, incident.worst_level)
        incident.work, incident.owner, incident.owned_until = Work.OPEN.value, None, None
        incident.acknowledge_by = self._now + ACKNOWLEDGE_WITHIN_MS[level]
        incident.escalation_step, incident.escalation_due_at = 0, None
        incident.version += 1

    def _mute(self, incident: Incident, before: str | None) -> None:
        """What keeps it quiet, or that nothing does any more: who hears of it only now has the whole time to acknowledge."""
        mute = self._change.mute
        incident.inhibited_by = int(mute.by) if mute and mute.kind is Kind.INHIBITION and mute.by.isdecimal() else None
        if incident.inhibited_by is not None and _was_named_by_rule(before):
            return
        why = mute.why if mute else _HEARD_AGAIN
        if mute is None and incident.work == Work.OPEN:
            incident.acknowledge_by = self._now + ACKNOWLEDGE_WITHIN_MS[incident.level]
            incident.escalation_step, incident.escalation_due_at = 0, None
        self._log(incident, "mute", *(("heard", mute.kind.value) if mute else ("quiet", "heard")), why=why)

    def _level_now(self, otherwise: int) -> int:
        return self._change.state.level or otherwise

    @property
    def _shown(self) -> Sample:
        return shown(self._change.sample, self._change.state)

    def _close(self, incident: Incident) -> None:
        """Closes it, but for one that people raised to a level that people close, or took on in the meantime."""
        is_left = self._change.rule is None and incident.work == Work.OPEN
        if Work(incident.work).is_closed or (incident.worst_level < SELF_CLOSING_LEVEL and not is_left):
            return
        self._log(incident, "work", Work(incident.work), Work.CLOSED)
        incident.signal = Signal.OK.value
        incident.work, incident.closed_at = Work.CLOSED.value, self._now
        incident.version += 1

    def _notify(self, incident: Incident, name: str, level: int) -> None:
        rule = self._change.rule
        row = msgspec.structs.replace(replace_told(row_of(incident), self._shown), value=incident.value, threshold=incident.threshold)
        # Between two raises a level only falls: each is eased to once at most.
        number = incident.raises * 10 + level if name == EASED else incident.raises
        owner = rule.owner.told if rule and rule.owner else None
        step = Step(
            site=self._site,
            name=name,
            number=number,
            at=self._now,
            link=self._link.to(incident.id),
            rule_owner=owner,
            value_now=self._shown.value,
            threshold_now=self._shown.threshold,
            unit=unit_of(rule).value if rule else None,
            peak=self._change.state.peak,
        )
        self.told = tell(self._session, row, step, rule.channels(level) if rule else self._told_before(incident)) > 0 or self.told

    def _told_before(self, incident: Incident) -> list[str]:
        """The channels that were told of it, as far as there are such: what they were told has no rule any more."""
        query = select(OutboxMessage.channel).where(OutboxMessage.incident_id == incident.id).distinct().order_by(OutboxMessage.channel)
        return [channel for channel in self._session.scalars(query) if channel in self._change.ways]

    def _log(self, incident: Incident, kind: str, before: str, after: str, why: Text | None = None) -> None:
        line = Transition(
            site=self._site,
            at=self._now,
            incident_id=incident.id,
            kind=kind,
            who=MACHINE,
            from_state=str(before),
            to_state=str(after),
            why=(why or self._shown.why).by_language(),
            origin=None if self._drill_id is None else DRILL,
        )
        append(self._session, line)


def _was_named_by_rule(mute: str | None) -> bool:
    """Whether what explained it had no number yet: that it has one now is no news to anybody."""
    kind, _, by = (mute or "").partition(":")
    return kind == Kind.INHIBITION and not by.isdecimal()


def _in_parts(session: Session, query: Select[Incident], column: Any, values: Sequence[Any]) -> Iterator[Incident]:
    for start in range(0, len(values), _AT_ONCE):
        yield from session.scalars(query.where(column.in_(values[start : start + _AT_ONCE])))
