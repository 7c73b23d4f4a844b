"""Values as people write and read them: "5%", "90s", 12 in a file; 5.0 %, 1:30 min, 1,234 on pages, paper and in messages."""

import re
from collections.abc import Callable, Mapping

from pulse.durations import seconds
from pulse.kpi.kpi import Unit, Value

UNKNOWN = "—"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def written(value: Value, unit: Unit) -> str:
    """A value in words: percent for ratios, durations with their unit, — where it is unknown."""
    if value is None or isinstance(value, dict):
        return UNKNOWN
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.SECONDS:
        return duration(value)
    return f"{value:,.2f}" if unit is Unit.SCORE else f"{value:,.0f}"


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def duration(duration_s: float) -> str:
    """A duration with its unit, so that nobody takes it for the time of day: 36 s, 5:12 min, 1:02:03 h, 3 d 4 h."""
    minutes, seconds_left = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days} d {hours_left} h"
    if hours:
        return f"{hours}:{minutes:02d}:{seconds_left:02d} h"
    return f"{minutes}:{seconds_left:02d} min" if minutes else f"{seconds_left} s"


def read(text: object, unit: Unit) -> float:
    """A value in its unit, from what somebody wrote; raises ValueError with what was found and what is expected."""
    return _READ[unit](text)


def _percent(text: object) -> float:
    match = _PERCENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'got {_shown(text)}, expected a percentage such as "5%"')
    if float(match[1]) > 100:
        raise ValueError(f"got {_shown(text)}, expected a percentage from 0% to 100%")
    return float(match[1]) / 100


def _number(text: object) -> float:
    if isinstance(text, bool) or not isinstance(text, int | float):
        raise ValueError(f"got {_shown(text)}, expected a number such as 4.2")
    return float(text)


def _shown(text: object) -> str:
    return f'"{text}"' if isinstance(text, str) else f"{text!r:.60}"


_READ: Mapping[Unit, Callable[[object], float]] = {
    Unit.RATIO: _percent,
    Unit.SECONDS: seconds,
    Unit.COUNT: _number,
    Unit.SCORE: _number,
}
