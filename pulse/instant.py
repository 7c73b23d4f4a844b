"""An instant as people and programs write it: one grammar wherever one is asked for.

In: a text such as 2026-11-20T14:35, a zone. Out: epoch ms; UnclearInstant where it means none, or where the site's clocks showed that
time never or twice.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pulse.clock import day_at
from pulse.kpi.interval import MINUTE_MS
from pulse.text import Text, itself
from pulse.wall_clock import first_shown, last_shown, skipped_at

FORM = Text(
    "a time such as 2026-11-20T14:35 by the site's clock, or with Z or +01:00, or epoch ms",
    "时刻，如 2026-11-20T14:35（站点时间，或加 Z、+01:00），或毫秒时间戳",
)
DAY_OR_FORM = Text(f"a day such as 2026-11-20, or {FORM.en}", f"日期，如 2026-11-20；或{FORM.zh}")
_MOST_FOUND = 40
_DAY = re.compile(r"2\d{3}-\d\d-\d\d", re.ASCII)
_EPOCH_MS = r"[12]\d{12}"
"""From 2001 to 2065: a number of another length is a day or epoch seconds by mistake."""
_TIME = r"(2\d{3}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+ -]\d\d:\d\d)?"
"""A + in an address arrives as a space, and nothing else can be meant by that."""
PATTERN = f"^(?:{_TIME}|{_EPOCH_MS})$"


class UnclearInstant(ValueError):
    """A text that means no instant that may be; what was found with why it is none, and what is allowed, short enough for a screen.

    `nearest` is the instant (epoch ms) that may be and comes nearest, None where the text is no time at all.
    """

    def __init__(self, written: str, allowed: Text, why: Text, nearest: int | None = None) -> None:
        self.found = Text(f'"{written[:_MOST_FOUND]}", {why.en}', f'"{written[:_MOST_FOUND]}"，{why.zh}')
        self.allowed, self.nearest = allowed, nearest
        super().__init__(f"got {self.found.en}, expected {allowed.en}")


def instant(written: str, zone: ZoneInfo, allowed: Text = FORM) -> int:
    """The instant (epoch ms) that is meant; raises UnclearInstant, with `allowed` where the text is no time at all."""
    found = re.fullmatch(PATTERN, written.strip(), re.ASCII)
    if found and found[1] is None:
        return int(found[0])
    try:
        meant = datetime.fromisoformat(found[1] + (found[2] or "").replace(" ", "+")) if found else None
    except ValueError:
        meant = None
    if meant is None:
        raise UnclearInstant(written, allowed, Text("which cannot be read", "无法识别"))
    return _by_the_clock(meant, written, zone) if meant.tzinfo is None else round(meant.astimezone(UTC).timestamp() * 1000)


def day_or_instant(written: str, zone: ZoneInfo, *, days_later: int = 0) -> int:
    """The instant (epoch ms) that is meant, of a day the first one so many days later; raises UnclearInstant."""
    if not _DAY.fullmatch(written.strip()):
        return instant(written, zone, DAY_OR_FORM)
    try:
        day = date.fromisoformat(written.strip())
    except ValueError as error:
        raise UnclearInstant(written, DAY_OR_FORM, Text("which no calendar has", "日历中无此日")) from error
    return day_at(day + timedelta(days=days_later), zone)


def written_at(at: int, zone: ZoneInfo) -> str:
    """The minute of an instant as the site's clocks show it; with its offset where they show that time twice."""
    local = datetime.fromtimestamp(at / 1000, zone)
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return local.isoformat(timespec="minutes") if twice else f"{local:%Y-%m-%dT%H:%M}"


def _by_the_clock(meant: datetime, written: str, zone: ZoneInfo) -> int:
    day, minute = meant.date(), meant.hour * 60 + meant.minute
    first, last = first_shown(day, minute, zone), last_shown(day, minute, zone)
    if first is None or last is None:
        after = skipped_at(day, minute, zone)
        allowed = itself(f"{written_at(after - MINUTE_MS, zone)} | {written_at(after, zone)}")
        raise UnclearInstant(written, allowed, Text("which the clocks skipped that day", "当日时钟跳过了这一时刻"), after)
    if first != last:
        allowed = itself(f"{written_at(first, zone)} | {written_at(last, zone)}")
        raise UnclearInstant(written, allowed, Text("which the clocks showed twice that day", "当日时钟两次走过这一时刻"), first)
    return first + meant.second * 1000 + meant.microsecond // 1000
