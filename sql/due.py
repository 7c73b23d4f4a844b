"""Which sums of history are due: the quarters, hours and days that hold a minute which changed since they were formed.

In: instants that changed. Out: marks, set in the transaction of the change and taken back in that of the new sum.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from pulse.clock import day_start, next_day_start
from pulse.kpi.interval import HOUR_MS, QUARTER_MS
from sql.parts import parts
from sql.rollup_tables import Pruned, RollupDue
from sql.session import marks_while_still

SETTLED_MS = 120_000
"""So long after its end a stretch is summed up: records are some seconds late as a rule."""


class Grain(StrEnum):
    """How long the stretches are that are summed up, the shortest first."""

    QUARTER = "15m"
    HOUR = "1h"
    DAY = "1d"


FINER: Mapping[Grain, Grain] = {Grain.HOUR: Grain.QUARTER, Grain.DAY: Grain.HOUR}
"""What a sum is made of; a quarter is made of minutes."""


def bucket_of(grain: Grain, at: int, zone: ZoneInfo) -> int:
    """The first instant (epoch ms) of the stretch that holds `at`: days are those of the site's own clocks, hours begin with their days.

    Hours of the clock would overlap where it is put back by half an hour.
    """
    if grain is Grain.QUARTER:
        return at - at % QUARTER_MS
    if grain is Grain.DAY:
        return day_start(at, zone)
    return at - (at - day_start(at, zone)) % HOUR_MS


def bucket_end(grain: Grain, start: int, zone: ZoneInfo) -> int:
    """The end (epoch ms, left out) of the stretch that begins at `start`."""
    if grain is Grain.QUARTER:
        return start + QUARTER_MS
    midnight = next_day_start(start, zone)
    return midnight if grain is Grain.DAY else min(start + HOUR_MS, midnight)


def mark_due(session: Session, site: str, instants: Iterable[int]) -> None:
    """Marks the quarters that hold these instants (epoch ms); what is longer is marked when they are summed up."""
    mark(session, site, Grain.QUARTER, {at - at % QUARTER_MS for at in instants})


def first_due(session: Session, site: str, grain: Grain | None, otherwise: int) -> int:
    """The oldest instant (epoch ms) that is marked, of a grain or of any kind; `otherwise` where none is."""
    query = select(func.min(RollupDue.at)).where(RollupDue.site == site)
    found: int | None = session.scalar(query if grain is None else query.where(RollupDue.grain == grain.value))
    return otherwise if found is None else found


def pruned_until(session: Session, site: str, kind: str = "minutes") -> int:
    """The instant (epoch ms) before which minutes, or another kind of rows, were deleted; 0 where none was."""
    return session.scalar(select(Pruned.until).where(Pruned.site == site, Pruned.kind == kind)) or 0


def note_pruned(session: Session, site: str, kind: str, until: int) -> None:
    """Notes that rows of a kind before an instant (epoch ms) are gone."""
    if until > pruned_until(session, site, kind):
        session.merge(Pruned(site=site, kind=kind, until=until))


def mark_hours_due(session: Session, site: str, quarters: Iterable[int]) -> None:
    """Marks the hours that hold these quarters, by the quarters themselves: which hour it is depends on the site's clocks."""
    mark(session, site, Grain.HOUR, quarters)


def marks_of(grain: Grain, buckets: Mapping[int, int]) -> list[int]:
    """The instants by which stretches may be marked: an hour by each of its quarters too."""
    if grain is Grain.HOUR:
        return sorted(at for start, end in buckets.items() for at in range(start, end, QUARTER_MS))
    return sorted(buckets)


def mark(session: Session, site: str, grain: StrEnum, starts: Iterable[int]) -> None:
    """Marks stretches by their first instants; one that is marked stays so."""
    wanted = sorted(starts)
    known: set[int] = set()
    for part in parts(wanted):
        query = select(RollupDue.at).where(RollupDue.site == site, RollupDue.grain == grain.value, RollupDue.at.in_(part))
        known.update(session.scalars(query))
    new = [{"site": site, "grain": grain.value, "at": at} for at in wanted if at not in known]
    if new:
        session.execute(insert(RollupDue), new)


def waiting(session: Session, site: str, grain: Grain, until: int, zone: ZoneInfo, most: int) -> dict[int, int]:
    """The oldest stretches that are due and were over at `until` (epoch ms), each with its end."""
    query = select(RollupDue.at).where(RollupDue.site == site, RollupDue.grain == grain.value, RollupDue.at < until)
    starts = {bucket_of(grain, at, zone) for at in session.scalars(query.order_by(RollupDue.at).limit(most))}
    found = {at: bucket_end(grain, at, zone) for at in starts}
    return {at: end for at, end in found.items() if end <= until}


def stale(session: Session, site: str, grain: Grain, span: tuple[int, int], zone: ZoneInfo) -> set[int]:
    """The stretches within a span whose sum must not be believed: they, or something they are made of, are due."""
    start, end = span
    grains = list(Grain)
    finer_or_same = {one.value for one in grains[: grains.index(grain) + 1]}
    marks = _marks(session, site, span)
    return {bucket_of(grain, at, zone) for kind, at in marks if kind in finer_or_same and start <= at < end}


def _marks(session: Session, site: str, span: tuple[int, int]) -> Iterable[Row[str, int]]:
    """Grain and instant of each mark within a span; where the database stands still all of them, read once for many questions."""
    query = select(RollupDue.grain, RollupDue.at).where(RollupDue.site == site)
    still = marks_while_still(session)
    if still is None:
        return session.execute(query.where(RollupDue.at >= span[0], RollupDue.at < span[1]))
    if site not in still:
        still[site] = session.execute(query).all()
    return still[site]
