"""What people do to incidents: one transaction in the caller's process, an answer that says what came of it.

In: an incident, the version that was looked at, who and when. Out: an `Outcome`; nothing is done by hope.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.fields import LEVELS
from alerts.frame import Signal, Work
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS, GRAVEST_LEVEL, may_become
from alerts.message import Step
from alerts.rows import row_of
from alerts.telling import Ways, tell
from pulse.text import Text
from sql.event_log import append
from sql.models import Incident, Transition
from sql.session import Database

LONGEST_COMMENT = 2000


class Answer(StrEnum):
    """What came of an action."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody was faster, or the incident is another one than was looked at."""
    GONE = "gone"
    """There is no such incident, or it is closed."""
    STANDS = "stands"
    """Its signal is still raised: it cannot be closed."""
    GRAVEST = "gravest"
    """Its level cannot rise any more."""
    UNFIT = "unfit"
    """What was asked for cannot be; the text says why."""
    ONLY_DRILL = "only_drill"
    """It is not done to what belongs to a drill."""
    AUTHOR = "author"
    """Another person than its author must do it."""
    NO_CHANNEL = "no_channel"
    """Nobody is reached: the config has no way there."""
    INCOMPLETE = "incomplete"
    """Something is missing without which it cannot be done."""


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
_STEPS_BEGIN = {"escalation_step": 0, "escalation_due_at": None}
_ASSIGNED_TO = "assigned to "
NOBODY = Ways()
_ALREADY: Mapping[Work, Callable[[str | None], Text]] = {
    Work.ACKNOWLEDGED: lambda owner: Text(f"already acknowledged by {owner}", f"已由 {owner} 确认"),
    Work.MITIGATED: lambda owner: Text(f"already mitigated, owned by {owner}", f"已缓解，负责人 {owner}"),
}
_CHANGED = Text("it has changed since you looked", "该事件在您查看后已发生变化")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks when (epoch ms) for something to be done to which incident, as it was looked at."""

    incident_id: int
    version: int
    who: str
    now: int
    comment: str | None = None
    origin: str | None = None
    """From where: console, cli."""
    shift_ends_at: int | None = None
    """When the shift that runs is over (epoch ms), and with it what somebody owns; None where there are no shifts."""


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
class _Change:
    """What an action makes of an incident."""

    to: Work
    why: Text
    values: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "work"
    stays: bool = False
    """Whether it may be done where the work already is what it would become."""
    tells: str | None = None
    """What the rule's channels are told of it."""


def acknowledge(database: Database, asked: Asked) -> Outcome:
    """Makes who asks the owner of an open incident."""
    why = Text(f"acknowledged by {asked.who}", f"{asked.who} 已确认")
    return _changed(
        database, asked, _Change(to=Work.ACKNOWLEDGED, why=why, values={"owner": asked.who, "owned_until": asked.shift_ends_at})
    )


def assign(database: Database, asked: Asked, to: str) -> Outcome:
    """Makes somebody the owner, whoever it was before; an open incident is acknowledged by it."""

    def change(found: Incident) -> _Change:
        work = Work.ACKNOWLEDGED if found.work == Work.OPEN else Work(found.work)
        why = Text(f"{_ASSIGNED_TO}{to}{_by(asked.who)}", f"{asked.who} 指派给 {to}")
        return _Change(to=work, why=why, values={"owner": to, "owned_until": asked.shift_ends_at}, kind="owner", stays=True)

    return _changed(database, asked, change)


def assigned_to(line: Transition) -> str | None:
    """Whom a line of the log says it was assigned to; None where it tells something else."""
    said, by = line.why.get("en", ""), _by(line.who)
    return said.removeprefix(_ASSIGNED_TO).removesuffix(by) if said.startswith(_ASSIGNED_TO) and said.endswith(by) else None


def mitigate(database: Database, asked: Asked) -> Outcome:
    """Says that the harm is contained though the cause is not; who asks owns it where nobody did."""

    def change(found: Incident) -> _Change:
        why = Text(f"mitigated, says {asked.who}", f"{asked.who} 确认已缓解")
        return _Change(to=Work.MITIGATED, why=why, values={"owner": found.owner or asked.who, "owned_until": asked.shift_ends_at})

    return _changed(database, asked, change)


def escalate(database: Database, asked: Asked, ways: Ways = NOBODY) -> Outcome:
    """Raises the level by one: the incident is open again, without an owner, with the graver level's time to acknowledge.

    The rule's channels are told, in the same transaction.
    """

    def change(found: Incident) -> _Change | Outcome:
        if found.level <= GRAVEST_LEVEL:
            return _refused(found, Answer.GRAVEST, Text("it is of the gravest level already", "已是最高级别"))
        level = found.level - 1
        why = Text(f"escalated to level {LEVELS[level]} by {asked.who}", f"{asked.who} 已升级至 {LEVELS[level]} 级")
        due = asked.now + ACKNOWLEDGE_WITHIN_MS[level]
        worst = min(level, found.worst_level)
        values = {"level": level, "escalated_level": level, "worst_level": worst, "owner": None, "acknowledge_by": due, **_STEPS_BEGIN}
        return _Change(to=Work.OPEN, why=why, values=values, kind="level", stays=True, tells="escalated")

    return _changed(database, asked, change, ways=ways)


def close(database: Database, asked: Asked, cause: Cause) -> Outcome:
    """Closes an incident with its cause; refused while its signal stands and is known."""

    def change(found: Incident) -> _Change | Outcome:
        if not Work(found.work).is_closed and found.signal != Signal.OK and not found.no_data:
            return _refused(found, Answer.STANDS, Text("the alert is still raised", "告警尚未恢复"))
        why = Text(f"closed by {asked.who}: {CAUSES[cause].en}", f"{asked.who} 已关闭：{CAUSES[cause].zh}")
        return _Change(to=Work.CLOSED, why=why, values={"closed_at": asked.now, "cause": cause.value})

    return _changed(database, asked, change)


