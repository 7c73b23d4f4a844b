"""The auditor at work: looks every few seconds, keeps what it found, tells of it once by channels of its own, and once when it is over.

In: the database, read by columns. Out: violations to show; what is told goes out at once and past the outbox, which may be what is broken.
A database that does not answer is a violation too; that one is kept in memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from alerts import audit_facts
from alerts.audit_words import over_said, said_of, why_of
from alerts.auditor import BLIND_AFTER_MS, Kind, Late, Violation, late_at, violations, watch_late
from alerts.message import Attempt, Channel, ChannelContext, Message
from alerts.notices import Said, payload_of
from alerts.ruleset import load_channels
from pulse.auditing import AuditorRules
from pulse.config import Config, ConfigError
from pulse.text import Text
from sql.duty import AuditFinding
from sql.event_log import append
from sql.models import Transition, WatchLease
from sql.session import Database, DatabaseUnreadable

WHO = "auditor"
AGAIN_AFTER_MS = 30_000
"""A telling that failed, or whose process was killed, is tried again after it."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """An open channel of the auditor."""

    name: str
    channel: Channel


@dataclass(slots=True)
class _Blind:
    """Since when the database does not answer, and whether that was told; epoch ms."""

    since: int | None = None
    told: bool = False
    tried_at: int = 0


@dataclass(slots=True)
class Auditor:
    """The auditor of one site, in one process."""

    database: Callable[[], Database]
    config: Config
    ways: Sequence[Way]
    started_at: int
    """What was late before it looked gets the same grace from then on: a site that starts makes up for the night first."""
    _before: frozenset[str] = frozenset()
    _lease: tuple[int, int] | None = None
    _moved_at: int | None = None
    _is_alive: bool = False
    """Whether the lease was seen to move."""
    _blind: _Blind = field(default_factory=_Blind)

    def look(self, now: int) -> tuple[Violation, ...]:
        """What stands at an instant (epoch ms); its own trouble is logged and never raised."""
        try:
            late = self._late(now)
            found = violations(late, self._before)
            self._before = frozenset(one.key for one in late)
            self._keep(found, late, now)
            self._tell_kept(now)
        except DatabaseUnreadable as error:
            log.error("auditor_blind", error=type(error).__name__)
            return self._unseeing(now)
        self._seeing(now)
        return found

    def _late(self, now: int) -> tuple[Late, ...]:
        site = self.config.site.name
        with self.database().read() as session:
            steps = audit_facts.due_steps(session, self.config, now)
            messages = audit_facts.unsent(session, site, now)
            self._note_lease(session.get(WatchLease, site), now)
        late = late_at(steps, messages, now, self._grace_ms) if self._looked_long(now) else ()
        return (*late, *watch_late(self._moved_at, now))

    @property
    def _grace_ms(self) -> int:
        return round((self.config.auditor or AuditorRules()).grace * 1000)

    def _looked_long(self, now: int) -> bool:
        return now - self.started_at >= self._grace_ms

    def _note_lease(self, lease: WatchLease | None, now: int) -> None:
        seen = None if lease is None else (lease.number, lease.beat)
        if seen is not None and seen != self._lease:
            self._is_alive = self._lease is not None
            self._lease, self._moved_at = seen, now

    def _keep(self, found: Sequence[Violation], late: Sequence[Late], now: int) -> None:
        """Writes down what began and what is over; of several processes one does."""
        standing, kinds = self._standing(), {one.kind for one in late}
        for one in found:
            if one.kind not in standing:
                self._begin(one, now)
        for kind, number in standing.items():
            if kind not in kinds and self._may_say_over(kind, now):
                self._end(number, now)

    def _may_say_over(self, kind: Kind, now: int) -> bool:
        """A process that has just begun to look has not seen yet what another one told of."""
        return self._is_alive if kind is Kind.WATCH else self._looked_long(now)

    def _standing(self) -> dict[Kind, int]:
        query = select(AuditFinding.kind, AuditFinding.id).where(AuditFinding.site == self.config.site.name, AuditFinding.over_at.is_(None))
        with self.database().read() as session:
            return {Kind(kind): number for kind, number in session.execute(query)}

    def _begin(self, one: Violation, now: int) -> None:
        site, why = self.config.site.name, why_of(one, self.config.zone)
        try:
            with self.database().write() as session:
                session.add(AuditFinding(site=site, kind=one.kind.value, since=one.since, why=why.by_language(), found_at=now))
                append(session, _line(site, ("on_time", "late"), why, now))
        except IntegrityError:
            log.info("found_by_another", kind=one.kind.value)

    def _end(self, number: int, now: int) -> None:
        ended = update(AuditFinding).where(AuditFinding.id == number, AuditFinding.over_at.is_(None)).values(over_at=now)
        with self.database().write() as session:
            kind = session.scalar(ended.returning(AuditFinding.kind))
            if kind is not None:
                append(session, _line(self.config.site.name, ("late", "on_time"), over_said(Kind(kind)), now))

    def _tell_kept(self, now: int) -> None:
        for row in self._claimed(now):
            is_over = row.told_at is not None
            text = Text(row.why["en"], row.why["zh"])
            told = self._told(_said(self.config, Kind(row.kind), text, (row.id, row.since), is_over=is_over), now)
            if told:
                mark = {"over_told_at": now} if is_over else {"told_at": now}
                with self.database().write() as session:
                    session.execute(update(AuditFinding).where(AuditFinding.id == row.id).values(claimed_at=None, **mark))

    def _claimed(self, now: int) -> Sequence[AuditFinding]:
        """What is to be told and nobody else is telling."""
        row = AuditFinding
        owed = or_(row.told_at.is_(None), row.over_at.is_not(None) & row.over_told_at.is_(None))
        free = or_(row.claimed_at.is_(None), row.claimed_at <= now - AGAIN_AFTER_MS)
        query = select(row.id).where(row.site == self.config.site.name, owed, free).order_by(row.id)
        with self.database().read() as session:
            ids = session.scalars(query).all()
        if not ids:
            return ()
        claim = update(row).where(row.id.in_(ids), owed, free).values(claimed_at=now).returning(row.id)
        with self.database().write() as session:
            mine = session.scalars(claim).all()
            return session.scalars(select(row).where(row.id.in_(mine)).order_by(row.id)).all()

    def _told(self, said: Said, now: int) -> bool:
        """Whether any of the channels took it; without one it is only shown."""
        site = self.config.site.name
        attempts = [self._attempt(way, Message(f"{site}/{said.name}/{way.name}", payload_of(site, said)), now) for way in self.ways]
        return not attempts or any(attempt.delivered for attempt in attempts)

    def _attempt(self, way: Way, message: Message, now: int) -> Attempt:
        try:
            attempt = way.channel.send(message, now)
        except Exception as error:
            log.exception("channel_fault", channel=way.name, key=message.key)
            return Attempt(delivered=False, error=f"fault:{type(error).__name__}")
        if not attempt.delivered:
            log.warning("auditor_not_heard", channel=way.name, key=message.key, error=attempt.error)
        return attempt

    def _unseeing(self, now: int) -> tuple[Violation, ...]:
        blind = self._blind
        blind.since = now if blind.since is None else blind.since
        # What was late may be done by now: it must be seen twice again.
        self._before = frozenset()
        if now - blind.since < BLIND_AFTER_MS:
            return ()
        found = Violation(kind=Kind.BLIND, since=blind.since, count=1, named=())
        if not blind.told and now - blind.tried_at >= AGAIN_AFTER_MS:
            blind.tried_at = now
            blind.told = self._told(_said(self.config, Kind.BLIND, why_of(found, self.config.zone), (0, blind.since), is_over=False), now)
        return (found,)

    def _seeing(self, now: int) -> None:
        blind = self._blind
        if (
            blind.since is not None
            and blind.told
            and not self._told(_said(self.config, Kind.BLIND, Text("", ""), (0, blind.since), is_over=True), now)
        ):
            return
        self._blind = _Blind()


def opened_ways(config: Config) -> tuple[Way, ...]:
    """The channels of the auditor, opened; raises ConfigError where one cannot be."""
    wanted = config.auditor.channels if config.auditor else ()
    context = ChannelContext(config.base_dir, config.zone)
    return tuple(Way(one.name, one.module.open_channel(one.options, context)) for one in load_channels(config) if one.name in wanted)


def auditor_of(config: Config, database: Callable[[], Database], now: int) -> Auditor | None:
    """The auditor of a site, which begins to look at an instant (epoch ms); None where the file has no [auditor]."""
    if config.auditor is None:
        return None
    try:
        ways = opened_ways(config)
    except ConfigError as error:
        log.error("auditor_has_no_channel", error=str(error))
        ways = ()
    return Auditor(database, config, ways, now)


def findings_lately(database: Database, site: str, most: int = 20) -> Sequence[AuditFinding]:
    """The newest violations, whether they stand or are over, the newest first."""
    query = select(AuditFinding).where(AuditFinding.site == site).order_by(AuditFinding.id.desc()).limit(most)
    with database.read() as session:
        return session.scalars(query).all()


def _said(config: Config, kind: Kind, why: Text, which: tuple[int, int], *, is_over: bool) -> Said:
    number, since = which
    said = said_of(kind, why, is_over=is_over)
    name = f"auditor-{kind.value}/{number or since}-{'over' if is_over else 'late'}"
    return replace(said, name=name, at=since, link=config.console_address)


def _line(site: str, moved: tuple[str, str], why: Text, now: int) -> Transition:
    before, after = moved
    return Transition(site=site, at=now, kind="auditor", who=WHO, from_state=before, to_state=after, why=why.by_language())
