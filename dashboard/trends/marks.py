"""What happened beside a chart's axis: holidays, what people wrote, incidents.

In: days that are closed, annotations, incidents. Out: marks in the order of time; incidents of one stretch are one mark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.report.stretch import Stretch
from pulse.clock import day_of
from pulse.text import Text
from sql.annotations import KIND_NAMES, AnnotationKind
from sql.memory_tables import Annotation
from sql.models import Incident

HOLIDAY, NOTE, INCIDENT = "◆", "▼", "▲"
_LEVELS = {1: "I", 2: "II", 3: "III"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened; `first` is where it stands along the axis."""

    first: date
    last: date
    sign: str
    title: Text
    is_tint: bool = False
    """Days whose numbers are other than usual."""


def holiday_marks(closed: Mapping[date, Text]) -> Iterator[Mark]:
    """A tinted day each."""
    for day, title in closed.items():
        yield Mark(day, day, HOLIDAY, Text(f"{day} {title.en}", f"{day} {title.zh}"), is_tint=True)


def note_marks(rows: Iterable[Annotation], zone: ZoneInfo) -> Iterator[Mark]:
    """One for each annotation, from its first day to its last."""
    for row in rows:
        first = day_of(row.at, zone)
        last = first if row.until is None else day_of(row.until - 1, zone)
        kind = KIND_NAMES[AnnotationKind(row.kind)]
        days = f"{first}" if last == first else f"{first} – {last}"
        title = Text(f"{days} {kind.en}: {row.title['en']}", f"{days} {kind.zh}：{row.title['zh']}")
        yield Mark(first, last, NOTE, title, is_tint=last > first)


def incident_marks(rows: Sequence[Incident], shown: Sequence[Stretch], zone: ZoneInfo) -> Iterator[Mark]:
    """One for each stretch that has any, with how many and how grave the gravest was."""
    for stretch in shown:
        found = [row for row in rows if stretch.start <= row.opened_at < stretch.end]
        if not found:
            continue
        gravest = _LEVELS[min(min(row.level, row.worst_level) for row in found)]
        first = found[0] if len(found) == 1 else None
        told = first.title if first else {"en": f"{len(found)} incidents", "zh": f"{len(found)} 起事件"}
        day = day_of(found[0].opened_at, zone) if first else stretch.first
        title = Text(f"{day} {told['en']} (gravest {gravest})", f"{day} {told['zh']}（最高 {gravest} 级）")
        yield Mark(stretch.first, stretch.first, INCIDENT, title)
