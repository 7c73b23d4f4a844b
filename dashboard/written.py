"""Instants and foreign texts as pages write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pulse.calendar import WEEKDAYS
from pulse.i18n import words
from pulse.kpi.records import Channel
from pulse.text import Language


def at_clock(at: int, zone: ZoneInfo) -> str:
    """What the site's clocks show at an instant (epoch ms), as HH:MM."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%H:%M")


def on_date(at: int, zone: ZoneInfo) -> str:
    """The site's date at an instant (epoch ms), as YYYY-MM-DD."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date().isoformat()


def at_time(at: int, zone: ZoneInfo) -> str:
    """The site's date and clock at an instant (epoch ms), as YYYY-MM-DD HH:MM."""
    return f"{on_date(at, zone)} {at_clock(at, zone)}"


def weekday_name(weekday: int, language: Language) -> str:
    """What people call a weekday; 0 is Monday."""
    return words(language)[f"settings.{WEEKDAYS[weekday]}"]


def channel_titles(channel: Channel) -> dict[str, str]:
    """What people call a channel, by language."""
    return {language.value: words(language)[f"channel.{channel.value}"] for language in Language}


def plain(text: str) -> str:
    """A text from outside as Markdown shows it: as it is, whatever signs are in it."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|$:~" else letter for letter in text)
