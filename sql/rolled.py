"""Reads history by its sums: quarters, hours and days of the site, and what each part of a queue counted.

In: a site and a stretch of time (epoch ms, the end is left out). Out: tallies. A sum that is due is not believed: what it is made
of is read instead, so an answer never lags behind what was recorded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Select, cast, func, null, select, union
from sqlalchemy.orm import Session

from pulse.kpi.interval import HOUR_MS, QUARTER_MS
from pulse.kpi.tally import Tally, add_to
from sql.bulk import rows_of, together
from sql.due import FINER, Grain, bucket_end, bucket_of, pruned_until, stale
from sql.layers import as_text, of_columns
from sql.minutes import minutes_of
from sql.parts import Span, in_both, joined
from sql.pieces import Pieces
from sql.rollup_tables import Repeat, Rollup, Slice
from sql.session import Database

_Found = tuple[int, str, str, Tally]
"""The instant, the queue, its channel and what it counted."""
DIMENSIONS = ("business_line", "segment", "category")
"""What a part of a queue may be asked by."""


class _Wanted(NamedTuple):
    """Some counts, and the one queue or channel they are of; empty words are all of them."""

    names: Sequence[str]
    queue: str
    channel: str


class Rolled:
    """The sums of one site."""

    def __init__(self, database: Database, site: str, zone: ZoneInfo) -> None:
        self._database = database
        self._site = site
        self._zone = zone

    def by(self, grain: Grain, start: int, end: int, *, spread: bool = False) -> dict[int, dict[str, tuple[str, Tally]]]:
        """By the first instant of each stretch: channel and tally of each queue; stretches of which nothing was recorded are left out.

        Distributions are there only where `spread` asks for them.
        """
        found: dict[int, dict[str, tuple[str, Tally]]] = {}
        bucket_at = self._buckets(grain)
        with self._database.read() as session:
            for at, queue, channel, tally in self._rows(session, grain, [(start, end)], spread):
                bucket = found.setdefault(bucket_at(at), {})
                known = bucket.setdefault(queue, (channel, tally))[1]
                if known is not tally:
                    known.merge(tally)
        return found

    def total(self, start: int, end: int, *, spread: bool = False) -> dict[str, tuple[str, Tally]]:
        """Channel and tally of each queue over a stretch that begins and ends with days of the site."""
        totals: dict[str, tuple[str, Tally]] = {}
        with self._database.read() as session:
            for _, queue, channel, tally in self._rows(session, Grain.DAY, [(start, end)], spread):
                known = totals.setdefault(queue, (channel, tally))[1]
                if known is not tally:
                    known.merge(tally)
        return totals

    def channel_totals(self, spans: Sequence[Span], *, spread: bool = False) -> list[dict[str, Tally]]:
        """What each channel counted over each of some stretches of whole days; what lies in several of them is added up once."""
        pieces = Pieces(spans)
        with self._database.read() as session:
            for at, _, channel, tally in self._rows(session, Grain.DAY, joined(spans), spread):
                pieces.add(at, channel, tally)
        return pieces.totals()

    def part_totals(self, spans: Sequence[Span], dimension: str) -> list[dict[str, Tally]]:
        """What was counted of each value of a dimension over some stretches of whole days, without distributions and greatest values."""
        pieces = Pieces(spans)
        with self._database.read() as session:
            for at, value, tally in self._slices(session, Grain.DAY, joined(spans), dimension, spread=False):
                pieces.add(at, value, tally)
        return pieces.totals()

    def sums(self, grain: Grain, start: int, end: int, names: Sequence[str], *, queue: str = "", channel: str = "") -> dict[int, Tally]:
        """By the first instant of each stretch: some counts of all queues, of one, or of those of a channel, together.

        The database adds them up: a quarter of a year by quarters of an hour is too much to be read row by row.
        """
        found: dict[int, Tally] = {}
        bucket_at = self._buckets(grain)
        with self._database.read() as session:
            for at, tally in self._added(session, grain, (start, end), _Wanted(names, queue, channel)):
                add_to(found, bucket_at(at), tally)
        return found

    def counts(self, start: int, end: int, names: Sequence[str]) -> dict[str, tuple[str, Tally]]:
        """Channel and some counts of each queue over a stretch that begins and ends with any minute.

        Whole quarters are added up by the database as far as they are believed, what is left of the stretch is read minute by minute.
        Nothing is there where that needs minutes that were deleted: a part is not told as the whole.
        """
        first = min(start + -start % QUARTER_MS, end)
        last = max(end - end % QUARTER_MS, first)
        totals: dict[str, tuple[str, Tally]] = {}
        with self._database.read() as session:
            believed = min(stale(session, self._site, Grain.QUARTER, (first, last), self._zone), default=last)
            by_minute = [span for span in ((start, first), (believed, end)) if span[0] < span[1]]
            if any(since < pruned_until(session, self._site) for since, _ in by_minute):
                return {}
            minutes = chain.from_iterable(minutes_of(session, self._site, span) for span in by_minute)
            of_minutes = ((queue, channel, tally) for _, queue, channel, tally in minutes)
            for queue, channel, tally in chain(self._by_queue(session, (first, believed), names), of_minutes):
                known = totals.setdefault(queue, (channel, Tally()))[1]
                for name in names:
                    known.add(name, tally.count(name))
        return totals

    def parts(self, grain: Grain, start: int, end: int, dimension: str, *, spread: bool = False) -> dict[int, dict[str, Tally]]:
        """By the first instant of each stretch: what was counted of each value of a dimension; what told none is under an empty word.

        Distributions are there only where `spread` asks for them, greatest values never.
        """
        found: dict[int, dict[str, Tally]] = {}
        bucket_at = self._buckets(grain)
        with self._database.read() as session:
            for at, value, tally in self._slices(session, grain, [(start, end)], dimension, spread):
                add_to(found.setdefault(bucket_at(at), {}), value, tally)
        return found

    def queues(self, start: int, end: int) -> dict[str, str]:
        """The channel of each queue that was counted in [start, end), by name; of the last hours not yet."""
        columns = select(Rollup.queue, Rollup.channel).where(Rollup.site == self._site)
        days = columns.where(Rollup.grain == Grain.DAY.value, Rollup.at >= start, Rollup.at < end)
        # The last day may not be over.
        hours = columns.where(Rollup.grain == Grain.HOUR.value, Rollup.at >= max(start, end - 26 * HOUR_MS), Rollup.at < end)
        with self._database.read() as session:
            found = session.execute(union(days, hours).order_by("queue")).all()
        return {row.queue: row.channel for row in found}

    def _buckets(self, grain: Grain) -> Callable[[int], int]:
        """Which stretch holds an instant; many rows have the same, and zones are slow."""
        return cache(lambda at: bucket_of(grain, at, self._zone))

    def _rows(self, session: Session, grain: Grain, spans: Sequence[Span], spread: bool) -> Iterator[_Found]:
        if not spans:
            return
        old = self._stale(session, grain, spans)
        queries = together(self._sums(grain, span, spread) for span in spans)
        for at, queue, channel, stored, distributions in chain.from_iterable(rows_of(session, query) for query in queries):
            if at not in old:
                yield at, queue, channel, of_columns(stored, distributions)
        finer, gaps = FINER.get(grain), self._gaps(grain, old, spans)
        if finer is None:
            yield from chain.from_iterable(self._repeats(session, span) for span in spans)
            yield from chain.from_iterable(minutes_of(session, self._site, gap) for gap in gaps)
        else:
            yield from self._rows(session, finer, gaps, spread)

    def _added(self, session: Session, grain: Grain, span: Span, wanted: _Wanted) -> Iterator[tuple[int, Tally]]:
        old = self._stale(session, grain, [span])
        named = ((Rollup.queue, wanted.queue), (Rollup.channel, wanted.channel))
        # In the order of the key: by channel too, the database would have to sort all rows, which takes as long again.
        query = self._added_up(grain, span, wanted.names, (Rollup.at,)).where(*(column == value for column, value in named if value))
        for at, *counts in session.execute(query):
            if at not in old:
                yield at, _named(wanted.names, counts)
        finer = FINER.get(grain)
        for gap in self._gaps(grain, old, [span]):
            rows = self._rows(session, finer, [gap], spread=False) if finer else minutes_of(session, self._site, gap)
            for at, queue, channel, tally in rows:
                if wanted.queue in ("", queue) and wanted.channel in ("", channel):
                    yield at, _named(wanted.names, map(tally.count, wanted.names))

    def _by_queue(self, session: Session, span: Span, names: Sequence[str]) -> Iterator[tuple[str, str, Tally]]:
        """Some counts of quarters that are all believed, together."""
        query = self._added_up(Grain.QUARTER, span, names, (Rollup.queue, Rollup.channel))
        for queue, channel, *counts in session.execute(query):
            yield queue, channel, _named(names, counts)

    def _added_up(self, grain: Grain, span: Span, names: Sequence[str], parts: Sequence[Any]) -> Select[Any]:
        # As an integer PostgreSQL would take one of 32 bits, and ten mails of a weekend wait for more milliseconds than those hold.
        summed = [func.sum(cast(Rollup.tally[("counts", name)].as_string(), BigInteger)) for name in names]
        mine = (Rollup.site == self._site, Rollup.grain == grain.value, Rollup.at >= span[0], Rollup.at < span[1])
        return select(*parts, *summed).where(*mine).group_by(*parts)

    def _slices(
        self, session: Session, grain: Grain, spans: Sequence[Span], dimension: str, spread: bool
    ) -> Iterator[tuple[int, str, Tally]]:
        """Those of quarters are always believed: they are not made of anything finer."""
        if not spans:
            return
        finer = FINER.get(grain)
        old = self._stale(session, grain, spans) if finer else set()
        part = Slice.__table__.c
        columns = select(part.at, part[dimension], as_text(part.tally), as_text(part.spread) if spread else null())
        mine = columns.where(part.site == self._site, part.grain == grain.value)
        queries = together(mine.where(part.at >= start, part.at < end) for start, end in spans)
        for at, value, stored, distributions in chain.from_iterable(rows_of(session, query) for query in queries):
            if at not in old:
                yield at, value, of_columns(stored, distributions)
        if finer is None:
            column = getattr(Repeat, dimension)
            for at, value, stored in chain.from_iterable(rows_of(session, self._of_repeats(span, column)) for span in spans):
                yield at, value, of_columns(stored)
        else:
            yield from self._slices(session, finer, self._gaps(grain, old, spans), dimension, spread)

    def _repeats(self, session: Session, span: Span) -> Iterator[_Found]:
        """Those of quarters are counted apart, and part of the sums of hours."""
        for at, queue, channel, stored in rows_of(session, self._of_repeats(span, Repeat.queue, Repeat.channel)):
            yield at, queue, channel, of_columns(stored)

    def _of_repeats(self, span: Span, *columns: Any) -> Select[Any]:
        query = select(Repeat.at, *columns, as_text(Repeat.tally))
        return query.where(Repeat.site == self._site, Repeat.at >= span[0], Repeat.at < span[1])

    def _stale(self, session: Session, grain: Grain, spans: Sequence[Span]) -> set[int]:
        return stale(session, self._site, grain, (spans[0][0], spans[-1][1]), self._zone)

    def _gaps(self, grain: Grain, starts: Iterable[int], spans: Sequence[Span]) -> list[Span]:
        """The stretches that are read from what is finer."""
        return in_both(joined((start, bucket_end(grain, start, self._zone)) for start in starts), spans)

    def _sums(self, grain: Grain, span: Span, spread: bool) -> Select[Any]:
        sums = Rollup.__table__.c
        columns = select(sums.at, sums.queue, sums.channel, as_text(sums.tally), as_text(sums.spread) if spread else null())
        return columns.where(sums.site == self._site, sums.grain == grain.value, sums.at >= span[0], sums.at < span[1])


def _named(names: Sequence[str], counts: Iterable[int | None]) -> Tally:
    tally = Tally()
    for name, count in zip(names, counts, strict=True):
        tally.add(name, int(count or 0))
    return tally
