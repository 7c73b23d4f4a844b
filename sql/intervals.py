"""Adds what was counted to the minutes and hours that history keeps.

In: rows, each what one queue's minute grew by. Out: rows of the tables, in the transaction of whoever asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.interval import HOUR_MS, QUARTER_MS, IntervalRow
from pulse.kpi.tally import Tally
from sql.bulk import Row, as_json_of, insert_rows, put_rows, rows_of
from sql.due import Grain, first_due, mark_due, note_pruned, pruned_until
from sql.layers import as_text, of_columns
from sql.models import HourlyCount, Interval
from sql.partitions import make_ready
from sql.parts import parts, stretches
from sql.quarters import add_to_quarters

_ROWS_AT_ONCE = 20_000
"""A back-fill brings days of minutes: all of them as rows of the table at once would cost their size again."""
_MinuteKey = tuple[int, str, str]
_HourKey = tuple[int, str, str]


def add_intervals(session: Session, site: str, rows: Sequence[IntervalRow], minutes_since: int = 0) -> None:
    """Adds rows to what their minutes and hours hold, and marks what is summed up of them.

    Minutes before `minutes_since` (epoch ms), and those that were deleted, are not kept: they are added to their quarter at once.
    """
    kept_since = max(minutes_since, pruned_until(session, site))
    old = [row for row in rows if row.at < kept_since]
    if old and kept_since > pruned_until(session, site):
        # From here on these quarters are never formed of minutes again; those that still have to be come first.
        kept_since = max(pruned_until(session, site), min(kept_since, first_due(session, site, Grain.QUARTER, kept_since)))
        note_pruned(session, site, "minutes", kept_since)
        old = [row for row in rows if row.at < kept_since]
    if old:
        add_to_quarters(session, site, old)
        _add_hours(session, site, old)
        rows = [row for row in rows if row.at >= kept_since]
    # Minutes stay together, for all queues of a minute are looked up at once.
    for part in parts(sorted(rows, key=attrgetter("at")), _ROWS_AT_ONCE):
        _add_minutes(session, site, part)
        _add_hours(session, site, part)
    mark_due(session, site, {row.at for row in rows})


def _add_minutes(session: Session, site: str, rows: Iterable[IntervalRow]) -> None:
    grown = _by_minute(rows)
    minutes = sorted({at for at, _, _ in grown})
    changed = {key: tally for key, tally in _stored_minutes(session, site, minutes).items() if key in grown}
    for key, tally in changed.items():
        tally.merge(grown.pop(key))
    make_ready(session, Interval, minutes)
    insert_rows(session, Interval, _rows(session, site, grown))
    put_rows(session, Interval, _rows(session, site, changed))


def _rows(session: Session, site: str, minutes: Mapping[_MinuteKey, Tally]) -> Iterator[Row]:
    as_json = as_json_of(session)
    for key, tally in minutes.items():
        yield (site, *key, as_json(tally.as_map()))


def _by_minute(rows: Iterable[IntervalRow]) -> dict[_MinuteKey, Tally]:
    """One tally for each minute of a queue; those of the rows themselves stay as they are."""
    grown: dict[_MinuteKey, Tally] = {}
    shared: set[_MinuteKey] = set()
    for row in rows:
        key = (row.at, row.queue, row.channel)
        known = grown.get(key)
        if known is None:
            grown[key] = row.tally
            continue
        if key not in shared:
            shared.add(key)
            known = grown[key] = Tally.from_map(known.as_map())
        known.merge(row.tally)
    return grown


def _stored_minutes(session: Session, site: str, minutes: Sequence[int]) -> dict[_MinuteKey, Tally]:
    columns = select(Interval.at, Interval.queue, Interval.channel, as_text(Interval.tally)).where(Interval.site == site)
    found = {}
    for start, end in stretches(minutes, QUARTER_MS):
        for at, queue, channel, stored in rows_of(session, columns.where(Interval.at >= start, Interval.at < end)):
            found[at, queue, channel] = of_columns(stored)
    return found


def _add_hours(session: Session, site: str, rows: Iterable[IntervalRow]) -> None:
    grown: dict[_HourKey, int] = {}
    for row in rows:
        hour, queue, counts = row.at // HOUR_MS, row.queue, row.tally.counts
        # An hour with contacts and no complaint must be told from an hour nobody watched: `offered` is always there.
        key = (hour, queue, "offered")
        grown[key] = grown.get(key, 0) + counts.get("offered", 0)
        if "complaints" in counts:
            _add_complaints(grown, hour, queue, counts)
    stored = _stored_hours(session, site, sorted({hour for hour, _, _ in grown}))
    put_rows(session, HourlyCount, [(site, *key, count + stored.get(key, 0)) for key, count in grown.items()])


def _add_complaints(grown: dict[_HourKey, int], hour: int, queue: str, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if name.startswith("complaint"):
            grown[hour, queue, name] = grown.get((hour, queue, name), 0) + count


def _stored_hours(session: Session, site: str, hours: Sequence[int]) -> dict[_HourKey, int]:
    columns = select(HourlyCount.hour, HourlyCount.queue, HourlyCount.name, HourlyCount.count).where(HourlyCount.site == site)
    found = {}
    for start, end in stretches(hours, 1):
        for hour, queue, name, count in rows_of(session, columns.where(HourlyCount.hour >= start, HourlyCount.hour < end)):
            found[hour, queue, name] = count
    return found
