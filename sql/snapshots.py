"""Frozen days, weeks and months: kept once, read, listed, and looked at whether a byte of them was changed.

In: a `Snapshot`, or an edition and a day. Out: rows whose content is compressed JSON. Nothing here changes or deletes one. The event log,
which is chained, keeps the hash of each, so that who changes a row and its hash is found too.
"""

import re
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
_LINE = re.compile(r"(?P<edition>\w+) snapshot of (?P<day>[0-9-]+) frozen \(hash (?P<sha>[0-9a-f]+)\)")


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
    """Keeps a snapshot and its line of the event log; False, and nothing is changed, where its stretch was frozen before.

    The log remembers one that somebody took away: it is not frozen anew with the figures of another time.
    """
    if _logged(session, snapshot.site).get((snapshot.edition, snapshot.day)):
        return False
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
        return None if row is None else decode_snapshot(_sealed(row))


def content(database: Database, site: str, edition: Edition, day: str) -> bytes | None:
    """The same as it was frozen, byte by byte; None where nothing was. Raises UnreadableSnapshot."""
    with database.read() as session:
        row = session.get(SnapshotRow, (site, edition.value, day))
        return None if row is None else _sealed(row)


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
    """Those that are not as they were frozen, or gone, of all or of an edition or a day; the event log is checked by its own chain."""
    with database.read() as session:
        logged = _logged(session, site)
    kept = {(one.edition, one.day): one for one in listed(database, site)}
    gone = [Frozen(*stretch, 0, hashes[0]) for stretch, hashes in logged.items() if stretch not in kept]
    for frozen in (*kept.values(), *gone):
        if (edition is not None and frozen.edition is not edition) or (day is not None and frozen.day != day):
            continue
        stretch = (frozen.edition, frozen.day)
        why = _fault(database, site, frozen, logged.get(stretch, [])) if stretch in kept else "it is gone, the event log says it was frozen"
        if why is not None:
            yield Broken(frozen, why)


def _fault(database: Database, site: str, frozen: Frozen, hashes: Sequence[str]) -> str | None:
    with database.read() as session:
        row = session.get_one(SnapshotRow, (site, frozen.edition.value, frozen.day))
        try:
            _sealed(row)
        except UnreadableSnapshot as error:
            return str(error).removeprefix(f"{row.edition} {row.day}: ")
    if len(set(hashes)) > 1:
        return "the event log knows several hashes of it"
    return None if frozen.sha in hashes else "the event log does not know its hash"


def _logged(session: Session, site: str) -> dict[tuple[Edition, str], list[str]]:
    """The hashes that the event log has of each stretch that was frozen, by edition and first day."""
    found: dict[tuple[Edition, str], list[str]] = {}
    for why in session.scalars(select(Transition.why).where(Transition.site == site, Transition.kind == KIND)):
        told = _LINE.fullmatch(why["en"])
        if told is not None:
            found.setdefault((Edition(told["edition"]), told["day"]), []).append(told["sha"])
    return found


def _sealed(row: SnapshotRow) -> bytes:
    """The content, if it has the hash it was frozen with."""
    try:
        content = zlib.decompress(row.content)
    except zlib.error as error:
        raise UnreadableSnapshot(f"{row.edition} {row.day}: {error}") from error
    if seal(content) != row.sha:
        raise UnreadableSnapshot(f"{row.edition} {row.day}: its content does not have its hash")
    return content


def _why(edition: Edition, day: str, sha: str) -> Text:
    return Text(f"{edition.value} snapshot of {day} frozen (hash {sha})", f"已冻结快照 {edition.value} {day}（哈希 {sha}）")
