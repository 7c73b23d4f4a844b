"""The past Boards of a site, from the files of its database: what was kept, what happened, what was promised then.

In: config and database. Out: `PastBoards`.
"""

from pulse.config import Config
from pulse.live.past import PastBoards
from pulse.promises import Promises
from sql.history import History
from sql.ledger import Ledger
from sql.past_events import PastEvents
from sql.session import Database


def past_boards(config: Config, database: Database) -> PastBoards:
    """The past of a site."""

    def promised(at: int) -> Promises:
        return Ledger.read(database, config).at(at)

    return PastBoards(config, History(database), PastEvents(database, config.site.name), promised)
