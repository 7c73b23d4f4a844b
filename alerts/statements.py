"""What an audience is told of an incident: drafted from a template, approved, then sent by the audience's channels.

In: an account or a text, who and when. Out: versions in SQL, messages in the outbox, a line of the event log for each act, all in one
transaction. A version's text never changes; only the newest one is approved, only an approved one is sent, and that once.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.account import Account, text_of
from alerts.actions import Answer, Asked, Outcome, gone
from alerts.fields import LEVELS, STATEMENT
from alerts.log_line import line
from alerts.message import Step
from alerts.statement_texts import TEMPLATES, TITLES
from alerts.templates import written
from pulse.audiences import AUDIENCE_NAMES, Audience
from pulse.clock import local_time
from pulse.config import Config
from pulse.people import bare_name
from pulse.text import Language, Text
from sql.event_log import append
from sql.models import Incident, OutboxMessage, StatementVersion
from sql.session import Database

_ONLY_A_DRILL = Text("this is a drill: nobody outside is told of it", "这是一次演练：不向外部发送")
LONGEST = 2000
"""Code points of a text in one language."""


def drafted(account: Account, audience: Audience, config: Config) -> Text:
    """What the template makes of an incident, in both languages; no person, level or number of it but for staff."""
    return Text(*(written(TEMPLATES[audience].in_(language), _fields(account, config, language)) for language in Language))


def versions_of(database: Database, incident_id: int) -> dict[Audience, Sequence[StatementVersion]]:
    """Every version for each audience, the first one first; an audience without one is left out."""
    query = select(StatementVersion).where(StatementVersion.incident_id == incident_id).order_by(StatementVersion.version)
    found: dict[Audience, list[StatementVersion]] = {}
    with database.read() as session:
        for row in session.scalars(query):
            found.setdefault(Audience(row.audience), []).append(row)
    return {audience: found[audience] for audience in Audience if audience in found}


def draft(database: Database, asked: Asked, audience: Audience, text: Text, *, seen: int) -> Outcome:
    """Adds a version upon version `seen` (0 where there was none); incomplete where a language says nothing."""
    if not text.en.strip() or not text.zh.strip():
        return Outcome(answer=Answer.INCOMPLETE, text=Text("both languages are needed", "需要填写中英文两种文本"))
    with database.write() as session:
        incident = session.get(Incident, asked.incident_id, with_for_update=True)
        if incident is None:
            return gone()
        newest = _newest(session, incident.id, audience)
        if (newest.version if newest else 0) != seen:
            return _newer(incident)
        kept = {Language.EN.value: text.en.strip()[:LONGEST], Language.ZH.value: text.zh.strip()[:LONGEST]}
        facts = {"site": incident.site, "incident_id": incident.id, "audience": audience.value, "version": seen + 1}
        session.add(StatementVersion(text=kept, drafted_by=asked.who, drafted_at=asked.now, channels=[], **facts))
        said = _said("drafted", "起草", audience, seen + 1)
        append(session, line(incident.site, asked, ("statement", "", "drafted"), said))
        return Outcome(answer=Answer.DONE, text=said, version=incident.version)


def approve(database: Database, asked: Asked, audience: Audience, version: int, *, second_person: bool) -> Outcome:
    """Approves the newest version; with `second_person` not by its author."""
    with database.write() as session:
        found = _found(session, asked, audience, version)
        if isinstance(found, Outcome):
            return found
        if second_person and bare_name(found.drafted_by) == bare_name(asked.who):
            return Outcome(answer=Answer.AUTHOR, text=Text("another person than its author must approve it", "须由起草人以外的人批准"))
        marks = {"approved_by": asked.who, "approved_at": asked.now}
        return _marked(session, asked, found, ("approved", "批准"), marks)


def send(database: Database, asked: Asked, audience: Audience, version: int, *, channels: Sequence[str]) -> Outcome:
    """Puts an approved version into the outbox, once for each channel; incomplete where the audience has none."""
    if not channels:
        name = AUDIENCE_NAMES[audience]
        where = f"[statements.{audience}] notify"
        return Outcome(answer=Answer.NO_CHANNEL, text=Text(f"no channel leads to {name.en}: {where}", f"没有通往{name.zh}的渠道：{where}"))
    with database.write() as session:
        found = _found(session, asked, audience, version)
        if isinstance(found, Outcome):
            return found
        if found.approved_at is None:
            return Outcome(answer=Answer.INCOMPLETE, text=Text("it is not approved yet", "尚未批准"))
        incident = session.get_one(Incident, found.incident_id)
        if incident.drill and audience is not Audience.STAFF:
            return Outcome(answer=Answer.ONLY_DRILL, text=_ONLY_A_DRILL, version=incident.version)
        marks = {"sent_by": asked.who, "sent_at": asked.now, "channels": list(channels)}
        outcome = _marked(session, asked, found, ("sent", "发送"), marks, to=", ".join(channels))
        if outcome.answer is Answer.DONE:
            session.add_all(_message(incident, found, channel, asked.now) for channel in channels)
        return outcome


def _marked(session: Session, asked: Asked, found: StatementVersion, verb: tuple[str, str], marks: dict[str, Any], to: str = "") -> Outcome:
    """The mark, set once; changed where somebody was faster."""
    column = StatementVersion.approved_at if "approved_at" in marks else StatementVersion.sent_at
    set_now = session.execute(
        update(StatementVersion)
        .where(StatementVersion.id == found.id, column.is_(None))
        .values(**marks)
        .execution_options(synchronize_session=False)
        .returning(StatementVersion.id)
    ).first()
    if set_now is None:
        return Outcome(answer=Answer.CHANGED, text=Text(f"it is {verb[0]} already", f"已{verb[1]}"))
    said = _said(*verb, Audience(found.audience), found.version)
    if to:
        said = Text(f"{said.en} to {to}", f"{said.zh}至 {to}")
    append(session, line(found.site, asked, ("statement", "", verb[0]), said))
    return Outcome(answer=Answer.DONE, text=said)


def _message(incident: Incident, found: StatementVersion, channel: str, now: int) -> OutboxMessage:
    step = Step(site=found.site, name=f"{STATEMENT}-{found.audience}", number=found.version, at=now)
    return OutboxMessage(
        site=found.site,
        incident_id=incident.id,
        key=step.key(incident.id, channel),
        channel=channel,
        level=incident.level,
        payload=_payload(incident, found, now),
        created_at=now,
        due_at=now,
        attempts=0,
    )


def _payload(incident: Incident, found: StatementVersion, now: int) -> dict[str, Any]:
    """The approved text and nothing that was not approved: neither rule nor number, nobody's name, no way into the console."""
    return {
        "format": 1,
        "site": found.site,
        "state": STATEMENT,
        "incident": incident.id,
        "audience": found.audience,
        "statement_version": found.version,
        "title": TITLES[Audience(found.audience)].by_language(),
        "why": found.text,
        "at": now,
        "drill": incident.drill,
    }


