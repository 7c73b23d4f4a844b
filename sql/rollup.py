"""Sums history up: minutes to quarters of an hour, these to hours and days of the site.

In: marks of what changed. Out: sums formed anew, whole, from what is finer; so forming one twice gives the same rows, once, and
a crash in between leaves its mark standing. Only what is over is summed up: until then it is read from what is finer.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, delete, null, select
from sqlalchemy.orm import Session

from pulse.kpi.interval import HOUR_MS
from pulse.kpi.tally import Tally, add_to
from sql.bulk import as_json_of, insert_rows, rows_of
from sql.due import FINER, SETTLED_MS, Grain, bucket_of, mark, mark_hours_due, marks_of, pruned_until, waiting
from sql.layers import as_text, in_columns, of_columns
from sql.minutes import minutes_of
from sql.partitions import make_ready
from sql.parts import joined, parts
from sql.rollup_tables import Repeat, Rollup, RollupDue, Slice
from sql.session import Database

_BUCKETS_AT_ONCE: Mapping[Grain, int] = {Grain.QUARTER: 96, Grain.HOUR: 96, Grain.DAY: 8}
"""So many a transaction, for others want to write too."""
_Key = tuple[Any, ...]
_Sums = dict[_Key, Tally]
_Stored = Iterator[tuple[Any, ...]]
"""An instant, what tells its rows apart, and the tally."""


class _Layer(NamedTuple):
    """A table of sums, and the names of the columns that tell its rows of one instant apart."""

    table: type[Rollup] | type[Slice]
    columns: tuple[str, ...]


_ROLLUPS = _Layer(Rollup, ("queue", "channel"))
_SLICES = _Layer(Slice, ("queue", "channel", "business_line", "segment", "category"))


class RollUp:
    """The sums of one site, whose days begin at the midnight of its zone."""

    def __init__(self, database: Database, site: str, zone: ZoneInfo) -> None:
        self._database = database
        self._site = site
        self._zone = zone
        self._is_aligned = False

    def catch_up(self, now: int) -> int:
        """Forms every sum that is due and over at `now` (epoch ms); how many there were."""
        total = 0
        while count := self.step(now):
            total += count
        return total

    def step(self, now: int) -> int:
        """Forms some of the sums that are due, in one transaction, the shorter before the longer; 0 where none is."""
        if not self._is_aligned:
            self._align()
            self._is_aligned = True
        grain, over = self._next(now)
        if over:
            with self._database.write() as session:
                self._form(session, grain, over)
        return len(over)

    def _align(self) -> None:
        """Throws hours and days away that were formed by another zone than the site's is now, and marks them to be formed by this one."""
        with self._database.read() as session:
            starts = set(session.scalars(select(Rollup.at).where(*self._mine(Rollup, Grain.DAY)).distinct()))
        odd = {at for at in starts if bucket_of(Grain.DAY, at, self._zone) != at}
        if not odd:
            return
        since, until = min(odd) - 24 * HOUR_MS, max(odd) + 48 * HOUR_MS
        with self._database.write() as session:
            for layer in (_ROLLUPS, _SLICES):
                table = layer.table
                for grain in (Grain.HOUR, Grain.DAY):
                    session.execute(delete(table).where(*self._mine(table, grain), table.at >= since, table.at < until))
                quarters = select(table.at).where(*self._mine(table, Grain.QUARTER), table.at >= since, table.at < until)
                mark_hours_due(session, self._site, set(session.scalars(quarters.distinct())))

    def _mine(self, table: type[Rollup] | type[Slice], grain: Grain) -> tuple[ColumnElement[bool], ...]:
        return table.site == self._site, table.grain == grain.value

    def _next(self, now: int) -> tuple[Grain, Mapping[int, int]]:
        """Which sums come next: looked for without a turn to write, for most of the time there is none."""
        with self._database.read() as session:
            for grain in Grain:
                over = waiting(session, self._site, grain, now - SETTLED_MS, self._zone, _BUCKETS_AT_ONCE[grain])
                if over:
                    return grain, over
        return Grain.DAY, {}

    def _form(self, session: Session, grain: Grain, buckets: Mapping[int, int]) -> None:
        """Forms the sums of some stretches, each by its beginning and end."""
        finer = FINER.get(grain)
        if finer is None:
            pruned = pruned_until(session, self._site)
            whole = {at: end for at, end in buckets.items() if at >= pruned}
            if whole:
                minutes = [minutes_of(session, self._site, run) for run in joined(whole.items())]
                self._replace(session, _ROLLUPS, grain, whole, minutes)
        else:
            for layer in (_ROLLUPS, _SLICES):
                sums = [_sums_of(layer, self._site, finer, run) for run in joined(buckets.items())]
                if finer is Grain.QUARTER:
                    sums += [_repeats(layer, self._site, run) for run in joined(buckets.items())]
                self._replace(session, layer, grain, buckets, [_stored(session, query) for query in sums])
        self._pass_on(session, grain, buckets)

    def _replace(self, session: Session, layer: _Layer, grain: Grain, buckets: Mapping[int, int], finer: Iterable[_Stored]) -> None:
        sums = self._summed(grain, buckets, chain.from_iterable(finer))
        table = layer.table
        for part in parts(sorted(buckets)):
            session.execute(delete(table).where(table.site == self._site, table.grain == grain.value, table.at.in_(part)))
        make_ready(session, table, buckets)
        as_json = as_json_of(session)
        insert_rows(session, table, (_row(self._site, grain, key, tally, as_json) for key, tally in sums.items()))

    def _summed(self, grain: Grain, buckets: Mapping[int, int], finer: _Stored) -> _Sums:
        sums: _Sums = {}
        bucket_at: dict[int, int] = {}
        for at, *names, tally in finer:
            bucket = bucket_at.get(at)
            if bucket is None:
                bucket = bucket_at[at] = bucket_of(grain, at, self._zone)
            if bucket in buckets:
                add_to(sums, (bucket, *names), tally)
        return sums

    def _pass_on(self, session: Session, grain: Grain, buckets: Mapping[int, int]) -> None:
        """Takes the marks back, and marks what is made of these sums."""
        for part in parts(marks_of(grain, buckets)):
            session.execute(delete(RollupDue).where(RollupDue.site == self._site, RollupDue.grain == grain.value, RollupDue.at.in_(part)))
        longer = next((one for one, of in FINER.items() if of is grain), None)
        if longer is not None:
            mark(session, self._site, longer, {bucket_of(longer, at, self._zone) for at in buckets})


def _stored(session: Session, query: Select[Any]) -> _Stored:
    for *key, stored, spread in rows_of(session, query):
        yield *key, of_columns(stored, spread)


def _sums_of(layer: _Layer, site: str, grain: Grain, run: tuple[int, int]) -> Select[Any]:
    sums = layer.table.__table__.c
    columns = select(sums.at, *(sums[name] for name in layer.columns), as_text(sums.tally), as_text(sums.spread))
    return columns.where(sums.site == site, sums.grain == grain.value, sums.at >= run[0], sums.at < run[1])


def _repeats(layer: _Layer, site: str, run: tuple[int, int]) -> Select[Any]:
    """Those of quarters, which are counted apart and become part of the hour."""
    repeats = Repeat.__table__.c
    columns = select(repeats.at, *(repeats[name] for name in layer.columns), as_text(repeats.tally), null())
    return columns.where(repeats.site == site, repeats.at >= run[0], repeats.at < run[1])


def _row(site: str, grain: Grain, key: _Key, tally: Tally, as_json: Any) -> tuple[Any, ...]:
    return (site, grain.value, *key, *in_columns(tally, as_json))
