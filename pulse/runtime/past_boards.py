"""The Board of a past minute for a command.

In: a site, a minute as somebody wrote it. Out: the Board and how it is known; UnclearInstant where no such minute is meant.
"""

from dashboard.past_boards import past_boards
from pulse.live.past import PastBoard
from pulse.past_instant import past_instant
from pulse.runtime.known_database import known_database
from pulse.runtime.site import RunningSite


def past_board(site: RunningSite, written: str, now: int) -> PastBoard | None:
    """The Board of the minute that is meant; None where nothing of that day up to then is on record."""
    with known_database(site.database_url) as database:
        past = past_boards(site.config, database)
        return past.at(past_instant(written, site.config.zone, past.first_at(), now))
