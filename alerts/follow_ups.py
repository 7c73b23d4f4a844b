"""What people promised to do after an incident: who, until when, and whether it is done; and whom to remind.

In: promises, who and when. Out: rows in SQL with a line of the event log for each change; reminders as data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, update

from alerts.actions import Answer, Asked, Outcome, gone
from alerts.log_line import line
from pulse.text import Text
from sql.event_log import append
from sql.models import FollowUp, Incident
from sql.session import Database

LONGEST = 2000
DAY_MS = 24 * 3_600_000
REMIND_EVERY_DAYS = 7


class State(StrEnum):
    """How far a promise has come."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """It will not be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody is to do; `due_at` is the end of its day (epoch ms)."""

    what: str
    owner: str
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """That a promise is past its date; its key is the same however often it is asked for."""

    follow_up: FollowUp
    days_late: int
    number: int
    """The first when its day is over, then one a week."""

    @property
    def key(self) -> str:
        """What makes it one reminder."""
        return f"{self.follow_up.site}/follow-up-{self.follow_up.id}/reminder-{self.number}"


_SAID: Mapping[State, Text] = {
    State.OPEN: Text("open again", "重新打开"),
    State.DONE: Text("done", "已完成"),
    State.DROPPED: Text("dropped", "已取消"),
}


def due_reminders(follow_ups: Iterable[FollowUp], now: int) -> tuple[Reminder, ...]:
    """One reminder for each open promise whose day is over at `now` (epoch ms), the latest first."""
    late = sorted((one for one in follow_ups if is_late(one, now)), key=lambda one: (one.due_at, one.id))
    days = ((one, (now - one.due_at) // DAY_MS) for one in late)
    return tuple(Reminder(follow_up=one, days_late=late_d, number=1 + late_d // REMIND_EVERY_DAYS) for one, late_d in days)


def is_late(follow_up: FollowUp, now: int) -> bool:
    """Whether it is open though its day is over."""
    return follow_up.state == State.OPEN and follow_up.due_at <= now


def follow_ups_of(database: Database, incident_id: int) -> Sequence[FollowUp]:
    """The promises after an incident, by their dates."""
    query = select(FollowUp).where(FollowUp.incident_id == incident_id).order_by(FollowUp.due_at, FollowUp.id)
    with database.read() as session:
        return session.scalars(query).all()


def open_follow_ups(database: Database, site: str) -> Sequence[FollowUp]:
    """Every promise of a site that is neither done nor dropped, the most urgent first."""
    query = select(FollowUp).where(FollowUp.site == site, FollowUp.state == State.OPEN.value)
    with database.read() as session:
        return session.scalars(query.order_by(FollowUp.due_at, FollowUp.id)).all()


def promise(database: Database, asked: Asked, promised: Promise) -> Outcome:
    """Keeps a promise; incomplete where it says not what or who."""
    if not promised.what.strip() or not promised.owner.strip():
        return Outcome(answer=Answer.INCOMPLETE, text=Text("what and who are needed", "需要填写内容和负责人"))
    if len(promised.what.strip()) > LONGEST:
        return Outcome(answer=Answer.UNFIT, text=_too_long(len(promised.what.strip())))
    with database.write() as session:
        incident = session.get(Incident, asked.incident_id)
        if incident is None:
            return gone()
        row = FollowUp(
            site=incident.site,
            incident_id=incident.id,
            what=promised.what.strip(),
            owner=promised.owner.strip(),
            due_at=promised.due_at,
            state=State.OPEN.value,
            made_by=asked.who,
            made_at=asked.now,
        )
        session.add(row)
        session.flush()
        said = Text(f"action {row.id} for {row.owner}, says {asked.who}", f"{asked.who} 指派改进措施 {row.id}：{row.owner}")
        append(session, line(row.site, asked, ("follow_up", "", State.OPEN), said, comment=row.what))
        return Outcome(answer=Answer.DONE, text=said, version=incident.version)


def move(database: Database, asked: Asked, follow_up_id: int, state: State) -> Outcome:
    """Says that a promise is done, dropped or open again; changed where it is so already."""
    with database.write() as session:
        row = session.get(FollowUp, follow_up_id)
        if row is None or row.incident_id != asked.incident_id:
            return Outcome(answer=Answer.GONE, text=Text("there is no such action", "没有该措施"))
        before, ended = row.state, state is not State.OPEN
        moved = session.execute(
            update(FollowUp)
            .where(FollowUp.id == row.id, FollowUp.state != state.value)
            .values(state=state.value, ended_by=asked.who if ended else None, ended_at=asked.now if ended else None)
            .execution_options(synchronize_session=False)
            .returning(FollowUp.id)
        ).first()
        if moved is None:
            return Outcome(answer=Answer.CHANGED, text=Text("it is so already", "已是该状态"))
        word = _SAID[state]
        said = Text(f"action {row.id} {word.en}, says {asked.who}", f"{asked.who}：改进措施 {row.id} {word.zh}")
        append(session, line(row.site, asked, ("follow_up", before, state), said, comment=row.what))
        return Outcome(answer=Answer.DONE, text=said)


def _too_long(length: int) -> Text:
    return Text(f"it has {length:,} characters, at most {LONGEST:,} are kept", f"共 {length:,} 字，最多保留 {LONGEST:,} 字")
