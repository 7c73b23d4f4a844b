"""What `pulse reconcile` prints: the six service levels of a day, what each makes of which contacts, and the contacts that differ.

In: a site, a day, a scope. Out: lines, None where nothing was counted.
"""

from collections.abc import Iterator
from datetime import date

from pulse.clock import local_time
from pulse.config import Config
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.kpi import Unit
from pulse.kpi.service_level import WRITTEN
from pulse.reconciliation import COUNTS_NAMES, KIND_NAMES, Kind, counts_as, promises_told
from pulse.runtime.known_database import known_database
from pulse.runtime.site import RunningSite
from pulse.text import Language
from pulse.written import UNKNOWN, written
from sql.reconciling import DayReconciled, queues_counted, reconcile


def lines(site: RunningSite, day: date, scope: str) -> list[str] | None:
    """The reconciliation line by line."""
    with known_database(site.database_url) as database:
        found = reconcile(database, site.config, day, scope)
    return None if found is None else [*_levels(found, day, scope), "", *_kinds(found), "", *_contacts(found, site.config)]


def queues_told(site: RunningSite, day: date) -> str:
    """The queues one can ask for of a day."""
    with known_database(site.database_url) as database:
        found = queues_counted(database, site.config, day)
    return f"expected one of the queues of that day: {', '.join(found)}" if found else "nor was any other queue that day"


def _levels(found: DayReconciled, day: date, scope: str) -> Iterator[str]:
    goal = found.goal
    promise = promises_told(found.promises.items(), Language.EN)
    yield f"{scope}, {day.isoformat()}: promised {promise}; by formula {goal.formula.upper()}"
    for level in found.reconciliation.levels:
        mark = "*" if level.formula is goal.formula else " "
        told = f"{level.judged.within:>8,} of {level.judged.all:>8,}" if level.judged else f"{UNKNOWN:>20}"
        yield f"{mark} {level.formula.upper()}  {written(level.ratio, Unit.RATIO):>8}  {told}  {WRITTEN[level.formula].en}"


def _kinds(found: DayReconciled) -> Iterator[str]:
    disputed = found.reconciliation.differ
    for kind, count in found.reconciliation.kinds.items():
        differs = "differs: " + _treated(kind) if kind in disputed else ""
        yield f"{UNKNOWN if count is None else format(count, ','):>10}  {KIND_NAMES[kind].en:<40}{differs}".rstrip()


def _treated(kind: Kind) -> str:
    by_fate: dict[str, list[str]] = {}
    for formula in ServiceLevelFormula:
        by_fate.setdefault(COUNTS_NAMES[counts_as(kind, formula)].en, []).append(formula.upper())
    return ", ".join(f"{fate} by {' '.join(letters)}" for fate, letters in by_fate.items())


def _contacts(found: DayReconciled, config: Config) -> Iterator[str]:
    if not found.contacts:
        yield "single contacts: none that differs is on record"
    for one in found.contacts:
        wait = written(one.wait_s, Unit.SECONDS)
        yield f"{local_time(one.left_at, config.zone)}  {one.queue}  {one.contact_id}  {wait}  {KIND_NAMES[one.kind].en}"
