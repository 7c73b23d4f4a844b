"""Values as people read them on pages and paper: percent, durations with their unit, thousands; — where a value is unknown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pulse.kpi.kpi import Unit, Value

UNKNOWN = "—"


def written(value: Value, unit: Unit) -> str:
    """A value in words: percent for ratios, durations with their unit, — where it is unknown."""
    if value is None or isinstance(value, dict):
        return UNKNOWN
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.SECONDS:
        return clocked(value)
    return f"{value:,.2f}" if unit is Unit.SCORE else f"{value:,.0f}"


def clocked(duration_s: float) -> str:
    """A duration with its unit, so that nobody takes it for the time of day: 36 s, 5:12 min, 1:02:03 h, 3 d 4 h."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days} d {hours_left} h"
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d} h"
    return f"{minutes}:{seconds:02d} min" if minutes else f"{seconds} s"


def at_clock(at: int, zone: ZoneInfo) -> str:
    """What the site's clocks show at an instant (epoch ms), as HH:MM."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%H:%M")


def on_date(at: int, zone: ZoneInfo) -> str:
    """The site's date at an instant (epoch ms), as YYYY-MM-DD."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date().isoformat()


def plain(text: str) -> str:
    """A text from outside as Markdown shows it: as it is, whatever signs are in it."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|$:~" else letter for letter in text)
