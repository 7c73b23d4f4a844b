"""What people do to incidents: one transaction in the caller's process, an answer that says what came of it.

In: an incident, the version that was looked at, who and when. Out: an `Outcome`; nothing is done by hope.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.frame import Signal, Work
from alerts.lifecycle import may_become
from pulse.text import Text
from sql.models import Incident, Transition
from sql.session import Database


class Answer(StrEnum):
    """What came of an action."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody was faster, or the incident is another one than was looked at."""
    GONE = "gone"
    """There is no such incident, or it is closed."""
    STANDS = "stands"
    """Its signal is still raised: it cannot be closed."""


class Cause(StrEnum):
    """Why it happened, asked for when an incident is closed."""

    PEOPLE = "people"
    PROCESS = "process"
    TECHNOLOGY = "technology"
    RESOURCES = "resources"
    DEMAND = "demand"
    FALSE_ALARM = "false_alarm"


CAUSES: Mapping[Cause, Text] = {
    Cause.PEOPLE: Text("people", "人员"),
    Cause.PROCESS: Text("process", "流程"),
    Cause.TECHNOLOGY: Text("technology", "技术"),
    Cause.RESOURCES: Text("resources", "资源"),
    Cause.DEMAND: Text("demand", "需求量"),
    Cause.FALSE_ALARM: Text("false alarm", "误报"),
}
_CHANGED = Text("it has changed since you looked", "该事件在您查看后已发生变化")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to an action, with what to tell the person."""

    answer: Answer
    text: Text
    version: int | None = None
    """The incident's version now; None where there is no such incident."""
    owner: str | None = None

    @property
    def value(self) -> str:
        """The answer's word."""
        return self.answer.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    incident_id: int
    version: int
    who: str
    now: int
    to: Work
    why: Text
    values: Mapping[str, Any]
    comment: str | None = None


def acknowledge(database: Database, incident_id: int, version: int, who: str, now: int, comment: str | None = None) -> Outcome:
    """Makes `who` the owner of an open incident."""
    action = _Action(
        incident_id=incident_id,
        version=version,
        who=who,
        now=now,
        to=Work.ACKNOWLEDGED,
        why=Text(f"acknowledged by {who}", f"{who} 已确认"),
        values={"owner": who},
        comment=comment,
    )
    with database.write() as session:
        return _act(session, action)


def close(database: Database, incident_id: int, version: int, who: str, now: int, cause: Cause) -> Outcome:
    """Closes an incident with its cause; refused while its signal stands and is known."""
    action = _Action(
        incident_id=incident_id,
        version=version,
        who=who,
        now=now,
        to=Work.CLOSED,
        why=Text(f"closed by {who}: {CAUSES[cause].en}", f"{who} 已关闭：{CAUSES[cause].zh}"),
        values={"closed_at": now, "cause": cause.value},
    )
    with database.write() as session:
        found = session.get(Incident, incident_id)
        if found is not None and found.work != Work.CLOSED and found.signal != Signal.OK and not found.no_data:
            text = Text("the alert is still raised", "告警尚未恢复")
            return Outcome(answer=Answer.STANDS, text=text, version=found.version, owner=found.owner)
        return _act(session, action)


def _act(session: Session, action: _Action) -> Outcome:
    found = session.get(Incident, action.incident_id)
    refusal = _refusal(found, action)
    if found is None or refusal is not None:
        return refusal or _gone()
    before = found.work
    done = session.execute(
        update(Incident)
        .where(Incident.id == action.incident_id, Incident.version == action.version, Incident.work == before)
        .values(work=action.to.value, version=action.version + 1, **action.values)
        .returning(Incident.version, Incident.owner)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        return Outcome(answer=Answer.CHANGED, text=_CHANGED)
    session.add(_transition(found.site, action, before))
    return Outcome(answer=Answer.DONE, text=action.why, version=done.version, owner=done.owner)


def _refusal(found: Incident | None, action: _Action) -> Outcome | None:
    if found is None:
        return _gone()
    if found.work == Work.CLOSED:
        text = Text("it is already closed", "该事件已关闭")
        return Outcome(answer=Answer.GONE, text=text, version=found.version, owner=found.owner)
    if not may_become(Work(found.work), action.to):
        text = Text(f"already acknowledged by {found.owner}", f"已由 {found.owner} 确认")
        return Outcome(answer=Answer.CHANGED, text=text, version=found.version, owner=found.owner)
    if found.version != action.version:
        return Outcome(answer=Answer.CHANGED, text=_CHANGED, version=found.version, owner=found.owner)
    return None


def _gone() -> Outcome:
    return Outcome(answer=Answer.GONE, text=Text("there is no such incident", "没有该事件"))


def _transition(site: str, action: _Action, before: str) -> Transition:
    return Transition(
        site=site,
        at=action.now,
        incident_id=action.incident_id,
        kind="work",
        who=action.who,
        from_state=before,
        to_state=action.to.value,
        why={"en": action.why.en, "zh": action.why.zh},
        comment=action.comment,
    )
