"""What is learnt from an incident: a draft that the log writes by itself, versions that people add, and the end of the work.

In: an account, who and when. Out: contents, versions in SQL, a line of the event log for each; a version is only added upon the one
its author saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.account import Account, text_of
from alerts.actions import Answer, Asked, Cause, Outcome, behind, gone
from alerts.frame import Work
from alerts.lifecycle import may_become
from alerts.log_line import line
from alerts.timeline import TIME_NAMES
from pulse.clock import local_time
from pulse.text import Language, Text
from pulse.written import UNKNOWN, duration
from sql.event_log import append
from sql.models import Incident, PostMortemVersion
from sql.session import Database

WHYS = 5
FISHBONE = (Cause.PEOPLE, Cause.PROCESS, Cause.TECHNOLOGY, Cause.RESOURCES)
LONGEST_FIELD = 4000
_CONTACTS: Mapping[str, Text] = {
    "offered": Text("offered", "呼入"),
    "abandoned": Text("abandoned", "放弃"),
    "answered_late": Text("answered after the target", "超过目标才接听"),
}


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline as it stood; `at` is epoch ms."""

    at: int
    text: dict[str, str]
    who: str | None = None
    comment: str | None = None


class PostMortem(msgspec.Struct, frozen=True, kw_only=True):
    """What one version says: what people wrote, and the facts as the log had them then."""

    summary: str = ""
    whys: tuple[str, ...] = ("",) * WHYS
    fishbone: str | None = None
    """One of `FISHBONE`."""
    went_well: str = ""
    went_badly: str = ""
    times: dict[str, float | None] = {}
    """In seconds, by the names of `Times`."""
    contacts: dict[str, int | None] = {}
    timeline: tuple[Moment, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which it cannot be finished."""
        needed = {"summary": self.summary, "whys": "".join(self.whys[:1]), "fishbone": self.fishbone or ""}
        return tuple(name for name, value in needed.items() if not value.strip())


def drafted(account: Account, language: Language, zone: ZoneInfo) -> PostMortem:
    """The draft that the log writes by itself: facts, and a summary of them in the language of who asks."""
    cause = account.incident.cause
    return with_facts(PostMortem(summary=_summary(account, language, zone), fishbone=cause if cause in FISHBONE else None), account)


def with_facts(content: PostMortem, account: Account) -> PostMortem:
    """What people wrote, with the facts as the log has them now."""
    return msgspec.structs.replace(
        content,
        times={name: getattr(account.times, name) for name in TIME_NAMES},
        contacts=asdict(account.affected),
        timeline=tuple(Moment(at=one.at, text=one.text.by_language(), who=one.who, comment=one.comment) for one in account.moments),
    )


def versions_of(database: Database, incident_id: int) -> Sequence[PostMortemVersion]:
    """Every version, the first one first."""
    query = select(PostMortemVersion).where(PostMortemVersion.incident_id == incident_id).order_by(PostMortemVersion.version)
    with database.read() as session:
        return session.scalars(query).all()


def content_of(version: PostMortemVersion) -> PostMortem:
    """What a version says."""
    return msgspec.convert(version.content, PostMortem)


def save(database: Database, asked: Asked, content: PostMortem, seen: int) -> Outcome:
    """Adds a version upon version `seen` (0 where there was none); changed where another one came first.

    Raises ValueError for a class that is none of the fishbone.
    """
    if content.fishbone is not None and content.fishbone not in FISHBONE:
        raise ValueError(f'fishbone: got "{content.fishbone}", expected one of {", ".join(FISHBONE)}')
    with database.write() as session:
        incident = session.get(Incident, asked.incident_id, with_for_update=True)
        if incident is None:
            return gone()
        newest = _newest(session, incident.id)
        version = newest.version if newest else 0
        if version != seen:
            text = Text("somebody saved another version", "其间有人保存了另一版本")
            return Outcome(answer=Answer.CHANGED, text=text, version=incident.version)
        session.add(_row(incident, asked, content, version + 1))
        said = Text(f"post-mortem, version {version + 1} by {asked.who}", f"{asked.who} 保存复盘第 {version + 1} 版")
        append(session, line(incident.site, asked, ("postmortem", "", "drafted"), said))
        return Outcome(answer=Answer.DONE, text=said, version=incident.version)


def finish(database: Database, asked: Asked) -> Outcome:
    """Ends the work on a closed incident: its newest version is the post-mortem, the incident is reviewed.

    Incomplete where there is none or something is missing in it; stands where the incident is not closed.
    """
    with database.write() as session:
        incident = session.get(Incident, asked.incident_id)
        if incident is None:
            return gone()
        newest = _newest(session, incident.id)
        refusal = _refusal(incident, asked, newest)
        if refusal is not None or newest is None:
            return refusal or gone()
        done = session.execute(
            update(Incident)
            .where(Incident.id == incident.id, Incident.version == asked.version, Incident.work == Work.CLOSED.value)
            .values(work=Work.REVIEWED.value, version=asked.version + 1)
            .execution_options(synchronize_session=False)
            .returning(Incident.version)
        ).first()
        if done is None:
            return behind(incident)
        said = Text(f"post-mortem finished with version {newest.version} by {asked.who}", f"{asked.who} 以第 {newest.version} 版完成复盘")
        append(session, line(incident.site, asked, ("work", Work.CLOSED, Work.REVIEWED), said))
        return Outcome(answer=Answer.DONE, text=said, version=done.version, owner=incident.owner)


def _refusal(incident: Incident, asked: Asked, newest: PostMortemVersion | None) -> Outcome | None:
    if not may_become(Work(incident.work), Work.REVIEWED):
        text = Text("it is not closed, or reviewed already", "该事件未关闭，或已复盘")
        return Outcome(answer=Answer.STANDS, text=text, version=incident.version)
    if incident.version != asked.version:
        return behind(incident)
    missing = content_of(newest).missing if newest else ("summary", "whys", "fishbone")
    if missing:
        text = Text(f"missing: {', '.join(missing)}", f"尚缺：{'、'.join(missing)}")
        return Outcome(answer=Answer.INCOMPLETE, text=text, version=incident.version)
    return None


def _summary(account: Account, language: Language, zone: ZoneInfo) -> str:
    incident, zh = account.incident, language is Language.ZH
    title, why = text_of(incident.title).in_(language), text_of(incident.why).in_(language)
    took = "，" if zh else ", "
    times = took.join(f"{name.in_(language)} {_duration(getattr(account.times, key), language)}" for key, name in TIME_NAMES.items())
    counts = asdict(account.affected)
    contacts = took.join(f"{name.in_(language)} {UNKNOWN if counts[key] is None else counts[key]}" for key, name in _CONTACTS.items())
    opened = local_time(incident.opened_at, zone)
    if zh:
        return f"{title}：{why}\n{opened} 触发。\n时长：{times}。\n受影响的联系：{contacts}。"
    return f"{title}: {why}\nRaised at {opened}.\nTimes: {times}.\nContacts affected: {contacts}."


def _duration(seconds: float | None, language: Language) -> str:
    return UNKNOWN if seconds is None else duration(seconds, language)


def _newest(session: Session, incident_id: int) -> PostMortemVersion | None:
    query = select(PostMortemVersion).where(PostMortemVersion.incident_id == incident_id)
    return session.scalars(query.order_by(PostMortemVersion.version.desc())).first()


def _row(incident: Incident, asked: Asked, content: PostMortem, version: int) -> PostMortemVersion:
    return PostMortemVersion(
        site=incident.site,
        incident_id=incident.id,
        version=version,
        content=msgspec.to_builtins(content),
        who=asked.who,
        at=asked.now,
    )
