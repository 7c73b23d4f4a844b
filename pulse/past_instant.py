"""A past minute as people write it, held to what is known of the site.

In: a text such as 2026-11-20T14:35, a zone, where history begins and ends. Out: epoch ms, or what was found and what is allowed.
"""

from zoneinfo import ZoneInfo

from pulse.instant import UnclearInstant, instant, written_at
from pulse.kpi.interval import MINUTE_MS
from pulse.text import Text, itself


def past_instant(written: str, zone: ZoneInfo, first_at: int | None, now: int) -> int:
    """The first instant (epoch ms) of the minute that is meant; raises UnclearInstant.

    `first_at` is the minute with which history begins, `now` the instant at which it ends.
    """
    return past_minute(instant(written, zone), written, zone, (first_at, now))


def past_minute(at: int, written: str, zone: ZoneInfo, known: tuple[int | None, int]) -> int:
    """The first instant of the minute that holds `at` (epoch ms), written somehow; raises UnclearInstant where it is not in the known past.

    `known` is the minute with which history begins, None where nothing was recorded, and the instant at which it ends.
    """
    first_at, now = known
    last, at = now - now % MINUTE_MS, at - at % MINUTE_MS
    if at > last:
        raise UnclearInstant(written, itself(f"≤ {written_at(last, zone)}"), Text("which is yet to come", "尚未到来"), last)
    if first_at is None:
        raise UnclearInstant(written, itself("—"), Text("and nothing was recorded yet", "尚无任何记录"))
    if at < first_at:
        before = Text("which is before history begins", "早于历史记录")
        raise UnclearInstant(written, itself(f"≥ {written_at(first_at, zone)}"), before, first_at)
    return at
