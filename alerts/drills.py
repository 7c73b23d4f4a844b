"""Drills in SQL: asked for, begun, ended and assessed, each in one transaction with its line in the event log.

In: which incident is to be practised, who wants it. Out: rows; an end closes every incident of the drill and tells those who were
told of it, so that nothing of a drill outlives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.account import story_of
from alerts.drill_score import Facts, Raised, Score, score
from alerts.entry import DRILL
from alerts.frame import MACHINE, Signal, Work
from alerts.lifecycle import GRAVEST_LEVEL
from alerts.message import Link, Step
from alerts.rows import row_of
from alerts.silences import By
from alerts.telling import tell
from pulse.config import Config
from pulse.drills import LIMIT_S, Scenario
from pulse.text import Text
from sql.drill_table import DrillRow
from sql.event_log import append
from sql.models import Incident, OutboxMessage, SignalState, Transition, is_open, shelf_of
from sql.session import Database

LONGEST_ASSESSMENT = 2000
MOST_LISTED = 100


class State(StrEnum):
    """How far a drill is."""

    ASKED = "asked"
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"
    """A person, a real alert of level I, or a watch that was away until its time was over, ended it before its time."""
    FAILED = "failed"
    """It could not be played."""
    SKIPPED = "skipped"
    """Its plan came at a bad time."""


STATE_NAMES: Mapping[State, Text] = {
    State.ASKED: Text("about to begin", "即将开始"),
    State.RUNNING: Text("under way", "进行中"),
    State.ENDED: Text("over", "已结束"),
    State.STOPPED: Text("stopped", "已中止"),
    State.FAILED: Text("could not be played", "未能进行"),
    State.SKIPPED: Text("left out", "已跳过"),
}


class Refused(ValueError):
    """A drill that cannot be; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which incident is to be practised."""

    name: str
    scenario: Scenario
    limit_s: float = LIMIT_S
    queues: tuple[str, ...] = ()
    planned_for: int | None = None
    """The instant of the plan it follows; None where a person wants it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a drill ends, and why."""

    state: State
    why: Text


def ask(database: Database, site: str, wanted: Wanted, by: By) -> DrillRow:
    """The drill, which `watch` begins within a second; raises Refused while another one or a real alert of level I stands."""
    row = _row(site, wanted, by, State.ASKED)
    try:
        with database.write() as session:
            if _real_emergency(session, site):
                raise Refused(Text("a real alert of level I stands: first things first", "有真实的 I 级告警未恢复：请先处理"))
            session.add(row)
            session.flush()
            _log(session, row, by, ("none", State.ASKED), Text(f"asked for by {by.who}", f"{by.who} 发起"))
    except IntegrityError as error:
        raise Refused(Text("another drill is under way, or this one was played already", "已有演练在进行，或该演练已进行过")) from error
    return row


def skip(database: Database, site: str, wanted: Wanted, why: Text, by: By) -> None:
    """Keeps that a planned drill did not begin; nothing where that is known."""
    row = _row(site, wanted, by, State.SKIPPED)
    row.ended_at, row.ended_by, row.why = by.now, by.who, why.by_language()
    try:
        with database.write() as session:
            session.add(row)
            session.flush()
            _log(session, row, by, ("none", State.SKIPPED), why)
    except IntegrityError:
        return


def begin(database: Database, drill_id: int, cast: Mapping[str, Any], by: By) -> bool:
    """Marks that its first record is about to be played; False where somebody ended it meanwhile."""
    with database.write() as session:
        row = session.get_one(DrillRow, drill_id, with_for_update=True)
        if row.ended_at is not None:
            return False
        before, row.state, row.cast, row.began_at = row.state, State.RUNNING, dict(cast), by.now
        _log(session, row, by, (before, State.RUNNING), Text("it begins", "开始"))
        return True


def end(database: Database, drill_id: int, ending: Ending, by: By, link: Link) -> bool:
    """Ends it, closes its incidents and tells those who were told of them; False where it is over already."""
    with database.write() as session:
        row = session.get(DrillRow, drill_id, with_for_update=True)
        if row is None or row.ended_at is not None:
            return False
        before, row.state, row.ended_at, row.ended_by, row.why = row.state, ending.state, by.now, by.who, ending.why.by_language()
        _log(session, row, by, (before, ending.state), ending.why)
        for incident in session.scalars(select(Incident).where(Incident.drill_id == drill_id, is_open())).all():
            _close(session, incident, by.now, link)
        session.execute(delete(SignalState).where(SignalState.site == shelf_of(row.site, drill_id)))
        return True


def stop(database: Database, site: str, by: By, link: Link) -> DrillRow | None:
    """Ends the drill that is under way before its time; None where none is."""
    row = under_way(database, site)
    why = Text(f"stopped by {by.who}", f"{by.who} 已中止")
    return row if row is not None and end(database, row.id, Ending(State.STOPPED, why), by, link) else None


def assess(database: Database, site: str, drill_id: int, text: str, by: By) -> DrillRow | None:
    """Keeps what a person found, in place of what was found before; None where there is no drill of that number that is over."""
    with database.write() as session:
        row = session.get(DrillRow, drill_id, with_for_update=True)
        if row is None or row.site != site or row.ended_at is None:
            return None
        row.assessment, row.assessed_by, row.assessed_at = text.strip()[:LONGEST_ASSESSMENT], by.who, by.now
        _log(session, row, by, (row.state, row.state), Text(f"assessed by {by.who}", f"{by.who} 已评估"), row.assessment)
        return row


def under_way(database: Database, site: str) -> DrillRow | None:
    """The drill that is asked for or runs; None where none is."""
    with database.read() as session:
        return session.scalar(select(DrillRow).where(DrillRow.site == site, DrillRow.ended_at.is_(None)))


def drills(database: Database, site: str, most: int = MOST_LISTED) -> Sequence[DrillRow]:
    """The newest drills first."""
    with database.read() as session:
        return session.scalars(select(DrillRow).where(DrillRow.site == site).order_by(DrillRow.id.desc()).limit(most)).all()


def is_known(database: Database, site: str, wanted: Wanted) -> bool:
    """Whether the plan of an instant was followed or left out already."""
    same = (DrillRow.site == site, DrillRow.name == wanted.name, DrillRow.planned_for == wanted.planned_for)
    with database.read() as session:
        return bool(session.scalar(select(exists().where(*same))))


def score_of(database: Database, config: Config, row: DrillRow, now: int) -> Score:
    """What a drill came to, or has come to by an instant (epoch ms)."""
    with database.read() as session:
        raised, has_real = tuple(_raised(session, config, row)), _has_real(session, row, now)
    is_cut_short = row.state == State.STOPPED
    facts = Facts(began_at=row.began_at, ended_at=row.ended_at, is_cut_short=is_cut_short, raised=raised, has_real=has_real)
    return score(facts, now)


def _raised(session: Session, config: Config, row: DrillRow) -> Iterator[Raised]:
    for incident in session.scalars(select(Incident).where(Incident.drill_id == row.id).order_by(Incident.id)):
        rule = config.rules.get(incident.rule)
        has_channel = rule is not None and bool(rule.channels(incident.worst_level))
        yield Raised(level=incident.worst_level, story=story_of(session, incident), has_channel=has_channel)


def _has_real(session: Session, row: DrillRow, now: int) -> bool:
    """Whether a real incident was open at any instant of the drill."""
    began_at, until = row.began_at or row.asked_at, row.ended_at or now
    is_real = (Incident.site == row.site, Incident.drill_id.is_(None))
    stood = (Incident.opened_at <= until, or_(Incident.closed_at.is_(None), Incident.closed_at >= began_at))
    return bool(session.scalar(select(exists().where(*is_real, *stood))))


def _row(site: str, wanted: Wanted, by: By, state: State) -> DrillRow:
    return DrillRow(
        site=site,
        name=wanted.name,
        scenario=wanted.scenario.value,
        state=state.value,
        limit_s=wanted.limit_s,
        queues=list(wanted.queues),
        planned_for=wanted.planned_for,
        asked_by=by.who,
        asked_at=by.now,
    )


def _real_emergency(session: Session, site: str) -> bool:
    grave = (Incident.site == site, Incident.drill_id.is_(None), Incident.level == GRAVEST_LEVEL, Incident.signal != Signal.OK)
    return bool(session.scalar(select(exists().where(*grave, is_open()))))


def _close(session: Session, incident: Incident, now: int, link: Link) -> None:
    """Who heard of it hears that it is over, once; nobody owes it a cause."""
    why = Text("the drill is over", "演练结束")
    step = Step(site=incident.site, name="cleared", number=incident.raises, at=now, link=link.to(incident.id))
    told = session.scalars(select(OutboxMessage.channel).where(OutboxMessage.incident_id == incident.id).distinct()).all()
    known = set(session.scalars(select(OutboxMessage.key).where(OutboxMessage.incident_id == incident.id)))
    row = msgspec.structs.replace(row_of(incident), why=why.by_language())
    tell(session, row, step, [channel for channel in sorted(told) if step.key(incident.id, channel) not in known])
    moved = {"signal": (incident.signal, Signal.OK.value), "work": (incident.work, Work.CLOSED.value)}
    incident.signal, incident.work, incident.closed_at = Signal.OK.value, Work.CLOSED.value, now
    incident.version += 1
    for kind, (before, after) in moved.items():
        if before != after:
            line = {"site": incident.site, "at": now, "incident_id": incident.id, "who": MACHINE, "why": why.by_language(), "origin": DRILL}
            append(session, Transition(kind=kind, from_state=before, to_state=after, **line))


def _log(session: Session, row: DrillRow, by: By, moved: tuple[str, str], why: Text, comment: str | None = None) -> None:
    told = Text(f"drill {row.id}, {row.name}: {why.en}", f"演练 {row.id}，{row.name}：{why.zh}")
    before, after = map(str, moved)
    line = {"site": row.site, "at": by.now, "kind": DRILL, "who": by.who, "from_state": before, "to_state": after}
    append(session, Transition(why=told.by_language(), comment=comment, origin=by.origin or DRILL, **line))
