"""What `pulse annotate` does: makes, lists and takes back annotations by the same functions as the page.

In: a site, what happened by its clock. Out: lines to print. Raises UnfitAnnotation where one cannot be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from collectors.redact import redact
from pulse.clock import local_time
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
    """What happened; instants are by the site's clock, without a zone."""

    kind: str
    at: datetime
    until: datetime | None
    title: Text


def added(site: RunningSite, told: Told, who: str | None, now: int) -> str:
    """Keeps it and says how it stands."""
    if told.kind not in set(AnnotationKind):
        allowed = ", ".join(AnnotationKind)
        raise UnfitAnnotation(Text(f'--kind: got "{told.kind}", expected one of {allowed}', f"--kind：{told.kind} 无效，可用：{allowed}"))
    zone = site.config.zone
    wanted = Wanted(
        kind=AnnotationKind(told.kind),
        at=_instant(told.at, zone),
        until=None if told.until is None else _instant(told.until, zone),
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
    until = "" if row.until is None else f" until {local_time(row.until, zone)}"
    return f"#{row.id}  {local_time(row.at, zone)}{until}  {KIND_NAMES[AnnotationKind(row.kind)].en}  {row.title['en']}  by {row.who}"


def _instant(local: datetime, zone: ZoneInfo) -> int:
    return round(local.replace(tzinfo=zone).timestamp() * 1000)