def reopen(database: Database, asked: Asked) -> Outcome:
    """Opens a closed incident again for who asks, who owns it; refused where another one of its rule and scope is open by now."""

    def change(found: Incident) -> _Change | Outcome:
        if found.drill:
            return _refused(found, Answer.ONLY_DRILL, Text("what a drill closed stays closed", "演练的事件关闭后不再打开"))
        why = Text(f"opened again by {asked.who}", f"{asked.who} 已重新打开")
        due = asked.now + ACKNOWLEDGE_WITHIN_MS[found.level]
        anew = {"closed_at": None, "cause": None, "escalated_level": None, "acknowledge_by": due, **_STEPS_BEGIN}
        # Two moves in one: open again, and acknowledged by who opened it.
        return _Change(to=Work.ACKNOWLEDGED, why=why, values={"owner": asked.who, "owned_until": asked.shift_ends_at, **anew}, stays=True)

    try:
        return _changed(database, asked, change, closed=True)
    except IntegrityError:
        text = Text("another incident of this rule is open", "该规则已有另一未结事件")
        return Outcome(answer=Answer.CHANGED, text=text, version=asked.version)


def comment(database: Database, asked: Asked) -> Outcome:
    """Puts a comment into the event log, of a closed incident too; it changes nothing, so nobody's version grows old."""
    with database.write() as session:
        found = session.get(Incident, asked.incident_id)
        if found is None:
            return gone()
        refusal = _too_long(found, asked.comment)
        if refusal is not None:
            return refusal
        said = Text(f"comment by {asked.who}", f"{asked.who} 的备注")
        append(session, _transition(found, asked, _Change(to=Work(found.work), why=said, kind="comment")))
        return Outcome(answer=Answer.DONE, text=said, version=found.version, owner=found.owner)


def _changed(
    database: Database,
    asked: Asked,
    change: _Change | Callable[[Incident], _Change | Outcome],
    *,
    closed: bool = False,
    ways: Ways = NOBODY,
) -> Outcome:
    """What came of a change, or of the function that makes one of the incident it finds; `closed` is the work it begins with."""
    with database.write() as session:
        found = session.get(Incident, asked.incident_id)
        if found is None:
            return gone()
        made = change(found) if callable(change) else change
        if isinstance(made, Outcome):
            return made
        return _too_long(found, asked.comment) or _refusal(found, asked, made, closed=closed) or _done(session, found, asked, made, ways)


def _done(session: Session, found: Incident, asked: Asked, change: _Change, ways: Ways) -> Outcome:
    done = session.execute(
        update(Incident)
        .where(Incident.id == found.id, Incident.version == asked.version, Incident.work == found.work)
        .values(work=change.to.value, version=asked.version + 1, **change.values)
        .returning(Incident.version, Incident.owner)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        return Outcome(answer=Answer.CHANGED, text=_CHANGED)
    append(session, _transition(found, asked, change))
    if change.tells:
        session.refresh(found)
        link, owner = ways.link.to(found.id), ways.owner_told(found.rule)
        step = Step(
            site=found.site,
            name=change.tells,
            number=done.version,
            at=asked.now,
            link=link,
            rule_owner=owner,
            unit=ways.unit_of(found.rule),
        )
        tell(session, row_of(found), step, ways.channels_of(found.rule, found.level))
    return Outcome(answer=Answer.DONE, text=change.why, version=done.version, owner=done.owner)


def _refusal(found: Incident, asked: Asked, change: _Change, *, closed: bool) -> Outcome | None:
    if Work(found.work).is_closed and not closed:
        return _refused(found, Answer.GONE, Text("it is already closed", "该事件已关闭"))
    if closed and not Work(found.work).is_closed:
        return _refused(found, Answer.CHANGED, Text("it is not closed", "该事件未关闭"))
    if not change.stays and not may_become(Work(found.work), change.to):
        return _refused(found, Answer.CHANGED, _ALREADY[Work(found.work)](found.owner))
    return behind(found) if found.version != asked.version else None


def behind(found: Incident) -> Outcome:
    """The answer to who looked at an older version."""
    return _refused(found, Answer.CHANGED, _CHANGED)


def _too_long(found: Incident, comment: str | None) -> Outcome | None:
    """What the log cannot keep whole is not kept at all: nobody could add the rest where they wrote it."""
    length = len(comment or "")
    if length <= LONGEST_COMMENT:
        return None
    most = f"{LONGEST_COMMENT:,}"
    text = Text(f"the comment has {length:,} characters, at most {most} are kept", f"备注共 {length:,} 字，最多保留 {most} 字")
    return _refused(found, Answer.UNFIT, text)


def _refused(found: Incident, answer: Answer, text: Text) -> Outcome:
    return Outcome(answer=answer, text=text, version=found.version, owner=found.owner)


def gone() -> Outcome:
    """The answer where there is no such incident."""
    return Outcome(answer=Answer.GONE, text=Text("there is no such incident", "没有该事件"))


def _by(who: str) -> str:
    return f" by {who}"


def _transition(found: Incident, asked: Asked, change: _Change) -> Transition:
    return Transition(
        site=found.site,
        at=asked.now,
        incident_id=found.id,
        kind=change.kind,
        who=asked.who,
        from_state=found.work,
        to_state=change.to.value,
        why=change.why.by_language(),
        comment=asked.comment or None,
        origin=asked.origin,
    )
