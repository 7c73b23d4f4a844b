"""What `pulse annotate` does: makes, lists and takes back annotations by the same functions as the page.

In: a site, what happened when. Out: lines to print. Raises UnfitAnnotation where one cannot be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from collectors.redact import redact
from pulse.instant import UnclearInstant, day_or_instant, written_at
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from pulse.text import Text
from sql.annotations import KIND_NAMES, AnnotationKind, By, UnfitAnnotation, Wanted, annotate, annotations, take_back
from sql.memory_tables import Annotation

ORIGIN = "cli"
_EVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened, as it was typed."""

    kind: str
    at: str
    until: str | None
    title: Text


def added(site: RunningSite, told: Told, who: str | None, now: int) -> str:
    """Keeps it and says how it stands."""
    if told.kind not in set(AnnotationKind):
        allowed = ", ".join(AnnotationKind)
        raise UnfitAnnotation(Text(f'--kind: got "{told.kind}", expected one of {allowed}', f"--kind：{told.kind} 无效，可用：{allowed}"))
    zone = site.config.zone
    wanted = Wanted(
        kind=AnnotationKind(told.kind),
        at=_instant("--at", told.at, zone),
        until=None if told.until is None else _instant("--until", told.until, zone),
        title=Text(redact(told.title.en), redact(told.title.zh)),
    )
    with known_database(site.database_url) as database:
        row = annotate(database, site.config.site.name, wanted, By(named(who), now, ORIGIN))
    return _line(row, site)


def listed(site: RunningSite) -> Iterator[str]:
    """A line for each that stands, the oldest first."""
    with known_database(site.database_url) as database:
        found = annotations(database, site.config.site.name, -_EVER, _EVER)
    if not found:
        yield "nothing is annotated"
    for row in found:
        yield _line(row, site)


def removed(site: RunningSite, annotation_id: int, who: str | None, now: int) -> str | None:
    """Takes one back and says so; None where none of that number stands."""
    with known_database(site.database_url) as database:
        row = take_back(database, site.config.site.name, annotation_id, By(named(who), now, ORIGIN))
    return None if row is None else f"#{row.id}: taken back"


def _line(row: Annotation, site: RunningSite) -> str:
    zone = site.config.zone
    until = "" if row.until is None else f" until {written_at(row.until, zone)}"
    return f"#{row.id}  {written_at(row.at, zone)}{until}  {KIND_NAMES[AnnotationKind(row.kind)].en}  {row.title['en']}  by {row.who}"


def _instant(where: str, written: str, zone: ZoneInfo) -> int:
    try:
        return day_or_instant(written, zone)
    except UnclearInstant as unclear:
        found, allowed = unclear.found, unclear.allowed
        said = Text(f"{where}: got {found.en}, expected {allowed.en}", f"{where}：收到 {found.zh}，应为 {allowed.zh}")
        raise UnfitAnnotation(said) from unclear
