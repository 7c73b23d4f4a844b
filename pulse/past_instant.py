"""A past minute as people write it, in the site's own time or with an offset, to the instant it means.

In: a text such as 2026-11-20T14:35, a zone, what is known of the site. Out: epoch ms, or what was found and what is allowed.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pulse.kpi.interval import MINUTE_MS
from pulse.wall_clock import first_shown, last_shown, skipped_at

FORM = "YYYY-MM-DDTHH:MM"
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)


class UnclearInstant(ValueError):
    """A text that means no minute of the past, and what would; both are short enough for a screen."""

    def __init__(self, found: str, allowed: str, why: str) -> None:
        super().__init__(f'got "{found}", {why}, expected {allowed}')
        self.found, self.allowed = found, allowed


def past_instant(written: str, zone: ZoneInfo, first_at: int | None, now: int) -> int:
    """The first instant (epoch ms) of the minute that is meant; raises UnclearInstant.

    `first_at` is the minute with which history begins, `now` the instant at which it ends.
    """
    try:
        at = _instant(written, zone)
    except OverflowError as error:
        raise UnclearInstant(written, FORM, "which is beyond any calendar") from error
    return past_minute(at, written, zone, (first_at, now))


def past_minute(at: int, written: str, zone: ZoneInfo, known: tuple[int | None, int]) -> int:
    """The first instant of the minute that holds `at` (epoch ms), written somehow; raises UnclearInstant where it is not in the known past.

    `known` is the minute with which history begins, None where nothing was recorded, and the instant at which it ends.
    """
    first_at, now = known
    last, at = now - now % MINUTE_MS, at - at % MINUTE_MS
    if at > last:
        raise UnclearInstant(written, f"≤ {written_at(last, zone)}", "which is yet to come")
    if first_at is None:
        raise UnclearInstant(written, "—", "and nothing was recorded yet")
    if at < first_at:
        raise UnclearInstant(written, f"≥ {written_at(first_at, zone)}", "which is before history begins")
    return at


def written_at(at: int, zone: ZoneInfo) -> str:
    """The minute of an instant as the site's clocks show it; with its offset where they show that time twice."""
    local = datetime.fromtimestamp(at / 1000, zone)
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return local.isoformat(timespec="minutes") if twice else f"{local:%Y-%m-%dT%H:%M}"


def _instant(written: str, zone: ZoneInfo) -> int:
    found = _WRITTEN.fullmatch(written.strip())
    try:
        meant = datetime.fromisoformat(written.strip()) if found else None
    except ValueError:
        meant = None
    if meant is None:
        raise UnclearInstant(written, FORM, "which is no minute of a day")
    if meant.tzinfo is not None:
        return round(meant.astimezone(UTC).timestamp() * 1000)
    day, minute = meant.date(), meant.hour * 60 + meant.minute
    first, last = first_shown(day, minute, zone), last_shown(day, minute, zone)
    if first is None or last is None:
        after = skipped_at(day, minute, zone)
        allowed = f"{written_at(after - MINUTE_MS, zone)} | {written_at(after, zone)}"
        raise UnclearInstant(written, allowed, "which the clocks skipped that day")
    if first != last:
        raise UnclearInstant(written, f"{written_at(first, zone)} | {written_at(last, zone)}", "which the clocks showed twice that day")
    return first
