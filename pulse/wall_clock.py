"""When the clock on the wall shows a time, in the nights of a clock change too.

In: a day and minutes after its midnight, a zone. Out: instants (epoch ms). A time that is skipped is shown never: None; one that comes
twice is shown first, and last.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def first_shown(day: date, minute: int, zone: ZoneInfo) -> int | None:
    """The instant at which a time of a day is shown first; None where it is skipped."""
    return _shown(day, minute, zone, fold=0)


def last_shown(day: date, minute: int, zone: ZoneInfo) -> int | None:
    """The instant at which it is shown last; None where it is skipped."""
    return _shown(day, minute, zone, fold=1)


def skipped_at(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant at which the clock was put forward over a time that is skipped."""
    local = datetime.combine(day, datetime.min.time()) + minute * _MINUTE
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    before = early.astimezone(zone).utcoffset()
    while late - early > _MINUTE:
        middle = early + (late - early) // 2 // _MINUTE * _MINUTE
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return round(late.timestamp() * 1000)


def _shown(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> int | None:
    local = datetime.combine(day, datetime.min.time()) + minute * _MINUTE
    instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return round(instant.timestamp() * 1000) if instant.astimezone(zone).replace(tzinfo=None) == local else None
