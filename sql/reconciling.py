"""A day of the site, a channel or a queue reconciled: its six service levels, and the contacts that make them differ.

In: the database, the config, a day, a scope. Out: a `DayReconciled`; None where nothing was counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pulse.clock import day_at, next_day_start
from pulse.config import Config
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.kpi.tally import merged
from pulse.reconciliation import Reconciliation, reconciled
from sql.differing import Differing, differing
from sql.history import History
from sql.ledger import CHANNEL, QUEUE, SITE, Ledger
from sql.session import Database


@dataclass(frozen=True, slots=True)
class DayReconciled:
    """One day of one scope."""

    goal: QueueGoal
    """What the scope was judged by on that day: its formula is the one that counts."""
    promises: Mapping[str, QueueGoal]
    """What each of its queues promised: each contact is in time by the target of its own queue."""
    reconciliation: Reconciliation
    contacts: Sequence[Differing]
    """None of a day of which no single contact is on record."""


def reconcile(database: Database, config: Config, day: date, scope: str) -> DayReconciled | None:
    """The day of a scope: site, channel:NAME or queue:NAME; None where nothing was counted. Raises what the database raises."""
    start, end = span_of(day, config)
    counted = History(database).day_tallies(config.site.name, start, end, config.zone)
    inside = {queue: tally for queue, (channel, tally) in counted.items() if scope in (SITE, f"{CHANNEL}{channel}", f"{QUEUE}{queue}")}
    if not inside:
        return None
    ledger = Ledger.read(database, config)
    promised = ledger.on(day)
    promises = {queue: promised.queue_goal(queue, Channel(counted[queue][0])) for queue in sorted(inside)}
    goal = promises[scope.removeprefix(QUEUE)] if scope.startswith(QUEUE) else ledger.goal_on(day, scope)
    contacts = differing(database, config.site.name, (start, end), promised.queue_goal, tuple(inside))
    return DayReconciled(goal, promises, reconciled(merged(inside.values())), contacts)


def queues_counted(database: Database, config: Config, day: date) -> list[str]:
    """The queues of which anything was counted on a day, by name. Raises what the database raises."""
    return sorted(History(database).day_tallies(config.site.name, *span_of(day, config), config.zone))


def span_of(day: date, config: Config) -> tuple[int, int]:
    """Beginning and end (epoch ms) of a site's day."""
    start = day_at(day, config.zone)
    return start, next_day_start(start, config.zone)
