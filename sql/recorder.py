"""Remembers what the fold has counted: checkpoint, counted ids, interval rows and the Board of each minute.

In: what the fold hands over, once per checkpoint. Out: one transaction, so that a crash repeats or continues, never doubles.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pulse.kpi.interval import MINUTE_MS, IntervalRow
from pulse.kpi.records import ContactEvent, encode
from pulse.kpi.tally import Tally
from sql.contact_tables import Unfiled
from sql.due import mark_due
from sql.models import BoardMinute, Checkpoint, HourlyCount, Interval, SeenIds
from sql.parts import parts
from sql.session import Database

HOUR_MS = 3_600_000
SEEN_HOURS = 50
BOARD_DAYS = 35
_ROWS_AT_ONCE = 1_000
_HOURLY = ("offered", "complaint")
"""The counts that are also kept by the hour: those whose names begin so."""

_IntervalKey = tuple[int, str, str]
_HourlyKey = tuple[int, str, str]
_Rows = list[dict[str, Any]]


class Recorder:
    """The memory of one site's fold."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site
        self._tidied_hour: int | None = None

    def load(self) -> tuple[str, bytes] | None:
        """The stream id and the state of the last checkpoint; None where there was none."""
        with self._database.read() as session:
            found = session.get(Checkpoint, self._site)
            return None if found is None else (found.stream_id, found.state)

    def seen_ids(self, since_hour: int) -> Iterable[tuple[int, list[str]]]:
        """The ids counted in each hour (epoch ms // 3,600,000) from `since_hour` on, oldest hour first."""
        query = select(SeenIds).where(SeenIds.site == self._site, SeenIds.hour >= since_hour).order_by(SeenIds.hour, SeenIds.id)
        with self._database.read() as session:
            rows = list(session.scalars(query))
        return [(hour, _unpacked(chunks)) for hour, chunks in groupby(rows, attrgetter("hour"))]

    def commit(
        self,
        *,
        stream_id: str,
        at: int,
        state: bytes,
        seen: Mapping[int, Sequence[str]],
        rows: Sequence[IntervalRow],
        told: Sequence[ContactEvent] = (),
    ) -> None:
        """Stores a checkpoint, the ids counted since the last one and the events still to be filed by contact, and adds the rows to
        what their minutes hold: all or nothing.
        """
        with self._database.write() as session:
            session.merge(Checkpoint(site=self._site, stream_id=stream_id, at=at, state=state))
            chunks = [{"site": self._site, "hour": hour, "ids": _packed(ids)} for hour, ids in seen.items() if ids]
            if chunks:
                session.execute(insert(SeenIds), chunks)
            if told:
                session.add(Unfiled(site=self._site, events=encode(told)))
            self.add_rows(session, rows)
            self._tidy_seen(session, at // HOUR_MS)

    def add_rows(self, session: Session, rows: Sequence[IntervalRow]) -> None:
        """Adds rows to what their minutes hold, within a transaction, and marks what is summed up of them."""
        # A back-fill brings days of minutes: all of them as rows of the table at once would cost their size again.
        for part in parts(rows, _ROWS_AT_ONCE):
            self._add_intervals(session, part)
            self._add_hourly(session, part)
        mark_due(session, self._site, {row.at for row in rows})

    def record_board(self, at: int, board: bytes) -> None:
        """Keeps the Board of the minute that begins at `at`, in place of an earlier one of it; for 35 days."""
        with self._database.write() as session:
            session.merge(BoardMinute(site=self._site, at=at, board=zlib.compress(board)))
            if at // MINUTE_MS % 60 == 0:
                oldest = at - BOARD_DAYS * 24 * HOUR_MS
                session.execute(delete(BoardMinute).where(BoardMinute.site == self._site, BoardMinute.at < oldest))

    def _add_intervals(self, session: Session, rows: Sequence[IntervalRow]) -> None:
        deltas: dict[_IntervalKey, Tally] = {}
        for row in rows:
            deltas.setdefault((row.at, row.queue, row.channel), Tally()).merge(row.tally)
        stored = self._stored_intervals(session, sorted({row.at for row in rows}))
        new: _Rows = []
        changed: _Rows = []
        for key, tally in deltas.items():
            before = stored.get(key)
            if before is not None:
                tally.merge(Tally.from_map(before))
            row_of_table = {"site": self._site, "at": key[0], "queue": key[1], "channel": key[2], "tally": tally.as_map()}
            (new if before is None else changed).append(row_of_table)
        _write(session, Interval, new, changed)

    def _stored_intervals(self, session: Session, minutes: Sequence[int]) -> dict[_IntervalKey, dict[str, Any]]:
        columns = select(Interval.at, Interval.queue, Interval.channel, Interval.tally)
        found = {}
        for part in parts(minutes):
            for at, queue, channel, tally in session.execute(columns.where(Interval.site == self._site, Interval.at.in_(part))):
                found[at, queue, channel] = tally
        return found

    def _add_hourly(self, session: Session, rows: Sequence[IntervalRow]) -> None:
        deltas: dict[_HourlyKey, int] = {}
        for row in rows:
            # An hour with contacts and no complaint must be told from an hour nobody watched: `offered` is always there.
            kept = {name: count for name, count in row.tally.counts.items() if name.startswith(_HOURLY)}
            for name, count in {"offered": 0, **kept}.items():
                key = (row.at // HOUR_MS, row.queue, name)
                deltas[key] = deltas.get(key, 0) + count
        stored = self._stored_hourly(session, sorted({hour for hour, _, _ in deltas}))
        new: _Rows = []
        changed: _Rows = []
        for key, count in deltas.items():
            row_of_table = {"site": self._site, "hour": key[0], "queue": key[1], "name": key[2], "count": count + stored.get(key, 0)}
            (changed if key in stored else new).append(row_of_table)
        _write(session, HourlyCount, new, changed)

    def _stored_hourly(self, session: Session, hours: Sequence[int]) -> dict[_HourlyKey, int]:
        columns = select(HourlyCount.hour, HourlyCount.queue, HourlyCount.name, HourlyCount.count)
        found = {}
        for part in parts(hours):
            for hour, queue, name, count in session.execute(columns.where(HourlyCount.site == self._site, HourlyCount.hour.in_(part))):
                found[hour, queue, name] = count
        return found

    def _tidy_seen(self, session: Session, hour: int) -> None:
        """Once an hour: drops what is older than 50 h and makes one chunk of each finished hour's many."""
        if self._tidied_hour == hour:
            return
        self._tidied_hour = hour
        session.execute(delete(SeenIds).where(SeenIds.site == self._site, SeenIds.hour < hour - SEEN_HOURS))
        finished = select(SeenIds).where(SeenIds.site == self._site, SeenIds.hour < hour).order_by(SeenIds.hour, SeenIds.id)
        for _, group in groupby(list(session.scalars(finished)), attrgetter("hour")):
            first, *others = group
            if others:
                first.ids = _packed(_unpacked([first, *others]))
                session.execute(delete(SeenIds).where(SeenIds.id.in_([chunk.id for chunk in others])))


def _write(session: Session, table: type[Interval | HourlyCount], new: _Rows, changed: _Rows) -> None:
    """Inserts the new rows and updates the changed ones by their keys, each in one go."""
    if new:
        session.execute(insert(table), new)
    if changed:
        session.execute(update(table), changed)


def _packed(ids: Sequence[str]) -> bytes:
    return zlib.compress(msgspec.json.encode(list(ids)), 1)


def _unpacked(chunks: Iterable[SeenIds]) -> list[str]:
    return [one for chunk in chunks for one in msgspec.json.decode(zlib.decompress(chunk.ids), type=list[str])]
