"""What the settings say of time: when the site is open, on which days it is not, its shifts and the one that runs.

In: the config and now. Out: rows in one language; a site without a calendar never closes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pulse.calendar import WEEKDAYS
from pulse.config import Config
from pulse.kpi.hours import OpenHours
from pulse.kpi.shift import RunningShift, Shift, current_shift
from pulse.text import Language

Row = tuple[str, ...]


def open_rows(hours: OpenHours, said: Mapping[str, str]) -> list[Row]:
    """Weekday and opening times."""
    week = zip(WEEKDAYS, hours.week, strict=True)
    return [(said[f"settings.{day}"], ", ".join(map(_span, stretches)) or said["settings.closed"]) for day, stretches in week]


def closed_rows(config: Config, language: Language, now: int, said: Mapping[str, str]) -> list[Row]:
    """Date, weekday and name of each day of this and next year on which the site does not open."""
    if config.calendar is None:
        return []
    year = datetime.fromtimestamp(now / 1000, UTC).astimezone(config.zone).year
    days = config.calendar.closed_days((year, year + 1), language)
    return [(day.isoformat(), said[f"settings.{WEEKDAYS[day.weekday()]}"], name or said["settings.closed"]) for day, name in days.items()]


def shift_rows(shifts: Iterable[Shift], language: Language, said: Mapping[str, str]) -> list[Row]:
    """Title, time and weekdays of each shift."""
    return [(shift.title.in_(language), *_planned(shift.hours, said)) for shift in shifts]


def running_shift(config: Config, now: int) -> RunningShift | None:
    """The shift that runs now; None between shifts."""
    return current_shift(config.planned_shifts, now)


def _planned(hours: OpenHours, said: Mapping[str, str]) -> Row:
    days = [day for day, stretches in zip(WEEKDAYS, hours.week, strict=True) if stretches]
    times = dict.fromkeys(_span(stretch) for stretches in hours.week for stretch in stretches)
    named = said["settings.every_day"] if len(days) == len(WEEKDAYS) else ", ".join(said[f"settings.{day}"] for day in days)
    return ", ".join(times), named


def _span(stretch: tuple[int, int]) -> str:
    return "–".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in stretch)
