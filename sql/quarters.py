"""Adds to the sums of quarters of which the minutes are not kept: what arrives late, and what a file tells of long ago.

In: rows of minutes. Out: sums of their quarters grown by them, and marks on what is made of these.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.interval import QUARTER_MS, IntervalRow
from pulse.kpi.tally import Tally
from sql.bulk import Row, as_json_of, put_rows, rows_of
from sql.due import Grain, mark_hours_due
from sql.layers import as_text, in_columns, of_columns
from sql.partitions import make_ready
from sql.parts import stretches
from sql.rollup_tables import Rollup

_Key = tuple[int, str, str]


def add_to_quarters(session: Session, site: str, rows: Iterable[IntervalRow]) -> None:
    """Adds rows to the sums of their quarters."""
    grown: dict[_Key, Tally] = {}
    for row in rows:
        grown.setdefault((row.at - row.at % QUARTER_MS, row.queue, row.channel), Tally()).merge(row.tally)
    quarters = sorted({at for at, _, _ in grown})
    for key, before in _stored(session, site, quarters).items():
        if key in grown:
            grown[key].merge(before)
    make_ready(session, Rollup, quarters)
    put_rows(session, Rollup, _rows(session, site, grown))
    mark_hours_due(session, site, quarters)


def _stored(session: Session, site: str, quarters: Sequence[int]) -> dict[_Key, Tally]:
    columns = select(Rollup.at, Rollup.queue, Rollup.channel, as_text(Rollup.tally), as_text(Rollup.spread))
    mine = columns.where(Rollup.site == site, Rollup.grain == Grain.QUARTER.value)
    found = {}
    for start, end in stretches(quarters, QUARTER_MS):
        for at, queue, channel, stored, spread in rows_of(session, mine.where(Rollup.at >= start, Rollup.at < end)):
            found[at, queue, channel] = of_columns(stored, spread)
    return found


def _rows(session: Session, site: str, grown: dict[_Key, Tally]) -> Iterable[Row]:
    as_json = as_json_of(session)
    for key, tally in grown.items():
        yield (site, Grain.QUARTER.value, *key, *in_columns(tally, as_json))
