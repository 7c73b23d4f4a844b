"""Sends what stands in the outbox: claims a due message, tries its channel once, records what came of it.

In: rows that were committed with the state they tell of. Out: deliveries; a message is sent at least once, always with
the same key, and one that is given up is seen on its incident.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

import structlog
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from alerts.digest import Due, batch_key, in_batches, is_word, may_give_way, told_together
from alerts.due import has_come
from alerts.failure_words import failure
from alerts.fields import STATEMENT
from alerts.frame import MACHINE
from alerts.message import NO_LINK, Attempt, Channel, ChannelContext, Link
from alerts.ruleset import load_channels
from pulse.clock import Clock
from pulse.config import Config, ConfigError, Fault
from sql.duty import Notice
from sql.event_log import append
from sql.models import DeliveryAttempt, OutboxMessage, Transition
from sql.session import Database

LADDER_S = (2, 4, 8, 16, 32, 45)
GRAVEST_LADDER_S = 4
"""Level I never waits longer between tries, unless the receiver asks for it: 15 a minute are less than any channel's limit."""
MOST_RETRY_AFTER_S = 600.0
FEWEST_ATTEMPTS, GIVE_UP_AFTER_MS = 7, 30 * 60_000
"""A message is given up after both; whoever must know of it by then is told by the steps of its escalation."""
CLAIM_MS = 15_000
"""Longer than any channel's timeout: who is killed while sending leaves the message to be tried again after it."""
MOST_AT_ONCE = 5_000
FALLBACK_AFTER = 2
"""Failed tries after which a message also goes to the channel's fallback; the first one has not given up yet."""

