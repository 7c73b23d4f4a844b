"""What `pulse snapshot` does: freezes, lists, shows, verifies and compares by the same functions as the watch and the page.

In: a site, a wish and an instant. Out: lines to print; `Refused` in words where it cannot be.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import UnsetType

from dashboard.report.from_history import snapshot_now
from dashboard.report.restated import restated
from dashboard.report.stretch import SETTLED_MS, Stretch, stretch_before, stretch_of
from pulse.clock import day_of, local_time
from pulse.config import Config
from pulse.definitions import definitions
from pulse.kpi.snapshot import Ahead, Edition, Figure, Snapshot, UnreadableSnapshot, Verdict, encode_snapshot
from pulse.runtime.freezing import freeze
from pulse.runtime.incidents import Done
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from pulse.written import UNKNOWN, written
from sql import snapshots
from sql.history import History
from sql.session import Database

_HEADS = ("", "value", "target", "before", "last week", "last year", "to date", "benchmark", "status")
_ALWAYS = (0, 1, 2, len(_HEADS) - 1)
"""The columns that stand there even where no row has anything: KPI, value, target, status."""
_MOST_TITLE = 34
_NONE = "nothing is frozen yet"
_VERDICTS = {Verdict.MET: "met", Verdict.MISSED: "MISSED", Verdict.UNKNOWN: "unknown", Verdict.NO_TARGET: ""}


class Refused(ValueError):
    """A wish that cannot be, with why in words."""


def frozen(site: RunningSite, edition: Edition, day: date | None, now: int) -> Done:
    """Freezes the stretch that holds a day, without one the newest that is over; raises Refused."""
    config = site.config
    with known_database(site.database_url) as database:
        stretch = _over(edition, config, now) if day is None else stretch_of(edition, day, config.zone)
        _refuse_unfit(database, config, stretch, now)
        is_new = freeze(database, config, stretch, named(None), now)
    told = f"{edition.value} snapshot of {stretch.first.isoformat()}"
    return Done(is_new, f"{told}: frozen" if is_new else f"{told}: it was frozen before, nothing is changed")


def listed(site: RunningSite) -> Iterator[str]:
    """A line for each, the newest day first."""
    with known_database(site.database_url) as database:
        found = snapshots.listed(database, site.config.site.name)
    for one in found:
        yield f"{one.day}  {one.edition.value:<7}  frozen {local_time(one.frozen_at, site.config.zone)}  {one.sha[:16]}"
    if not found:
        yield _NONE


def shown(site: RunningSite, edition: Edition, day: date) -> list[str]:
    """A snapshot as a table, line by line; raises Refused where nothing is frozen of that day."""
    return list(_lines(_found(site, edition, day), site.config))


def as_json(site: RunningSite, edition: Edition, day: date) -> str:
    """The same as it is kept; raises Refused."""
    return encode_snapshot(_found(site, edition, day)).decode()


def verified(site: RunningSite, edition: Edition | None, day: date | None) -> list[Done]:
    """What is not as it was frozen, a line each, or one line that all of it is; raises Refused where there is nothing to look at."""
    name = site.config.site.name
    with known_database(site.database_url) as database:
        first = None if day is None else _first(edition or Edition.DAILY, day, site.config)
        wanted = edition or (None if day is None else Edition.DAILY)
        known = [one for one in snapshots.listed(database, name, wanted) if first in (None, one.day)]
        if not known and day is not None:
            raise Refused(_nothing(wanted or Edition.DAILY, first or ""))
        wrong = list(snapshots.broken(database, name, wanted, first))
    if wrong:
        return [Done(False, f"{one.frozen.edition.value} snapshot of {one.frozen.day}: {one.why}") for one in wrong]
    said = f"{len(known)} {'snapshot is' if len(known) == 1 else 'snapshots are'} as frozen"
    return [Done(True, said if known else _NONE)]


def restated_since(site: RunningSite, edition: Edition, day: date, now: int) -> Iterator[str]:
    """A line for each figure that history tells otherwise by now; raises Refused."""
    before = _found(site, edition, day)
    with known_database(site.database_url) as database:
        after = snapshot_now(database, site.config, stretch_of(edition, day, site.config.zone), now)
    found = restated(before, after)
    for one in found:
        kpi = definitions()[one.kpi]
        yield f"{one.scope}  {kpi.title.en}: frozen {written(one.frozen, kpi.unit)}, now {written(one.now, kpi.unit)}"
    if not found:
        yield f"nothing is restated since {local_time(before.frozen_at, site.config.zone)}"


def _over(edition: Edition, config: Config, now: int) -> Stretch:
    stretch = stretch_before(stretch_of(edition, day_of(now, config.zone), config.zone))
    return stretch if stretch.end + SETTLED_MS <= now else stretch_before(stretch)


def _refuse_unfit(database: Database, config: Config, stretch: Stretch, now: int) -> None:
    begun_at = History(database).first_at(config.site.name)
    if stretch.last >= day_of(now, config.zone) or stretch.end + SETTLED_MS > now:
        raise Refused(f"{stretch.first.isoformat()}: it is not over yet, expected a stretch that ended two hours ago")
    if begun_at is None or stretch.end <= begun_at:
        since = "nothing" if begun_at is None else f"what happened since {local_time(begun_at, config.zone)}"
        raise Refused(f"{stretch.first.isoformat()}: nothing is known of it, history holds {since}")


def _found(site: RunningSite, edition: Edition, day: date) -> Snapshot:
    first = _first(edition, day, site.config)
    with known_database(site.database_url) as database:
        try:
            found = snapshots.find(database, site.config.site.name, edition, first)
        except UnreadableSnapshot as error:
            raise Refused(f"{edition.value} snapshot of {first}: it cannot be read any more: {error}") from error
    if found is None:
        raise Refused(_nothing(edition, first))
    return found


def _first(edition: Edition, day: date, config: Config) -> str:
    return stretch_of(edition, day, config.zone).first.isoformat()


def _nothing(edition: Edition, first: str) -> str:
    return f"{edition.value} snapshot of {first}: there is none, expected one that `pulse snapshot list` shows"


def _lines(snapshot: Snapshot, config: Config) -> Iterator[str]:
    days = snapshot.day if snapshot.day == snapshot.last_day else f"{snapshot.day} to {snapshot.last_day}"
    holiday = f", {snapshot.holiday['en']}" if snapshot.holiday else ""
    yield f"{snapshot.titles['en']}: {days}{holiday}, frozen {local_time(snapshot.frozen_at, config.zone)}"
    sections = [(one.titles["en"], one.figures) for one in (*snapshot.channels, *snapshot.business_lines)]
    yield from _table([("The whole site", snapshot.figures), *sections])
    for step in snapshot.journey:
        yield f"{step.titles['en']}: {UNKNOWN if step.count is None else step.count}"
    for complained in snapshot.complaints:
        customers = UNKNOWN if complained.customers is None else complained.customers
        yield f"complaints about {complained.titles['en']}: {complained.complaints}, customers: {customers}"
    for one in snapshot.incidents:
        yield f"#{one.id}  {local_time(one.opened_at, config.zone)}  {one.titles.get('en', '')}; cause: {one.cause or UNKNOWN}"
    for source in snapshot.completeness:
        share = UNKNOWN if source.share_ratio is None else f"{source.share_ratio * 100:.1f} %"
        by_file = ", a file told it" if snapshot.is_by_file(source) else ""
        yield f"source {source.source}: complete {share}, watched {source.minutes} of {source.minutes_expected} minutes{by_file}"
    yield from _ahead(snapshot.ahead)


def _ahead(ahead: Ahead | UnsetType) -> Iterator[str]:
    if isinstance(ahead, Ahead):
        told = (f"{one.titles['en']} {one.value:,.0f} ({one.low:,.0f} to {one.high:,.0f})" for one in ahead.channels)
        yield f"to be expected on {ahead.day}: {', '.join(told)}. {ahead.why['en']}"


def _table(sections: list[tuple[str, tuple[Figure, ...]]]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [_HEADS]
    for title, figures in sections:
        rows += [(title, *("" for _ in _HEADS[1:])), *(_row(figure) for figure in figures)]
    widths = {place: max(len(row[place]) for row in rows) for place in range(len(_HEADS)) if _is_told(rows, place)}
    for row in rows:
        yield "  ".join(_placed(row[place], width, place) for place, width in widths.items()).rstrip()


def _is_told(rows: list[tuple[str, ...]], place: int) -> bool:
    return place in _ALWAYS or any(row[place] not in ("", UNKNOWN) for row in rows[1:])


def _placed(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place in (0, len(_HEADS) - 1) else cell.rjust(width)


def _row(figure: Figure) -> tuple[str, ...]:
    kpi = definitions()[figure.kpi]
    values = (figure.value, figure.target, figure.before, figure.last_week, figure.last_year, figure.to_date)
    benchmark = None if figure.benchmark is None else figure.benchmark.value
    told = (written(value, kpi.unit) for value in (*values, benchmark))
    return (f"  {kpi.title.en[:_MOST_TITLE]}", *told, _VERDICTS[figure.verdict])
