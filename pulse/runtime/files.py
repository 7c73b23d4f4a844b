"""The files of a running site: how its events count, and under which names who was erased stays.

In: a site whose key is made, its database, an instant. Out: its `Files`, and what its queues promised at any instant until then.
"""

from collections.abc import Callable
from functools import cache

from pulse.clock import day_start
from pulse.kpi.filing import Counting
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.live.catalogue import catalogue
from pulse.runtime.site import RunningSite
from sql.filing import Files
from sql.ledger import Ledger
from sql.pseudonyms import Pseudonyms
from sql.session import Database


def files_of(site: RunningSite, database: Database, now: int) -> Files:
    """The files of contacts of a site."""
    counting = Counting(catalogue().counts, goal_then(site, database, now))
    return Files(database, site.config.site.name, counting, Pseudonyms(site.places.site_key()))


def goal_then(site: RunningSite, database: Database, now: int) -> Callable[[str, Channel, int], QueueGoal]:
    """What was promised: of the days before today what the ledger has, from today (the day of `now`) on what the config says."""
    today, ledger = day_start(now, site.config.zone), Ledger.read(database, site.config)
    from_today = cache(site.config.queue_goal)

    def promised(queue: str, channel: Channel, at: int) -> QueueGoal:
        return from_today(queue, channel) if at >= today else ledger.queue_goal_at(queue, channel, at)

    return promised
