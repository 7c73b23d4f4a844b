"""The minutes that history keeps: one row for all queues of a minute, for rows are what a database charges for.

In: rows, each what one queue's minute grew by. Out: rows of the table, and what they hold, queue by queue.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.interval import MINUTE_MS, QUARTER_MS, IntervalRow
from pulse.kpi.tally import Tally, merged
from sql.bulk import Row, as_json_of, insert_rows, put_rows, rows_of
from sql.layers import as_text
from sql.models import Minute
from sql.partitions import make_ready
from sql.parts import Span, stretches

_Queues = dict[str, dict[str, Tally]]
"""What was counted in a minute, by queue and channel."""
_read = msgspec.json.Decoder(_Queues).decode


class MinuteOfQueue(NamedTuple):
    """What one queue counted by one channel in the minute that begins at `at` (epoch ms)."""

    at: int
    queue: str
    channel: str
    tally: Tally


def minutes_of(session: Session, site: str, span: Span) -> Iterator[MinuteOfQueue]:
    """What each queue counted, minute by minute, oldest first."""
    for at, stored in _stored(session, site, span):
        for queue, channels in _read(stored).items():
            for channel, tally in channels.items():
                yield MinuteOfQueue(at, queue, channel, tally)


def add_minutes(session: Session, site: str, rows: Sequence[IntervalRow]) -> None:
    """Adds rows to what their minutes hold; the tallies of the rows themselves stay as they are."""
    known = _known(session, site, {row.at for row in rows})
    new: dict[int, _Queues] = {}
    for row in rows:
        minute = known[row.at] if row.at in known else new.setdefault(row.at, {})
        _add(minute.setdefault(row.queue, {}), row.channel, row.tally)
    make_ready(session, Minute, [*new, *known])
    insert_rows(session, Minute, _rows(session, site, new))
    put_rows(session, Minute, _rows(session, site, known))


def _known(session: Session, site: str, minutes: Collection[int]) -> dict[int, _Queues]:
    """Those of the minutes that are stored, with all they hold."""
    until = max(minutes, default=0) + MINUTE_MS
    spans = ((start, min(end, until)) for start, end in stretches(minutes, QUARTER_MS))
    return {at: _read(stored) for span in spans for at, stored in _stored(session, site, span) if at in minutes}


def _stored(session: Session, site: str, span: Span) -> Iterator[Row]:
    mine = select(Minute.at, as_text(Minute.queues)).where(Minute.site == site, Minute.at >= span[0], Minute.at < span[1])
    return rows_of(session, mine.order_by(Minute.at))


def _add(channels: dict[str, Tally], channel: str, tally: Tally) -> None:
    known = channels.get(channel)
    channels[channel] = tally if known is None else merged((known, tally))


def _rows(session: Session, site: str, minutes: Mapping[int, _Queues]) -> Iterator[Row]:
    as_json = as_json_of(session)
    for at, queues in minutes.items():
        yield site, at, as_json(queues)
