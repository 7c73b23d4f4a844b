"""The alerts that programs outside told of, in SQL: they stand over a restart, and so does that one of them is over.

In: alerts as they were read. Out: all that are kept, and a mark that changes whenever one of them does.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from alerts.external import ExternalAlert
from sql.models import ToldAlert
from sql.session import Database

Mark = tuple[int, int, int]
MOST_KEPT = 20_000
_DAY_MS = 24 * 3_600_000
FORGET_OVER_MS = _DAY_MS
FORGET_SILENT_MS = 7 * _DAY_MS
"""One nobody speaks of any more; what it raised stands, unknown, until people close it."""


class TooManyAlerts(ValueError):
    """More different alerts than are kept."""


class ToldAlerts:
    """The alerts that one site was told of."""

    def __init__(self, database: Database, site: str, most: int = MOST_KEPT) -> None:
        self._database, self._site, self._most = database, site, most

    def keep(self, alerts: Sequence[ExternalAlert], now: int) -> None:
        """Keeps the newest word on each alert, all or none; raises TooManyAlerts."""
        newest = {alert.fingerprint: alert for alert in alerts}
        with self._database.write() as session:
            _forget(session, self._site, now)
            query = select(ToldAlert).where(ToldAlert.site == self._site, ToldAlert.fingerprint.in_(newest))
            known = {row.fingerprint: row for row in session.scalars(query)}
            count = session.scalar(select(func.count()).select_from(ToldAlert).where(ToldAlert.site == self._site)) or 0
            if count + len(newest) - len(known) > self._most:
                raise TooManyAlerts(f"got {len(newest)} alerts beside {count} that are known, expected {self._most} or fewer in all")
            for alert in newest.values():
                _put(session, self._site, known.get(alert.fingerprint), alert)

    def all(self) -> tuple[ExternalAlert, ...]:
        """Every alert, the oldest first."""
        query = select(ToldAlert).where(ToldAlert.site == self._site).order_by(ToldAlert.starts_at, ToldAlert.fingerprint)
        with self._database.read() as session:
            return tuple(_alert(row) for row in session.scalars(query))

    def mark(self) -> Mark:
        """How often alerts were told, how many are known, when the last was told: the same as long as nothing changed."""
        query = select(func.coalesce(func.sum(ToldAlert.version), 0), func.count(), func.coalesce(func.max(ToldAlert.told_at), 0))
        with self._database.read() as session:
            versions, count, told_at = session.execute(query.where(ToldAlert.site == self._site)).one()
            return int(versions), int(count), int(told_at)


def _forget(session: Session, site: str, now: int) -> None:
    is_old = or_(
        ToldAlert.over_at < now - FORGET_OVER_MS,
        ToldAlert.over_at.is_(None) & (ToldAlert.valid_until < now - FORGET_SILENT_MS),
    )
    session.execute(delete(ToldAlert).where(ToldAlert.site == site, is_old).execution_options(synchronize_session=False))


def _put(session: Session, site: str, row: ToldAlert | None, alert: ExternalAlert) -> None:
    if row is None:
        row = ToldAlert(site=site, fingerprint=alert.fingerprint, starts_at=alert.starts_at, version=0)
        session.add(row)
    # A client that gives no beginning began when it first spoke, not when it spoke last.
    goes_on = row.version > 0 and row.over_at is None and row.valid_until >= alert.starts_at
    row.starts_at = min(row.starts_at, alert.starts_at) if goes_on else alert.starts_at
    row.labels, row.annotations, row.link = dict(alert.labels), dict(alert.annotations), alert.link
    row.told_at, row.valid_until, row.over_at = alert.told_at, alert.valid_until, alert.over_at
    row.version += 1


def _alert(row: ToldAlert) -> ExternalAlert:
    return ExternalAlert(
        fingerprint=row.fingerprint,
        labels=row.labels,
        annotations=row.annotations,
        starts_at=row.starts_at,
        told_at=row.told_at,
        valid_until=row.valid_until,
        over_at=row.over_at,
        link=row.link,
    )
