"""Values as people read them on pages and paper: percent, m:ss, thousands; — where a value is unknown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pulse.kpi.kpi import Unit, Value

UNKNOWN = "—"


def written(value: Value, unit: Unit) -> str:
    """A value in words: percent for ratios, m:ss or h:mm:ss for durations, — where it is unknown."""
    if value is None or isinstance(value, dict):
        return UNKNOWN
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.SECONDS:
        return clocked(value)
    return f"{value:,.2f}" if unit is Unit.SCORE else f"{value:,.0f}"


def clocked(duration_s: float) -> str:
    """A duration as m:ss, or h:mm:ss from an hour on."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def at_clock(at: int, zone: ZoneInfo) -> str:
    """What the site's clocks show at an instant (epoch ms), as HH:MM."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%H:%M")


def on_date(at: int, zone: ZoneInfo) -> str:
    """The site's date at an instant (epoch ms), as YYYY-MM-DD."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date().isoformat()


def plain(text: str) -> str:
    """A text from outside as Markdown shows it: as it is, whatever signs are in it."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|$:~" else letter for letter in text)
