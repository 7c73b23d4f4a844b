"""Reads history: a day's tallies, a chart's, the Board of a past minute, the hourly counts detectors compare with.

In: a site and a stretch of time (epoch ms, the end is left out). Out: tallies; None or nothing where nothing was recorded.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from pulse.kpi.interval import HOUR_MS, MINUTE_MS
from pulse.kpi.tally import Tally, add_to
from sql.due import Grain
from sql.minutes import MinuteOfQueue, minutes_of
from sql.models import BoardMinute, HourlyCount, Incident, Minute, Transition
from sql.rolled import Rolled
from sql.rollup_tables import Rollup
from sql.session import Database

_MINUTES_AT_ONCE_MS = 6 * HOUR_MS
"""What is read is held until it is passed on: of a busy site this is some 18 thousand tallies."""
_BOARDS_AT_ONCE = 360
_ANY_ZONE = ZoneInfo("UTC")
"""Quarters of an hour are the same in each."""


class History:
    """What was recorded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def channel_slots(self, span: tuple[int, int], step_ms: int, site: str, zone: ZoneInfo) -> dict[int, dict[str, Tally]]:
        """The tally of each channel in each slot of whole quarters of an hour, by the slot's first instant, without empty slots."""
        quarters = Rolled(self._database, site, zone).by(Grain.QUARTER, *span, spread=True)
        rows = ((at, channel, tally) for at, queues in sorted(quarters.items()) for channel, tally in queues.values())
        return _slots(rows, span[0], step_ms)

    def tallies_by(self, site: str, start: int, end: int, step_ms: int) -> dict[int, dict[str, Tally]]:
        """The tally of each queue in each slot of `step_ms` counted from `start`, by the slot's first instant; empty slots are left out."""
        return _slots(((at, queue, tally) for at, queue, _, tally in self._rows(site, start, end)), start, step_ms)

    def day_counts(self, site: str, start: int, end: int, names: Sequence[str]) -> dict[str, tuple[str, Tally]]:
        """The channel and some counts of each queue in [start, end); queues without a row are left out.

        Whole quarters of an hour are taken from their sums, so a day of a busy site takes some hundredths of a second.
        """
        return Rolled(self._database, site, _ANY_ZONE).counts(start, end, names)

    def day_tallies(self, site: str, start: int, end: int, zone: ZoneInfo) -> dict[str, tuple[str, Tally]]:
        """The channel and everything counted of each queue on days of the site; queues without a row are left out."""
        return Rolled(self._database, site, zone).total(start, end, spread=True)

    def first_at(self, site: str) -> int | None:
        """The minute (epoch ms) with which history begins; None where nothing was recorded."""
        minute = select(func.min(Minute.at)).where(Minute.site == site)
        # Minutes are deleted after a time, the sums of their quarters are not.
        quarter = select(func.min(Rollup.at)).where(Rollup.site == site, Rollup.grain == Grain.QUARTER.value)
        with self._database.read() as session:
            found = session.execute(select(minute.scalar_subquery(), quarter.scalar_subquery())).one()
        return min((at for at in found if at is not None), default=None)

    def watched_until(self, site: str) -> int | None:
        """The minute (epoch ms) of the newest Board that was kept: until then the site was counted. None where none was."""
        with self._database.read() as session:
            return session.scalar(select(func.max(BoardMinute.at)).where(BoardMinute.site == site))

    def first_board_at(self, site: str) -> int | None:
        """The minute (epoch ms) of the oldest Board that is kept; None where none is."""
        with self._database.read() as session:
            return session.scalar(select(func.min(BoardMinute.at)).where(BoardMinute.site == site))

    def board_at(self, site: str, at: int) -> bytes | None:
        """The Board, as JSON, of the minute that holds `at`; None where none was kept."""
        with self._database.read() as session:
            found = session.get(BoardMinute, (site, at - at % MINUTE_MS))
            return None if found is None else zlib.decompress(found.board)

    def boards(self, site: str, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Each minute (epoch ms) in [start, end) of which a Board was kept, oldest first, with the Board as JSON; six hours at a time.

        No session stays open meanwhile: who reads a month must not keep the database from tidying its log.
        """
        columns = select(BoardMinute.at, BoardMinute.board).where(BoardMinute.site == site, BoardMinute.at < end)
        while True:
            query = columns.where(BoardMinute.at >= start).order_by(BoardMinute.at).limit(_BOARDS_AT_ONCE)
            with self._database.read() as session:
                rows = session.execute(query).all()
            for at, packed in rows:
                yield at, zlib.decompress(packed)
            if len(rows) < _BOARDS_AT_ONCE:
                return
            start = rows[-1][0] + 1

    def minute_counts(self, site: str, start: int, end: int, names: Sequence[str]) -> Iterator[tuple[int, str, str, tuple[int, ...]]]:
        """Minute (epoch ms), queue, channel and some counts of each row in [start, end), oldest first."""
        for at, queue, channel, tally in self._rows(site, start, end):
            yield at, queue, channel, tuple(map(tally.count, names))

    def incidents(self, site: str, start: int, end: int) -> list[Incident]:
        """The incidents opened in [start, end), oldest first; drills are left out."""
        query = select(Incident).where(
            Incident.site == site, Incident.opened_at >= start, Incident.opened_at < end, Incident.drill.is_(False)
        )
        with self._database.read() as session:
            return list(session.scalars(query.order_by(Incident.opened_at, Incident.id)))

    def signal_moves(self, site: str, start: int, end: int) -> dict[int, list[tuple[int, str, str]]]:
        """For each incident opened in [start, end): when (epoch ms) its signal, or its rule, moved to which state, the first move first."""
        moves: dict[int, list[tuple[int, str, str]]] = {}
        query = (
            select(Incident.id, Transition.at, Transition.kind, Transition.to_state)
            .join(Transition, Transition.incident_id == Incident.id)
            .where(Incident.site == site, Incident.opened_at >= start, Incident.opened_at < end, Transition.kind.in_(("signal", "rule")))
        )
        with self._database.read() as session:
            for incident_id, at, kind, to_state in session.execute(query.order_by(Transition.id)):
                moves.setdefault(incident_id, []).append((at, kind, to_state))
        return moves

    def hourly_complaints(self, site: str, start: int, end: int) -> dict[int, dict[str, dict[str, int]]]:
        """The complaint counts by hour (epoch ms // 3,600,000), queue and name of the count, such as complaint_line=logistics.

        Hours that touch [start, end) and were recorded are there even without a complaint: with `offered` alone.
        """
        hours: dict[int, dict[str, dict[str, int]]] = {}
        query = select(HourlyCount.hour, HourlyCount.queue, HourlyCount.name, HourlyCount.count).where(
            HourlyCount.site == site, HourlyCount.hour >= start // HOUR_MS, HourlyCount.hour < -(-end // HOUR_MS)
        )
        with self._database.read() as session:
            for hour, queue, name, count in session.execute(query):
                hours.setdefault(hour, {}).setdefault(queue, {})[name] = count
        return hours

    def _rows(self, site: str, start: int, end: int) -> Iterator[MinuteOfQueue]:
        with self._database.read() as session:
            for since in range(start, end, _MINUTES_AT_ONCE_MS):
                yield from minutes_of(session, site, (since, min(since + _MINUTES_AT_ONCE_MS, end)))


def _slots(rows: Iterable[tuple[int, str, Tally]], start: int, step_ms: int) -> dict[int, dict[str, Tally]]:
    slots: dict[int, dict[str, Tally]] = {}
    for at, name, tally in rows:
        add_to(slots.setdefault(at - (at - start) % step_ms, {}), name, tally)
    return slots
