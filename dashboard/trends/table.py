"""A chart as a table: what people read instead of it, and what a spreadsheet gets.

In: lines of figures. Out: rows; for people in words and units, for a spreadsheet as numbers (ratios 0..1, durations in seconds).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from dashboard.report.csv import table_csv
from dashboard.report.sheet import figure_text, figure_title
from dashboard.trends.lines import Line, Point
from dashboard.trends.waits import Bar
from dashboard.written import weekday_name
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.snapshot import Edition
from pulse.text import Language

HEAD = ("first_day", "last_day", "part", "title", "figure", "figure_title", "unit", "value", "n", "is_over")
_BENEATH = ("compared_first_day", "compared_value", "compared_n")
_IN_PART = ("is_in_part",)
"""Last, for who reads the others by their place."""
NameOf = Callable[[str], str]
"""What people call a part."""


def lines_csv(lines: Mapping[str, Sequence[Line]], name_of: NameOf, language: Language) -> str:
    """One row for each stretch of each line of each figure."""
    return table_csv((*HEAD, *_BENEATH, *_IN_PART), _csv_rows(lines, name_of, language))


def _csv_rows(lines: Mapping[str, Sequence[Line]], name_of: NameOf, language: Language) -> Iterator[tuple[str | float | None, ...]]:
    for kpi, found in lines.items():
        for line in found:
            for number, point in enumerate(line.points):
                under = line.beneath[number] if line.beneath else None
                yield (
                    point.first.isoformat(),
                    point.last.isoformat(),
                    line.name,
                    name_of(line.name),
                    kpi,
                    figure_title(kpi, language),
                    definitions()[kpi].unit.value,
                    point.value,
                    point.size,
                    int(point.is_over),
                    under.first.isoformat() if under else "",
                    under.value if under else None,
                    under.size if under else None,
                    int(point.is_in_part),
                )


def columns(kpi: str, lines: Sequence[Line], name_of: NameOf, language: Language) -> dict[str, str]:
    """The titles of the table people read: a column a line and, of a single line, what it is compared with."""
    said = words(language)
    titles = {"stretch": said["trends.stretch"]}
    titles |= {f"of {line.name}": name_of(line.name) or figure_title(kpi, language) for line in lines}
    if len(lines) == 1 and lines[0].beneath:
        titles["beneath"] = said["trends.beneath"]
    return titles


def rows(kpi: str, lines: Sequence[Line], step: Edition, language: Language) -> Iterator[dict[str, str]]:
    """A row a stretch, the newest first."""
    if not lines:
        return
    for number in reversed(range(len(lines[0].points))):
        row = {"stretch": stretch_name(lines[0].points[number], step, language)}
        row |= {f"of {line.name}": point_text(kpi, line.points[number], language) for line in lines}
        if len(lines) == 1 and lines[0].beneath:
            row["beneath"] = point_text(kpi, lines[0].beneath[number], language)
        yield row


def stretch_name(point: Point, step: Edition, language: Language) -> str:
    """What people call the stretch of a point."""
    name = days_name((point.first, point.last), step, language, is_over=point.is_over)
    return f"{name} ({words(language)['trends.in_part']})" if point.is_in_part else name


def days_name(days: tuple[date, date], step: Edition, language: Language, *, is_over: bool) -> str:
    """A day with its weekday, a week by its first and last day, a month; one that is not over says so."""
    first, last = days
    if step is Edition.DAILY:
        name = f"{first} {weekday_name(first.weekday(), language)}"
    else:
        name = f"{first:%Y-%m}" if step is Edition.MONTHLY else f"{first} – {last}"
    return name if is_over else f"{name} ({words(language)['trends.so_far']})"


def half_hour(number: int) -> str:
    """When a half hour of a day begins, by the clock."""
    return f"{number // 2:02d}:{number % 2 * 30:02d}"


def wait_name(bar: Bar) -> str:
    """From how long to how long, as short as an axis needs it."""
    return f"≥ {_short(bar.from_s)}" if bar.to_s is None else f"{_short(bar.from_s)} – {_short(bar.to_s)}"


def _short(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3600 else f"{seconds / 3600:g} h"


def point_text(kpi: str, point: Point, language: Language) -> str:
    """A value in its unit, and of how many it is made; few are marked by a word."""
    text = figure_text(kpi, point.value, language)
    if point.value is None or point.size is None:
        return text
    said = words(language)
    return f"{text} · n = {point.size:,}" + (f" ({said['trends.few']})" if point.is_few else "")
