"""Deletes what is older than it may be kept, and says beforehand what that would be.

In: rules and an instant. Out: how many rows of each kind are too old; rows gone, a part a transaction. A minute goes only once all
that is summed up of it has been: what arrives for it later is added to its quarter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.orm import DeclarativeBase, Session

from pulse.kpi.interval import HOUR_MS
from pulse.retention import Retention
from sql.contact_tables import AgentTime, ComplaintRow, ContactRow
from sql.due import Grain, first_due, note_pruned
from sql.models import BoardMinute, Minute
from sql.partitions import month_of, months_before
from sql.session import Database

_DAY_MS = 24 * HOUR_MS
_NOTED = frozenset({"minutes", "contacts"})
"""What is counted of these must not be counted anew from what is left."""
_STEP_MS = 6 * HOUR_MS
"""So much time is deleted at once: others want to write too."""


@dataclass(frozen=True, slots=True)
class TooOld:
    """One kind of thing of which there is too much: its oldest instant and the one before which all goes (epoch ms)."""

    kind: str
    model: type[DeclarativeBase]
    oldest: int
    until: int
    rows: int


class Keeper:
    """What is kept of one site, and for how long."""

    def __init__(self, database: Database, site: str, rules: Retention) -> None:
        self._database = database
        self._site = site
        self._rules = rules

    def too_old(self, now: int) -> list[TooOld]:
        """What would be deleted at `now` (epoch ms); kinds of which nothing is too old are left out."""
        with self._database.read() as session:
            found = [self._counted(session, kind, model, self._until(session, kind, now)) for kind, model in _KINDS]
        return [one for one in found if one is not None]

    def sweep(self, now: int, breathe: Callable[[], object] = lambda: None) -> Iterator[TooOld]:
        """Deletes what is too old, a day at a time, and tells of each kind what has gone; in between others get their turn to write."""
        for one in self.too_old(now):
            for until in range(min(one.until, one.oldest + _STEP_MS), one.until + _STEP_MS, _STEP_MS):
                with self._database.write() as session:
                    self._delete(session, one, min(until, one.until))
                breathe()
            yield one

    def _until(self, session: Session, kind: str, now: int) -> int:
        """Whole days of UTC go, so that no quarter is ever cut."""
        until: int = now - round(getattr(self._rules, kind) * 1000)
        if kind in _MADE_OF:
            until = min(until, first_due(session, self._site, _MADE_OF[kind], until))
        return until - until % _DAY_MS

    def _counted(self, session: Session, kind: str, model: Any, until: int) -> TooOld | None:
        query = select(func.min(model.at), func.count()).select_from(model).where(*self._old(kind, model, until))
        oldest, rows = session.execute(query).one()
        return None if rows == 0 else TooOld(kind, model, oldest, until, rows)

    def _old(self, kind: str, model: Any, until: int) -> tuple[ColumnElement[bool], ...]:
        old = (model.site == self._site, model.at < until)
        return (*old, ComplaintRow.text.is_not(None)) if kind == "complaint_texts" else old

    def _delete(self, session: Session, one: TooOld, until: int) -> None:
        where = self._old(one.kind, one.model, until)
        if one.kind == "complaint_texts":
            session.execute(update(ComplaintRow).where(*where).values(text=None))
            return
        session.execute(delete(one.model).where(*where))
        if one.kind in _NOTED:
            note_pruned(session, self._site, one.kind, until)
        if until == one.until:
            _drop_empty_months(session, one.model.__tablename__, until)


def _drop_empty_months(session: Session, table: str, until: int) -> None:
    """On PostgreSQL a month of which nothing is left, of this site or another, is gone as a whole."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    for name in months_before(connection, table, month_of(until)):
        if connection.scalar(text(f"SELECT NOT EXISTS (SELECT 1 FROM {name})")):  # noqa: S608 - our own table's name
            connection.execute(text(f"DROP TABLE {name}"))


_MADE_OF: Mapping[str, Grain | None] = {"minutes": Grain.QUARTER, "contacts": None}
"""What is still to be summed up or counted of a kind, and holds its rows back."""
_KINDS: tuple[tuple[str, type[DeclarativeBase]], ...] = (
    ("boards", BoardMinute),
    ("minutes", Minute),
    ("contacts", ContactRow),
    ("complaints", ComplaintRow),
    ("complaint_texts", ComplaintRow),
    ("agents", AgentTime),
)
