"""Takes what is due for open incidents out of SQL every second: steps of escalation, and owners whose shift is over.

In: now, and which incidents are kept quiet. Out: messages in the outbox with the state they tell of, in one transaction. Due
times are columns, so that whoever is killed in between finds them again.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from alerts.due import has_come
from alerts.escalation import FreeOwner, Pending, TellTeam, Wait, due, longest_wait_ms
from alerts.frame import MACHINE, Signal, Work
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS
from alerts.message import Link, Step
from alerts.replayed import unit_named
from alerts.rows import row_of
from alerts.telling import named_team, tell
from pulse.config import Config
from pulse.text import Language, Text
from pulse.written import duration
from sql.event_log import append
from sql.models import Incident, Transition, is_open
from sql.session import Database

_MOST_AT_ONCE = 500
_MOST_STEPS = 10_000_000
_SET_BACK_MS = 1_000
"""What is less is a clock that is being kept right."""


class Sweeper:
    """The due times of one site's incidents."""

    def __init__(self, database: Database, config: Config, link: Link) -> None:
        self._database = database
        self._config = config
        self._site = config.site.name
        self._link = link
        self._seen_at: int | None = None
        self._back_ms = 0
        """By how much the clock was set back, as far as due times do not know it yet."""
        self._due_first = self._in_order()

    def sweep(self, now: int, quiet: Collection[int] = ()) -> int:
        """Does what is due at an instant (epoch ms), but for the incidents that are kept quiet; how many messages there are to send."""
        self._follow_clock(now)
        if not self._due(now, quiet):
            return 0
        with self._database.write() as session:
            found = session.scalars(select(Incident).where(Incident.id.in_(self._due_ids(session, now, quiet))).with_for_update()).all()
            return sum(self._do(session, incident, now) for incident in found)

    def _follow_clock(self, now: int) -> None:
        """After the clock was set back every due time lies as much too far ahead: they are set back with it."""
        before, self._seen_at = self._seen_at, now
        if before is not None and before - now >= _SET_BACK_MS:
            self._back_ms += before - now
        if not self._back_ms:
            return
        waits = or_(Incident.acknowledge_by > now, Incident.escalation_due_at > now)
        with self._database.write() as session:
            for one in session.scalars(select(Incident).where(self._is_unanswered(), waits).with_for_update()):
                self._set_back(session, one, now)
        self._back_ms = 0

    def _set_back(self, session: Session, incident: Incident, now: int) -> None:
        for name in ("acknowledge_by", "escalation_due_at"):
            due_at = getattr(incident, name)
            setattr(incident, name, None if due_at is None else due_at - self._back_ms)
        set_by = Text(*(duration(self._back_ms / 1000, language) for language in Language))
        why = Text(f"the clock was set back by {set_by.en}: what is due keeps its time", f"时钟被回拨 {set_by.zh}：时限保持不变")
        self._log(session, incident, ("clock", "ahead", "set_back"), why, now)

    def _is_unanswered(self) -> ColumnElement[bool]:
        return and_(Incident.site == self._site, Incident.work == Work.OPEN)

    def _due(self, now: int, quiet: Collection[int]) -> Sequence[int]:
        with self._database.read() as session:
            return self._due_ids(session, now, quiet)

    def _due_ids(self, session: Session, now: int, quiet: Collection[int]) -> Sequence[int]:
        found = session.scalars(self._due_first, {"now": now, "most": _MOST_AT_ONCE + len(quiet)})
        return [one for one in found if one not in quiet]

    def _in_order(self) -> Select[int]:
        """At most `most` of what is due at `now`, the gravest first: put together once, for it is asked every second."""
        now = bindparam("now", type_=BigInteger)
        due_at = func.coalesce(Incident.escalation_due_at, Incident.acknowledge_by)
        longest = {int(level): longest_wait_ms(int(level), one) for level, one in self._config.escalation.items()}
        waits = or_(false(), *(and_(Incident.level == level, has_come(due_at, now, wait_ms)) for level, wait_ms in longest.items()))
        # After the last step none is due: `acknowledge_by` alone would find it again and again.
        has_next = or_(Incident.escalation_step == 0, Incident.escalation_due_at.is_not(None))
        # What is over needs nobody to be woken: it waits on the console to be closed.
        stands = or_(Incident.signal != Signal.OK, Incident.no_data)
        unanswered = and_(self._is_unanswered(), stands, waits, has_next)
        left = and_(Incident.work.in_((Work.ACKNOWLEDGED, Work.MITIGATED)), Incident.owned_until <= now)
        mine = (Incident.site == self._site, is_open())
        found = select(Incident.id).where(*mine, or_(unanswered, left)).order_by(Incident.level, Incident.id)
        return found.limit(bindparam("most", type_=Integer))

    def _do(self, session: Session, incident: Incident, now: int) -> int:
        match due(_pending(incident), self._config.escalation, now):
            case TellTeam() as step:
                return self._tell_team(session, incident, step, now)
            case FreeOwner():
                return self._free(session, incident, now)
            case Wait(due_at):
                incident.escalation_due_at = due_at
                return 0
            case None:
                # The file has fewer steps by now than were taken.
                incident.escalation_due_at = None
                return 0

    def _tell_team(self, session: Session, incident: Incident, step: TellTeam, now: int) -> int:
        team = self._config.teams[step.team]
        incident.escalation_step, incident.escalation_due_at = step.number, step.next_due_at
        named = named_team(self._config, step.team, now)
        why = _told_why(named) if team.notify else _not_told_why(named)
        self._log(session, incident, ("escalation", str(step.number - 1), str(step.number)), why, now)
        return tell(session, row_of(incident), self._step(incident, "unanswered", self._number(incident, step.number), now), team.notify)

    def _free(self, session: Session, incident: Incident, now: int) -> int:
        owner, before = incident.owner or "—", incident.work
        incident.work, incident.owner, incident.owned_until = Work.OPEN.value, None, None
        incident.acknowledge_by = now + ACKNOWLEDGE_WITHIN_MS[incident.level]
        incident.escalation_step, incident.escalation_due_at = 0, None
        incident.version += 1
        why = Text(f"the shift of {owner} is over: nobody owns it", f"{owner} 已下班：无人负责")
        self._log(session, incident, ("work", before, Work.OPEN.value), why, now)
        told = self._step(incident, "unowned", incident.version, now)
        rule = self._config.rules.get(incident.rule)
        return tell(session, row_of(incident), told, rule.channels(incident.level) if rule else ())

    def _step(self, incident: Incident, name: str, number: int, now: int) -> Step:
        owner = self._config.rule_owner(incident.rule)
        link = self._link.to(incident.id)
        return Step(
            site=self._site,
            name=name,
            number=number,
            at=now,
            link=link,
            rule_owner=owner.told if owner else None,
            unit=unit_named(self._config, incident.rule),
        )

    def _number(self, incident: Incident, step: int) -> int:
        """Unique within the incident: its version moves on whenever its steps begin anew."""
        return incident.version * _MOST_STEPS + step

    def _log(self, session: Session, incident: Incident, moved: tuple[str, str, str], why: Text, now: int) -> None:
        kind, before, after = moved
        line = Transition(
            site=self._site,
            at=now,
            incident_id=incident.id,
            kind=kind,
            who=MACHINE,
            from_state=before,
            to_state=after,
            why=why.by_language(),
        )
        append(session, line)


def _told_why(named: Text) -> Text:
    return Text(f"not acknowledged in time: {named.en} told", f"未按时确认：已通知{named.zh}")


def _not_told_why(named: Text) -> Text:
    return Text(f"not acknowledged in time: no channel leads to {named.en}", f"未按时确认：未配置通知{named.zh}的渠道")


def _pending(incident: Incident) -> Pending:
    return Pending(
        id=incident.id,
        level=incident.level,
        work=Work(incident.work),
        acknowledge_by=incident.acknowledge_by,
        taken=incident.escalation_step,
        due_at=incident.escalation_due_at,
        owned_until=incident.owned_until,
    )
