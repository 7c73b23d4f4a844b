"""Tells a receiver that forgets, such as an Alertmanager, once a minute what it was told and still stands, and what is over.

In: the outbox and incidents in SQL. Out: payloads, gravest first; what the receiver says of it goes to the log, for a minute
later all is told again. What was kept quiet, or waits to be sent, is not told this way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import structlog
from sqlalchemy import func, or_, select

from alerts.message import Attempt
from alerts.speaking import CLEARED, OF_THE_SIGNAL, REMOVED, STEADY
from sql.models import Incident, OutboxMessage, is_open
from sql.session import Database

EVERY_MS = 60_000
CLOSED_LATELY_MS = 24 * 3_600_000
"""How long it is told of a closed incident that it is over: as long as a receiver may hold it."""
MOST = 2_000

log = structlog.get_logger(__name__)


@runtime_checkable
class Forgetful(Protocol):
    """A channel whose receiver must be told again."""

    def stand(self, payloads: Sequence[Mapping[str, Any]], now: int) -> Attempt:
        """Tells all of it in as many tries as it takes."""


@dataclass(slots=True)
class Resender:
    """What one channel of a site is told again."""

    database: Database
    site: str
    name: str
    _due_at: int = 0

    def remind(self, channel: object, now: int) -> None:
        """Tells the channel, if it is one that forgets and a minute has passed."""
        if not isinstance(channel, Forgetful) or now < self._due_at:
            return
        self._due_at = now + EVERY_MS
        attempt = channel.stand(self.payloads(now), now)
        if not attempt.delivered:
            log.warning("not_told_again", channel=self.name, error=attempt.error)

    def payloads(self, now: int) -> list[dict[str, Any]]:
        """The last word on each incident that is open or was closed lately; that of a closed one is that it is over."""
        row = OutboxMessage
        tried = or_(row.sent_at.is_not(None), row.given_up_at.is_not(None))
        # That nobody answered or owns it is said to people, and says nothing of whether it still stands.
        spoken = row.payload["state"].as_string().in_(OF_THE_SIGNAL)
        last = select(func.max(row.id)).where(row.site == self.site, row.channel == self.name, tried, spoken).group_by(row.incident_id)
        query = (
            select(row.payload, Incident.closed_at)
            .join(Incident, Incident.id == row.incident_id)
            .where(row.id.in_(last), or_(is_open(), Incident.closed_at > now - CLOSED_LATELY_MS))
            .order_by(Incident.closed_at.is_not(None), row.level, row.id.desc())
            .limit(MOST)
        )
        with self.database.read() as session:
            return [_again(payload, closed_at, now) for payload, closed_at in session.execute(query)]


def _again(payload: Mapping[str, Any], closed_at: int | None, now: int) -> dict[str, Any]:
    if payload["state"] in (CLEARED, REMOVED):
        return dict(payload)
    if closed_at is not None:
        return {**payload, "state": CLEARED, "at": closed_at}
    return {**payload, "state": STEADY, "at": now}
