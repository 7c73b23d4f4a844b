"""Takes what is due for open incidents out of SQL every second: steps of escalation, and owners whose shift is over.

In: now, and which incidents are kept quiet. Out: messages in the outbox with the state they tell of, in one transaction. Due
times are columns, so that whoever is killed in between finds them again.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from alerts.escalation import FreeOwner, Pending, TellTeam, due
from alerts.frame import MACHINE, Work
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS
from alerts.message import Link, Step
from alerts.rows import row_of
from alerts.telling import named_team, tell
from pulse.config import Config
from pulse.text import Text
from sql.event_log import append
from sql.models import Incident, Transition, is_open
from sql.session import Database

_MOST_AT_ONCE = 500
_MOST_STEPS = 10_000_000


class Sweeper:
    """The due times of one site's incidents."""

    def __init__(self, database: Database, config: Config, link: Link) -> None:
        self._database = database
        self._config = config
        self._site = config.site.name
        self._link = link

    def sweep(self, now: int, quiet: Collection[int] = ()) -> int:
        """Does what is due at an instant (epoch ms), but for the incidents that are kept quiet; how many messages there are to send."""
        if not self._due(now, quiet):
            return 0
        with self._database.write() as session:
            found = session.scalars(select(Incident).where(Incident.id.in_(self._due_ids(session, now, quiet))).with_for_update()).all()
            return sum(self._do(session, incident, now) for incident in found)

    def _due(self, now: int, quiet: Collection[int]) -> Sequence[int]:
        with self._database.read() as session:
            return self._due_ids(session, now, quiet)

    def _due_ids(self, session: Session, now: int, quiet: Collection[int]) -> Sequence[int]:
        levels = [int(level) for level in self._config.escalation]
        waits = func.coalesce(Incident.escalation_due_at, Incident.acknowledge_by) <= now
        # After the last step none is due: `acknowledge_by` alone would find it again and again.
        has_next = or_(Incident.escalation_step == 0, Incident.escalation_due_at.is_not(None))
        unanswered = and_(Incident.work == Work.OPEN, Incident.level.in_(levels), waits, has_next)
        left = and_(Incident.work.in_((Work.ACKNOWLEDGED, Work.MITIGATED)), Incident.owned_until <= now)
        query = (
            select(Incident.id).where(Incident.site == self._site, is_open(), or_(unanswered, left)).order_by(Incident.level, Incident.id)
        )
        return [one for one in session.scalars(query.limit(_MOST_AT_ONCE + len(quiet))) if one not in quiet]

    def _do(self, session: Session, incident: Incident, now: int) -> int:
        match due(_pending(incident), self._config.escalation, now):
            case TellTeam() as step:
                return self._tell_team(session, incident, step, now)
            case FreeOwner():
                return self._free(session, incident, now)
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
        return Step(site=self._site, name=name, number=number, at=now, link=link, rule_owner=owner.told if owner else None)

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
