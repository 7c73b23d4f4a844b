"""Adds what was counted to the minutes and hours that history keeps.

In: rows, each what one queue's minute grew by. Out: rows of the tables, in the transaction of whoever asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.interval import HOUR_MS, IntervalRow
from sql.bulk import put_rows, rows_of
from sql.due import Grain, first_due, mark_due, note_pruned, pruned_until
from sql.minutes import add_minutes
from sql.models import HourlyCount
from sql.parts import parts, stretches
from sql.quarters import add_to_quarters

_ROWS_AT_ONCE = 20_000
"""A back-fill brings days of minutes: all of them as rows of the table at once would cost their size again."""


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
        add_minutes(session, site, part)
        _add_hours(session, site, part)
    mark_due(session, site, {row.at for row in rows})


def _add_hours(session: Session, site: str, rows: Iterable[IntervalRow]) -> None:
    grown: dict[tuple[int, str], dict[str, int]] = {}
    for row in rows:
        hour, counts = (row.at // HOUR_MS, row.queue), row.tally.counts
        named = grown.get(hour)
        if named is None:
            # An hour with contacts and no complaint must be told from an hour nobody watched: `offered` is always there.
            named = grown[hour] = {"offered": 0}
        named["offered"] += counts.get("offered", 0)
        if "complaints" in counts:
            _add_complaints(named, counts)
    stored = _stored_hours(session, site, sorted({hour for hour, _ in grown}))
    changed = (((*key, name), count) for key, named in grown.items() for name, count in named.items())
    put_rows(session, HourlyCount, [(site, *key, count + stored.get(key, 0)) for key, count in changed])


def _add_complaints(named: dict[str, int], counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if name.startswith("complaint"):
            named[name] = named.get(name, 0) + count


def _stored_hours(session: Session, site: str, hours: Sequence[int]) -> dict[tuple[int, str, str], int]:
    columns = select(HourlyCount.hour, HourlyCount.queue, HourlyCount.name, HourlyCount.count).where(HourlyCount.site == site)
    found = {}
    for start, end in stretches(hours, 1):
        for hour, queue, name, count in rows_of(session, columns.where(HourlyCount.hour >= start, HourlyCount.hour < end)):
            found[hour, queue, name] = count
    return found
