"""Messages that are about no single alert, such as a hand-over that nobody accepted.

In: what to tell, by which channels. Out: rows in the transaction of what they tell of, then deliveries: at least once, always with the
same key, on the ladder of the outbox, and by the fallback after two failures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from alerts.failure_words import failure
from alerts.frame import MACHINE
from alerts.message import Attachment, Attempt, Channel, Message
from alerts.outbox import CLAIM_MS, FALLBACK_AFTER, held_until, is_due, retry_in_s, was_tried_enough
from pulse.clock import Clock
from pulse.text import Text
from sql.duty import Notice
from sql.event_log import append
from sql.models import Transition
from sql.session import Database

GOOD_FOR_MS = 3_600_000
"""How long a receiver that keeps alerts, such as an Alertmanager, holds one."""
_MOST_AT_ONCE = 200
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is told: `name` is the stem of its key, `state` one of `alerts.fields.STATES`."""

    name: str
    state: str
    title: Text
    why: Text
    at: int
    link: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    """What programs and attachments need to know beside the words, by name."""


def payload_of(site: str, said: Said) -> dict[str, Any]:
    """The message as channels receive it: like that of an alert, without what only an alert has."""
    return {
        "format": 1,
        "notice": True,
        "site": site,
        "state": said.state,
        "incident": None,
        "rule": said.name.partition("-")[0],
        "kind": "notice",
        "level": 3,
        "scope": "site",
        "title": said.title.by_language(),
        "why": said.why.by_language(),
        "value": None,
        "threshold": None,
        "contributors": [],
        "more_contributors": 0,
        "opened_at": said.at,
        "at": said.at,
        "good_until": said.at + GOOD_FOR_MS,
        "acknowledge_by": None,
        "runbook": None,
        "drill": False,
        "link": said.link,
        **said.about,
    }


def put(session: Session, site: str, said: Said, channels: Iterable[str]) -> int:
    """Adds one message for each channel that does not have it yet; how many there are."""
    keys = {f"{site}/{said.name}/{channel}": channel for channel in channels}
    known = set(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))
    new = [_row(site, key, channel, payload_of(site, said)) for key, channel in keys.items() if key not in known]
    session.add_all(new)
    return len(new)


Attach = Callable[[Mapping[str, Any]], Sequence[Attachment]]
"""The files that go with a notice, by its payload."""


def nothing_attached_to(_payload: Mapping[str, Any]) -> Sequence[Attachment]:
    """Where nobody makes files."""
    return ()


@dataclass(frozen=True, slots=True)
class NoticeSender:
    """Sends the notices of one channel, beside its alerts."""

    database: Database
    site: str
    name: str
    channel: Channel
    fallback: str | None = None
    attach: Attach = nothing_attached_to

    def send_due(self, clock: Clock) -> int:
        """Tries every notice that is due now once; the number of tries. A channel at its limit ends the round."""
        tried = 0
        for notice_id in self._due(clock()):
            claimed = self._claim(notice_id, clock())
            if claimed is None:
                continue
            attempt = self._sent(claimed, clock())
            if attempt.held:
                self._put_back(claimed.id, held_until(attempt, clock()))
                break
            self._record(claimed.id, attempt, clock())
            tried += 1
        return tried

    def _due(self, now: int) -> Sequence[int]:
        query = select(Notice.id).where(Notice.site == self.site, Notice.channel == self.name, is_due(Notice.due_at, now), _waits())
        with self.database.read() as session:
            return session.scalars(query.order_by(Notice.due_at, Notice.id).limit(_MOST_AT_ONCE)).all()

    def _claim(self, notice_id: int, now: int) -> Notice | None:
        claim = (
            update(Notice)
            .where(Notice.id == notice_id, is_due(Notice.due_at, now), _waits())
            .values(due_at=now + CLAIM_MS, attempts=Notice.attempts + 1)
            .returning(Notice.id)
        )
        with self.database.write() as session:
            return session.get(Notice, notice_id) if session.scalar(claim) is not None else None

    def _sent(self, notice: Notice, now: int) -> Attempt:
        try:
            return self.channel.send(Message(notice.key, notice.payload, attached=partial(self.attach, notice.payload)), now)
        except Exception as error:
            log.exception("channel_fault", channel=self.name, key=notice.key)
            return Attempt(delivered=False, retriable=True, error=f"fault:{type(error).__name__}")

    def _put_back(self, notice_id: int, due_at: int) -> None:
        with self.database.write() as session:
            notice = session.get_one(Notice, notice_id)
            notice.due_at, notice.attempts = due_at, notice.attempts - 1

    def _record(self, notice_id: int, attempt: Attempt, now: int) -> None:
        with self.database.write() as session:
            notice = session.get_one(Notice, notice_id)
            notice.last_status, notice.last_body_code, notice.last_error = attempt.status, attempt.body_code, attempt.error
            if attempt.delivered:
                notice.sent_at = now
                return
            log.warning("not_delivered", channel=self.name, key=notice.key, error=attempt.error, attempts=notice.attempts)
            if attempt.retriable and not was_tried_enough(notice, now):
                notice.due_at = now + round(retry_in_s(notice.attempts, 3, attempt.retry_after_s) * 1000)
            else:
                give_up(session, notice, now)
            if notice.given_up_at is not None or notice.attempts >= FALLBACK_AFTER:
                self._fall_back(session, notice, now)

    def _fall_back(self, session: Session, notice: Notice, now: int) -> None:
        """The notice, once, for the fallback; none where that channel is told anyway."""
        if self.fallback is None:
            return
        key = f"{notice.key.removesuffix(notice.channel)}{self.fallback}"
        if session.scalar(select(Notice.id).where(Notice.key == key)) is None:
            session.add(_row(notice.site, key, self.fallback, {**notice.payload, "instead_of": notice.channel}, now))


def abandon_unknown(database: Database, site: str, channels: Iterable[str], now: int) -> int:
    """Gives up what waits for channels the config no longer has; the number of notices."""
    with database.write() as session:
        lost = session.scalars(select(Notice).where(Notice.site == site, Notice.channel.not_in(list(channels)), _waits())).all()
        for notice in lost:
            notice.last_error = "unknown_channel"
            give_up(session, notice, now)
        return len(lost)


def give_up(session: Session, notice: Notice, now: int) -> None:
    """Ends the tries, and says so in the event log."""
    notice.given_up_at = now
    reason = failure(notice.last_error or "unknown")
    why = Text(
        f"{notice.channel} could not be told: {reason.en}; tries: {notice.attempts}: {notice.payload['title']['en']}",
        f"{notice.channel} 通知失败：{reason.zh}，共尝试 {notice.attempts} 次：{notice.payload['title']['zh']}",
    )
    moved = {"kind": "delivery", "from_state": "waiting", "to_state": "given_up"}
    append(session, Transition(site=notice.site, at=now, who=MACHINE, why=why.by_language(), **moved))


def _row(site: str, key: str, channel: str, payload: dict[str, Any], now: int | None = None) -> Notice:
    at = payload["at"] if now is None else now
    return Notice(site=site, key=key, channel=channel, payload=payload, created_at=at, due_at=at, attempts=0)


def _waits() -> ColumnElement[bool]:
    return and_(Notice.sent_at.is_(None), Notice.given_up_at.is_(None))