_TOO_MANY = 429
_IS_DRILL = func.coalesce(OutboxMessage.payload["drill"].as_boolean(), False)
_STEP = OutboxMessage.payload["state"].as_string()
_GRAVEST_FIRST = (OutboxMessage.level, OutboxMessage.due_at, OutboxMessage.id)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends the messages of one channel; a slow channel holds up only itself."""

    database: Database
    site: str
    name: str
    channel: Channel
    fallback: str | None = None
    """The channel that also gets what this one could not deliver."""
    link: Link = NO_LINK

    def send_due(self, clock: Clock) -> int:
        """Tries every message that is due now once, many that say the same together; the number of tries.

        A message waits for the earlier ones of its incident, so that nobody hears of an all-clear before the alarm. Behind one that
        failed it does not: the newest of them is told in place of all. A channel that has used up what it may send ends the round:
        the gravest message that waits gets its next token.
        """
        self._pass_on(clock())
        tried = 0
        for batch in in_batches(self._due(clock())):
            claimed = self._claim(batch, clock())
            if not claimed:
                continue
            attempt = self._sent(claimed, clock())
            if attempt.held:
                self._put_back(claimed, held_until(attempt, clock()))
                break
            self._record(claimed, attempt, clock())
            tried += 1
        return tried

    def _sent(self, claimed: Sequence[OutboxMessage], now: int) -> Attempt:
        try:
            return self.channel.send(told_together(claimed, self.link), now)
        except Exception as error:
            log.exception("channel_fault", channel=self.name, key=claimed[0].batch or claimed[0].key)
            return Attempt(delivered=False, retriable=True, error=f"fault:{type(error).__name__}")

    def close(self) -> None:
        """Closes the channel."""
        self.channel.close()

    def _due(self, now: int) -> Sequence[Due]:
        with self.database.read() as session:
            found = session.execute(_due_messages(), {"site": self.site, "channel": self.name, "now": now})
            return [Due(*row) for row in found]

    def _claim(self, batch: Sequence[Due], now: int) -> Sequence[OutboxMessage]:
        """Those of the messages that are still as they were seen; what another sender has is left out."""
        ids, together = [one.id for one in batch], batch_key(batch, self.site, self.name)
        claim = update(OutboxMessage).where(OutboxMessage.id.in_(ids), _may_be_tried(now), _is_pending(OutboxMessage))
        taken = claim.values(due_at=now + CLAIM_MS, attempts=OutboxMessage.attempts + 1, batch=together).returning(OutboxMessage.id)
        with self.database.write() as session:
            claimed = _read(session, session.scalars(taken).all())
            if len(claimed) == 1 and may_give_way(claimed[0]):
                claimed = [*claimed, *self._behind(session, claimed[0], now)]
            return claimed

    def _behind(self, session: Session, first: OutboxMessage, now: int) -> Sequence[OutboxMessage]:
        """What waits behind a message that failed and is told in its place, claimed with it."""
        row = OutboxMessage
        mine = (row.incident_id == first.incident_id, row.channel == self.name, row.id > first.id, _is_pending(row))
        found = list(takewhile(is_word, session.scalars(select(row).where(*mine).order_by(row.id).with_for_update())))
        for message in found:
            message.due_at, message.attempts = now + CLAIM_MS, message.attempts + 1
        return found

    def _put_back(self, claimed: Sequence[OutboxMessage], due_at: int) -> None:
        """As if it had not been claimed: what was not tried is no attempt, or a flood would use them all up."""
        with self.database.write() as session:
            for message in _read(session, [one.id for one in claimed]):
                message.due_at, message.attempts = due_at, message.attempts - 1
                if message.attempts == 0:
                    message.batch = None

    def _pass_on(self, now: int) -> None:
        """What waits behind a message that went to the fallback goes there too: who heard of the alarm hears of its end."""
        if self.fallback is None:
            return
        with self.database.read() as session:
            waiting = {self._fallback_key(message): message.id for message in session.scalars(self._behind_a_fallback())}
            known = set(session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(waiting))))
        if waiting.keys() - known:
            with self.database.write() as session:
                for key in sorted(waiting.keys() - known, key=waiting.__getitem__):
                    self._fall_back(session, session.get_one(OutboxMessage, waiting[key]), now)

    def _behind_a_fallback(self) -> Select[OutboxMessage]:
        earlier = aliased(OutboxMessage)
        behind = exists().where(
            earlier.incident_id == OutboxMessage.incident_id,
            earlier.channel == OutboxMessage.channel,
            earlier.id < OutboxMessage.id,
            earlier.attempts >= FALLBACK_AFTER,
            _is_pending(earlier),
        )
        return select(OutboxMessage).where(
            OutboxMessage.site == self.site, OutboxMessage.channel == self.name, _is_pending(OutboxMessage), behind
        )

    def _fallback_key(self, message: OutboxMessage) -> str:
        return f"{message.key.removesuffix(message.channel)}{self.fallback}"

    def _fall_back(self, session: Session, message: OutboxMessage, now: int) -> None:
        """The message, once, for the fallback; none where the rule tells that channel anyway."""
        if self.fallback is None:
            return
        key = self._fallback_key(message)
        if session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is None:
            session.add(
                OutboxMessage(
                    site=message.site,
                    incident_id=message.incident_id,
                    key=key,
                    channel=self.fallback,
                    level=message.level,
                    payload={**message.payload, "instead_of": message.channel},
                    created_at=now,
                    due_at=now,
                    attempts=0,
                )
            )

    def _record(self, claimed: Sequence[OutboxMessage], attempt: Attempt, now: int) -> None:
        with self.database.write() as session:
            gravest = None if attempt.delivered else self._gravest(session, claimed)
            for message in _read(session, [one.id for one in claimed]):
                self._record_one(session, message, attempt, (now, gravest or message.level))
            if attempt.delivered:
                self._resume(session, now)
        if not attempt.delivered:
            first = claimed[0]
            key = first.batch or first.key
            log.warning("not_delivered", channel=self.name, key=key, error=attempt.error, attempts=first.attempts)

    def _gravest(self, session: Session, claimed: Sequence[OutboxMessage]) -> int | None:
        """The gravest level of what waits for these: all of it is tried again as often as that is."""
        row, incidents = OutboxMessage, {one.incident_id for one in claimed}
        waiting = (row.incident_id.in_(incidents), row.channel == self.name, _is_pending(row))
        return session.scalar(select(func.min(row.level)).where(*waiting))

    def _resume(self, session: Session, now: int) -> None:
        """The receiver is well: what waits for its next try since it was not is due now, but not what is just being tried first."""
        waits = and_(OutboxMessage.last_error.is_not(None), OutboxMessage.due_at > now, _is_pending(OutboxMessage))
        mine = and_(OutboxMessage.site == self.site, OutboxMessage.channel == self.name)
        session.execute(update(OutboxMessage).where(mine, waits).values(due_at=now))

    def _record_one(self, session: Session, message: OutboxMessage, attempt: Attempt, when: tuple[int, int]) -> None:
        """Notes what came of a try; `when` is now (epoch ms) and the level that says how soon the next one is."""
        now, level = when
        tried = DeliveryAttempt(message_id=message.id, at=now, status=attempt.status, body_code=attempt.body_code, error=attempt.error)
        session.add(tried)
        message.last_status, message.last_body_code = attempt.status, attempt.body_code
        message.last_error = attempt.error
        if attempt.delivered:
            message.sent_at = now
        elif attempt.retriable and not was_tried_enough(message, now):
            message.due_at = now + round(retry_in_s(message.attempts, level, attempt.retry_after_s) * 1000)
        else:
            _give_up(session, message, now)
        if not attempt.delivered and (message.given_up_at is not None or message.attempts >= FALLBACK_AFTER):
            self._fall_back(session, message, now)


def senders(database: Database, config: Config, names: Collection[str] | None = None) -> tuple[Sender, ...]:
    """One sender for each [notify.NAME] table, or for some of them; raises ConfigError where one cannot be opened."""
    opened: list[Sender] = []
    faults: list[Fault] = []
    for channel in load_channels(config):
        if names is not None and channel.name not in names:
            continue
        try:
            way_out = channel.module.open_channel(channel.options, ChannelContext(config.base_dir, config.zone))
        except ConfigError as error:
            faults += [Fault(where=f"notify.{channel.name}, {fault.where}", message=fault.message) for fault in error.faults]
        else:
            opened.append(Sender(database, config.site.name, channel.name, way_out, channel.fallback, Link(config.console_address)))
    if faults:
        for sender in opened:
            sender.close()
        raise ConfigError(faults)
    return tuple(opened)


def retry_in_s(attempts: int, level: int, retry_after_s: float | None) -> float:
    """The seconds until the next try after so many: what the receiver asks for, else the ladder."""
    if retry_after_s is not None:
        return min(retry_after_s, MOST_RETRY_AFTER_S)
    step_s = LADDER_S[min(attempts, len(LADDER_S)) - 1]
    return min(step_s, GRAVEST_LADDER_S) if level == 1 else step_s


def held_until(attempt: Attempt, now: int) -> int:
    """When a message that its channel held back is due again (epoch ms)."""
    return now + math.ceil(min(attempt.retry_after_s or 0.0, MOST_RETRY_AFTER_S) * 1000)


def is_due(due_at: InstrumentedAttribute[int], now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Its time has come, or lies further ahead than any wait is long: the clock was set back since."""
    return has_come(due_at, now, round(MOST_RETRY_AFTER_S * 1000))