def _fields(account: Account, config: Config, language: Language) -> dict[str, Any]:
    incident, zone = account.incident, config.zone
    queue = config.queues.get(incident.scope)
    place = queue.title.text.in_(language) if queue and queue.title else ""
    over, named = account.times.fix_s is not None, f" ({zone.key})"
    return {
        "title": text_of(incident.title).in_(language),
        "why": text_of(incident.why).in_(language),
        "level": LEVELS.get(incident.level, ""),
        "where": place,
        "since": _minute(account.story.began_at or incident.opened_at, zone) + ("" if over else named),
        "until": _minute(account.until, zone) + named if over else "",
        "drill": incident.drill,
    }


def _minute(at: int, zone: ZoneInfo) -> str:
    return local_time(at, zone)[:16]


def _found(session: Session, asked: Asked, audience: Audience, version: int) -> StatementVersion | Outcome:
    incident = session.get(Incident, asked.incident_id)
    newest = _newest(session, asked.incident_id, audience)
    if incident is None or newest is None:
        return gone()
    return newest if newest.version == version else _newer(incident)


def _newest(session: Session, incident_id: int, audience: Audience) -> StatementVersion | None:
    query = select(StatementVersion).where(StatementVersion.incident_id == incident_id, StatementVersion.audience == audience.value)
    return session.scalars(query.order_by(StatementVersion.version.desc())).first()


def _newer(incident: Incident) -> Outcome:
    text = Text("somebody saved another version", "其间有人保存了另一版本")
    return Outcome(answer=Answer.CHANGED, text=text, version=incident.version)


def _said(verb: str, zh: str, audience: Audience, version: int) -> Text:
    name = AUDIENCE_NAMES[audience]
    return Text(f"statement for {name.en.lower()}, version {version}: {verb}", f"面向{name.zh}的声明第 {version} 版：已{zh}")
