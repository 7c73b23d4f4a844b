"""Remembers what the fold has counted: checkpoint, counted ids, minutes and the Board of each minute.

In: what the fold hands over, once per checkpoint. Out: one transaction, so that a crash repeats or continues, never doubles.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pulse.kpi.agents import PersonTime
from pulse.kpi.interval import HOUR_MS, IntervalRow
from pulse.kpi.records import ContactEvent, encode
from sql.agent_times import add_agent_times
from sql.contact_tables import Unfiled
from sql.intervals import add_intervals
from sql.models import BoardMinute, Checkpoint, SeenIds
from sql.partitions import make_ready
from sql.parts import parts
from sql.session import Database

SEEN_HOURS = 50
_EVENTS_IN_A_LIST = 2_000
"""Who files them has the only turn to write meanwhile."""


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
        rows: Sequence[IntervalRow | PersonTime],
        told: Sequence[ContactEvent] = (),
    ) -> None:
        """Stores a checkpoint, the ids counted since the last one and the events still to be filed by contact, and adds the rows to
        what their minutes, or quarters of a person, hold: all or nothing.
        """
        with self._database.write() as session:
            session.merge(Checkpoint(site=self._site, stream_id=stream_id, at=at, state=state))
            chunks = [{"site": self._site, "hour": hour, "ids": _packed(ids)} for hour, ids in seen.items() if ids]
            if chunks:
                session.execute(insert(SeenIds), chunks)
            session.add_all(Unfiled(site=self._site, events=encode(part)) for part in parts(told, _EVENTS_IN_A_LIST))
            add_intervals(session, self._site, [row for row in rows if isinstance(row, IntervalRow)])
            add_agent_times(session, self._site, [row for row in rows if isinstance(row, PersonTime)])
            self._tidy_seen(session, at // HOUR_MS)

    def record_board(self, at: int, board: bytes) -> None:
        """Keeps the Board of the minute that begins at `at`, in place of an earlier one of it."""
        with self._database.write() as session:
            make_ready(session, BoardMinute, [at])
            session.merge(BoardMinute(site=self._site, at=at, board=zlib.compress(board)))

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


def _packed(ids: Sequence[str]) -> bytes:
    return zlib.compress(msgspec.json.encode(list(ids)), 1)


def _unpacked(chunks: Iterable[SeenIds]) -> list[str]:
    return [one for chunk in chunks for one in msgspec.json.decode(zlib.decompress(chunk.ids), type=list[str])]