@cache
def _due_messages() -> Select[int, str, str | None, int, bool, int]:
    """What `channel` of `site` is to try at `now`, the gravest first; put together once, for it is asked several times a second."""
    earlier = aliased(OutboxMessage)
    waits = exists().where(
        earlier.incident_id == OutboxMessage.incident_id,
        earlier.channel == OutboxMessage.channel,
        earlier.id < OutboxMessage.id,
        _is_pending(earlier),
    )
    mine = (OutboxMessage.site == bindparam("site"), OutboxMessage.channel == bindparam("channel"))
    return (
        select(OutboxMessage.id, _STEP, OutboxMessage.batch, OutboxMessage.attempts, _IS_DRILL, OutboxMessage.level)
        .where(*mine, _may_be_tried(bindparam("now", type_=BigInteger)), _is_pending(OutboxMessage), ~waits)
        .order_by(*_GRAVEST_FIRST)
        .limit(MOST_AT_ONCE)
    )


def _may_be_tried(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Its time has come; or it failed, nobody asked to wait, and something newer that was not tried yet waits behind it."""
    newer = aliased(OutboxMessage)
    behind = exists().where(
        newer.incident_id == OutboxMessage.incident_id,
        newer.channel == OutboxMessage.channel,
        newer.id > OutboxMessage.id,
        newer.attempts == 0,
        _is_pending(newer),
        is_due(newer.due_at, now),
    )
    may_hurry = func.coalesce(OutboxMessage.last_status, 0) != _TOO_MANY
    failed = and_(OutboxMessage.attempts > 0, OutboxMessage.batch.is_(None), _STEP != STATEMENT, may_hurry)
    return or_(is_due(OutboxMessage.due_at, now), and_(failed, behind))


def abandon_unknown_channels(database: Database, config: Config, now: int) -> int:
    """Gives up what waits for channels the config no longer has; the number of messages."""
    with database.write() as session:
        orphans = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.site == config.site.name, OutboxMessage.channel.not_in(list(config.notify)))
            .where(_is_pending(OutboxMessage))
        ).all()
        for message in orphans:
            message.last_error = "unknown_channel"
            _give_up(session, message, now)
        return len(orphans)


def _read(session: Session, ids: Sequence[int]) -> Sequence[OutboxMessage]:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids)).order_by(*_GRAVEST_FIRST)).all()


def _is_pending(message: type[OutboxMessage]) -> ColumnElement[bool]:
    return and_(message.sent_at.is_(None), message.given_up_at.is_(None))


def was_tried_enough(message: OutboxMessage | Notice, now: int) -> bool:
    """Whether no further try is made at an instant (epoch ms), though it could help."""
    return message.attempts >= FEWEST_ATTEMPTS and now - message.created_at >= GIVE_UP_AFTER_MS


def _give_up(session: Session, message: OutboxMessage, now: int) -> None:
    message.given_up_at = now
    reason = failure(message.last_error or "unknown")
    append(
        session,
        Transition(
            site=message.site,
            at=now,
            incident_id=message.incident_id,
            kind="delivery",
            who=MACHINE,
            from_state="waiting",
            to_state="given_up",
            why={
                "en": f"{message.channel} could not be told: {reason.en}; tries: {message.attempts}",
                "zh": f"{message.channel} 通知失败：{reason.zh}，共尝试 {message.attempts} 次",
            },
        ),
    )
