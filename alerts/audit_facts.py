"""What the auditor reads: steps that are due, hand-overs nobody was told of, messages nobody got; columns only, no code of the sweepers.

In: a session that only reads. Out: data; what is kept quiet is left out as long as what keeps it quiet stands.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from alerts.auditor import MESSAGE_WITHIN_MS, DueStep, Unsent
from alerts.kept_quiet import kept_quiet
from pulse.config import Config
from pulse.text import Text
from sql.duty import HandOver, Notice
from sql.models import Incident, OutboxMessage, is_open

MOST = 500


def due_steps(session: Session, config: Config, now: int) -> list[DueStep]:
    """Every step of an escalation that is due at an instant (epoch ms), every owner whose shift is over, every hand-over to be told of."""
    levels = [int(level) for level in config.escalation]
    next_at = case((Incident.escalation_step == 0, Incident.acknowledge_by), else_=Incident.escalation_due_at)
    stands = or_(Incident.signal != "ok", Incident.no_data)
    unanswered = and_(Incident.work == "open", stands, Incident.level.in_(levels), next_at <= now)
    left = and_(Incident.work.in_(("acknowledged", "mitigated")), Incident.owned_until <= now)
    mine = (Incident.site == config.site.name, is_open())
    found = session.scalars(select(Incident).where(*mine, or_(unanswered, left)).order_by(Incident.level, Incident.id).limit(MOST)).all()
    quiet = kept_quiet(session, found, now)
    steps = [_step(one) for one in found if one.id not in quiet]
    return [*steps, *(_hand_overs(session, config.site.name, now) if config.handover else ())]


def unsent(session: Session, site: str, now: int) -> list[Unsent]:
    """Every message that did not arrive: those that wait, and those given up of alerts that nobody has acknowledged."""
    rows = [*_waiting(session, site, now), *_lost(session, site)]
    got = _delivered(session, {row.incident_id for row in rows})
    found = [_unsent(row, is_heard=_reached_another(row, got)) for row in rows if not _was_heard(row, got)]
    return [*found, *_notices(session, site, now)]


def _step(one: Incident) -> DueStep:
    what = Text(f"#{one.id} {one.title.get('en', '')}", f"#{one.id} {one.title.get('zh', '')}")
    if one.work == "open":
        due_at = one.acknowledge_by if one.escalation_step == 0 else one.escalation_due_at
        return DueStep(key=f"step/{one.id}/{one.escalation_step}", what=what, due_at=due_at or 0)
    return DueStep(key=f"owner/{one.id}/{one.owned_until}", what=what, due_at=one.owned_until or 0)


def _hand_overs(session: Session, site: str, now: int) -> list[DueStep]:
    waits = (HandOver.accepted_at.is_(None), HandOver.replaced_at.is_(None), HandOver.due_at <= now)
    rows = session.scalars(select(HandOver).where(HandOver.site == site, *waits))
    return [
        DueStep(key=f"handover/{row.id}/{row.told}", what=Text(f"hand-over {row.id}", f"交接班 {row.id}"), due_at=row.due_at or 0)
        for row in rows
    ]


def _waiting(session: Session, site: str, now: int) -> Sequence[OutboxMessage]:
    row = OutboxMessage
    waits = and_(row.sent_at.is_(None), row.given_up_at.is_(None), row.created_at <= now - min(MESSAGE_WITHIN_MS.values()))
    return session.scalars(select(row).where(row.site == site, waits).order_by(row.level, row.id).limit(MOST)).all()


def _lost(session: Session, site: str) -> Sequence[OutboxMessage]:
    """Read by incident: of all messages there ever were, those of alerts nobody has acknowledged are few."""
    row = OutboxMessage
    unanswered = select(Incident.id).where(Incident.site == site, is_open(), Incident.work == "open")
    given_up = (row.given_up_at.is_not(None), row.level <= 2)
    return session.scalars(select(row).where(row.incident_id.in_(unanswered), *given_up).order_by(row.level, row.id).limit(MOST)).all()


def _delivered(session: Session, incidents: Collection[int]) -> list[tuple[int, int, str, bool]]:
    """Of each message that somebody got: its incident, number, step, and whether it came by a fallback."""
    row = OutboxMessage
    instead_of = row.payload["instead_of"].as_string()
    query = select(row.incident_id, row.id, row.key, row.channel, instead_of).where(
        row.incident_id.in_(incidents), row.sent_at.is_not(None)
    )
    return [
        (incident, number, key.removesuffix(channel), instead is not None)
        for incident, number, key, channel, instead in session.execute(query)
    ]


def _was_heard(row: OutboxMessage, got: Collection[tuple[int, int, str, bool]]) -> bool:
    """Whether the step of a message reached somebody by its fallback or, once it is given up, in any way, then or later."""
    step = row.key.removesuffix(row.channel)
    if row.given_up_at is None:
        return any(by_fallback and other == step for _, _, other, by_fallback in got)
    return any(incident == row.incident_id and (other == step or number > row.id) for incident, number, other, _ in got)


def _reached_another(row: OutboxMessage, got: Collection[tuple[int, int, str, bool]]) -> bool:
    """Whether another channel brought the same step."""
    step = row.key.removesuffix(row.channel)
    return any(incident == row.incident_id and other == step for incident, _, other, _ in got)


def _unsent(row: OutboxMessage, *, is_heard: bool) -> Unsent:
    title = row.payload.get("title") or {}
    what = Text(f"{row.channel}: #{row.incident_id} {title.get('en', '')}", f"{row.channel}：#{row.incident_id} {title.get('zh', '')}")
    since = row.created_at if row.given_up_at is None else row.given_up_at
    is_lost = row.given_up_at is not None
    return Unsent(key=f"message/{row.id}", what=what, level=row.level, since=since, given_up=is_lost, is_heard=is_heard)


def _notices(session: Session, site: str, now: int) -> list[Unsent]:
    waits = (Notice.sent_at.is_(None), Notice.given_up_at.is_(None), Notice.created_at <= now - MESSAGE_WITHIN_MS[3])
    rows = session.scalars(select(Notice).where(Notice.site == site, *waits).order_by(Notice.id).limit(MOST))
    return [
        Unsent(
            key=f"notice/{row.id}",
            what=Text(f"{row.channel}: {row.payload['title']['en']}", f"{row.channel}：{row.payload['title']['zh']}"),
            level=3,
            since=row.created_at,
        )
        for row in rows
    ]
