"""The files of a running site: how its events count, and under which names who was erased stays.

In: a site whose key is made, its database. Out: its `Files`.
"""

from pulse.kpi.filing import Counting
from pulse.live.catalogue import catalogue
from pulse.runtime.site import RunningSite
from sql.filing import Files
from sql.pseudonyms import Pseudonyms
from sql.session import Database


def files_of(site: RunningSite, database: Database) -> Files:
    """The files of contacts of a site."""
    counting = Counting(catalogue().counts, site.config.queue_goal)
    return Files(database, site.config.site.name, counting, Pseudonyms(site.places.site_key()))
