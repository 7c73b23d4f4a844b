"""Frozen days, weeks and months: kept once, read, listed, and looked at whether a byte of them was changed.

In: a `Snapshot`, or an edition and a day. Out: rows whose content is compressed JSON. Nothing here changes or deletes one. The event log,
which is chained, keeps the hash of each, so that who changes a row and its hash is found too.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.kpi.snapshot import Edition, Snapshot, UnreadableSnapshot, decode_snapshot, encode_snapshot, seal
from pulse.text import Text
from sql.event_log import append
from sql.memory_tables import SnapshotRow
from sql.models import Transition
from sql.session import Database

KIND = "snapshot"
"""Of the lines in the event log."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One that is kept, as a list shows it."""

    edition: Edition
    day: str
    frozen_at: int
    sha: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One that is not as it was frozen, and what is wrong with it."""

    frozen: Frozen
    why: str


def keep(session: Session, snapshot: Snapshot, who: str) -> bool:
    """Keeps a snapshot and its line of the event log; False, and nothing is changed, where its stretch was frozen before."""
    content = encode_snapshot(snapshot)
    key = {"site": snapshot.site, "edition": snapshot.edition.value, "day": snapshot.day}
    row = {**key, "frozen_at": snapshot.frozen_at, "sha": seal(content), "content": zlib.compress(content)}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    is_new = session.scalar(dialect.insert(SnapshotRow).values(row).on_conflict_do_nothing().returning(SnapshotRow.day)) is not None
    if is_new:
        moved = {"kind": KIND, "from_state": "none", "to_state": "frozen"}
        why = _why(snapshot.edition, snapshot.day, str(row["sha"])).by_language()
        append(session, Transition(site=snapshot.site, at=snapshot.frozen_at, who=who, why=why, **moved))
    return is_new


def find(database: Database, site: str, edition: Edition, day: str) -> Snapshot | None:
    """What was frozen of the stretch that begins with a day; None where nothing was. Raises UnreadableSnapshot."""
    with database.read() as session:
        row = session.get(SnapshotRow, (site, edition.value, day))
        return None if row is None else decode_snapshot(_content(row))


def content(database: Database, site: str, edition: Edition, day: str) -> bytes | None:
    """The same as it was frozen, byte by byte; None where nothing was. Raises UnreadableSnapshot."""
    with database.read() as session:
        row = session.get(SnapshotRow, (site, edition.value, day))
        return None if row is None else _content(row)


def listed(database: Database, site: str, edition: Edition | None = None) -> list[Frozen]:
    """Every one of an edition, or of all, the newest day first."""
    columns = select(SnapshotRow.edition, SnapshotRow.day, SnapshotRow.frozen_at, SnapshotRow.sha).where(SnapshotRow.site == site)
    query = columns if edition is None else columns.where(SnapshotRow.edition == edition.value)
    with database.read() as session:
        rows = session.execute(query.order_by(SnapshotRow.day.desc(), SnapshotRow.edition)).all()
    return [Frozen(Edition(kept), day, frozen_at, sha) for kept, day, frozen_at, sha in rows]


def days_frozen(database: Database, site: str, edition: Edition, days: Sequence[str]) -> frozenset[str]:
    """Those of some first days of which there is one."""
    mine = (SnapshotRow.site == site, SnapshotRow.edition == edition.value, SnapshotRow.day.in_(days))
    with database.read() as session:
        return frozenset(session.scalars(select(SnapshotRow.day).where(*mine)))


def broken(database: Database, site: str, edition: Edition | None = None, day: str | None = None) -> Iterator[Broken]:
    """Those that are not as they were frozen, among all or those of an edition or a day; the event log is checked by its own chain."""
    for frozen in listed(database, site, edition):
        if day is not None and frozen.day != day:
            continue
        why = _fault(database, site, frozen)
        if why is not None:
            yield Broken(frozen, why)


def _fault(database: Database, site: str, frozen: Frozen) -> str | None:
    with database.read() as session:
        row = session.get_one(SnapshotRow, (site, frozen.edition.value, frozen.day))
        try:
            content = _content(row)
        except UnreadableSnapshot as error:
            return str(error)
        if seal(content) != row.sha:
            return "its content does not have its hash"
        lines = session.scalars(
            select(Transition.why).where(Transition.site == site, Transition.kind == KIND, Transition.at == row.frozen_at)
        )
        wanted = _why(frozen.edition, frozen.day, row.sha).en
        return None if any(why["en"] == wanted for why in lines) else "the event log does not know its hash"


def _content(row: SnapshotRow) -> bytes:
    try:
        return zlib.decompress(row.content)
    except zlib.error as error:
        raise UnreadableSnapshot(f"{row.edition} {row.day}: {error}") from error


def _why(edition: Edition, day: str, sha: str) -> Text:
    return Text(f"{edition.value} snapshot of {day} frozen (hash {sha})", f"已冻结快照 {edition.value} {day}（哈希 {sha}）")
