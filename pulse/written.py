"""Values as people write and read them: "5%", "90s", 12 in a file; 5.0 %, 1:30 min or 1 分 30 秒, 1,234 on pages, paper and in messages."""

import re
from collections.abc import Callable, Mapping

from pulse.durations import seconds
from pulse.kpi.kpi import Unit, Value
from pulse.text import Language

UNKNOWN = "—"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def written(value: Value, unit: Unit, language: Language = Language.EN) -> str:
    """A value in words: percent for ratios, durations with their unit, — where it is unknown."""
    if value is None or isinstance(value, dict):
        return UNKNOWN
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.SECONDS:
        return duration(value, language)
    return f"{value:,.2f}" if unit is Unit.SCORE else f"{value:,.0f}"


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def duration(duration_s: float, language: Language = Language.EN) -> str:
    """A duration with its unit, so that nobody takes it for the time of day: 36 s, 5:12 min, 1:02:03 h, 3 d 4 h.

    In Chinese its two largest units: 36 秒, 5 分钟, 5 分 12 秒, 1 小时 2 分, 3 天 4 小时.
    """
    if language is Language.ZH:
        return _in_chinese(round(duration_s))
    minutes, seconds_left = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days} d {hours_left} h"
    if hours:
        return f"{hours}:{minutes:02d}:{seconds_left:02d} h"
    return f"{minutes}:{seconds_left:02d} min" if minutes else f"{seconds_left} s"


def _in_chinese(whole_s: int) -> str:
    for size_s, name, smaller_s, smaller_name in _CHINESE_UNITS:
        whole, left_s = divmod(whole_s, size_s)
        if whole:
            smaller = left_s // smaller_s
            # Minutes that stand alone are called so that nobody takes them for points.
            called = "分钟" if name == "分" and not smaller else name
            return f"{whole} {called} {smaller} {smaller_name}" if smaller else f"{whole} {called}"
    return f"{whole_s} 秒"


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


_CHINESE_UNITS = ((86_400, "天", 3_600, "小时"), (3_600, "小时", 60, "分"), (60, "分", 1, "秒"))
_READ: Mapping[Unit, Callable[[object], float]] = {
    Unit.RATIO: _percent,
    Unit.SECONDS: seconds,
    Unit.COUNT: _number,
    Unit.SCORE: _number,
}
