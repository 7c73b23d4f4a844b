"""What `pulse export` does: figures, contacts, incidents or frozen days of a stretch of time into a file, as the API tells them.

In: a site and a wish. Out: a line to print; RefusedToStart where it cannot be, with where, found and allowed. However long the stretch is,
no more than a part of it is held in memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dashboard.api import contacts, figures, incidents, snapshots
from dashboard.api.columns import Column, Row
from dashboard.api.figure_rows import By, Figures, kpis_by
from dashboard.api.figure_rows import Wanted as WantedFigures
from dashboard.api.parameters import Choice, Choices, Kind, fault_of
from dashboard.api.span import FROM, TO
from pulse.api_token import ApiScope
from pulse.clock import day_of
from pulse.config import Config
from pulse.kpi.snapshot import decode_snapshot
from pulse.runtime.export_files import FORMS, write_rows
from pulse.runtime.known_database import known_database
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from pulse.text import Language
from sql import snapshots as frozen
from sql.contact_list import Wanted as WantedContacts
from sql.contact_list import complaints_of, contact_pages
from sql.history import History
from sql.session import Database

_CONTACTS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody typed."""

    what: str
    start: str
    end: str
    out: Path
    grain: str = "day"
    by: str = By.SITE.value
    kpis: str | None = None
    """None means all that say something of such scopes, where they have a value."""
    scopes: frozenset[ApiScope] = frozenset()
    """Whether names and texts come along."""


class _Export(NamedTuple):
    """What is read for one wish, at an instant."""

    database: Database
    config: Config
    wish: Wish
    start: int
    end: int
    now: int


def export(site: RunningSite, wish: Wish, now: int) -> str:
    """Writes the file; the line that says so. Raises RefusedToStart."""
    zone = site.config.zone
    start, end = _checked("--from", FROM.kind, wish.start, zone), _checked("--to", TO.kind, wish.end, zone)
    if start >= end:
        raise RefusedToStart(f'export --to: got "{wish.end}", expected a day or an instant after --from')
    if wish.out.suffix not in FORMS:
        raise RefusedToStart(f'export --out: got "{wish.out.name}", expected a name that ends in {", ".join(FORMS)}')
    columns, read = _WHAT[wish.what]
    told = tuple(one for one in columns if one.needs is None or one.needs in wish.scopes)
    with known_database(site.database_url) as database:
        rows = read(_Export(database, site.config, wish, start, end, now))
        count = _write(wish.out, told, rows)
    days = f"{day_of(start, zone).isoformat()} to {day_of(end - 1, zone).isoformat()}"
    return f"{wish.out}: {count:,} rows of {wish.what}, {days} ({site.config.site.zone})"


def _checked(where: str, kind: Kind, written: str, zone: ZoneInfo) -> Any:
    try:
        return kind.read(written, zone)
    except ValueError as error:
        fault = fault_of(where, kind, written, error)
        raise RefusedToStart(f"export {where}: got {fault.found_in(Language.EN)}, expected {fault.allowed.en}") from error


def _write(out: Path, columns: Sequence[Column], rows: Iterator[Row]) -> int:
    try:
        return write_rows(out, columns, rows)
    except OSError as error:
        raise RefusedToStart(f'export --out: got "{out}", {error.strerror}; expected a place that can be written') from error


def _figures(asked: _Export) -> Iterator[Row]:
    wish, zone = asked.wish, asked.config.zone
    by = By(_checked("--by", Choice(tuple(By)), wish.by, zone))
    grain = figures.GRAINS[_checked("--grain", Choice(tuple(figures.GRAINS)), wish.grain, zone)]
    kpis = kpis_by(by) if wish.kpis is None else _checked("--kpi", Choices(kpis_by(by)), wish.kpis, zone)
    wanted = WantedFigures(kpis=kpis, start=asked.start, end=asked.end, grain=grain, by=by)
    rows = Figures(asked.database, asked.config, wanted, asked.now).rows()
    # Of all KPIs there are, most are told by nobody; that those are unknown which somebody names is worth a row.
    return (row for row in rows if wish.kpis is not None or row["value"] is not None)


def _contacts(asked: _Export) -> Iterator[Row]:
    site = asked.config.site.name
    for page in contact_pages(asked.database, site, WantedContacts(start=asked.start, end=asked.end), _CONTACTS_AT_ONCE):
        yield from contacts.contact_rows(page, complaints_of(asked.database, site, page), asked.config.zone)


def _incidents(asked: _Export) -> Iterator[Row]:
    for one in History(asked.database).incidents(asked.config.site.name, asked.start, asked.end):
        yield incidents.incident_row(one, asked.config.zone)


def _snapshots(asked: _Export) -> Iterator[Row]:
    site, zone = asked.config.site.name, asked.config.zone
    first, last = day_of(asked.start, zone).isoformat(), day_of(asked.end - 1, zone).isoformat()
    for one in reversed(frozen.listed(asked.database, site)):
        content = frozen.content(asked.database, site, one.edition, one.day) if first <= one.day <= last else None
        if content is not None:
            yield from snapshots.snapshot_rows(decode_snapshot(content))


_Source = tuple[Sequence[Column], Callable[[_Export], Iterator[Row]]]
_WHAT: Mapping[str, _Source] = {
    "figures": (figures.COLUMNS, _figures),
    "contacts": (contacts.COLUMNS, _contacts),
    "incidents": (incidents.COLUMNS, _incidents),
    "snapshots": (snapshots.FIGURES, _snapshots),
}
