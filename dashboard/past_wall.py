"""A wall at a past minute: the same frame by the same code, from the Board, the alerts and the hour before as they stood then.

In: a minute as an address writes it, a layout. Out: a `PastWall`; UnclearInstant where no minute of the past is meant.
"""

from dataclasses import replace

import msgspec

from alerts.frame import AlertsFrame
from alerts.open_then import open_then
from dashboard.data import database, last_hour, ledger
from dashboard.frame import Stamp, WallFrame, series_of, wall_frame
from dashboard.layout import Ready
from dashboard.past_boards import past_boards
from dashboard.picture import Memory
from dashboard.serving import build, serving
from dashboard.walls import build_of
from pulse.clock import day_start, next_day_start, system_clock
from pulse.config import Config
from pulse.instant import written_at
from pulse.kpi.interval import MINUTE_MS
from pulse.live.past import How, PastBoard, PastBoards
from pulse.past_instant import past_instant


class PastWall(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen shows of a past minute; instants are epoch ms."""

    frame: WallFrame | None
    """None where nothing of that day up to then is on record."""
    how: How | None
    minute: int
    written: str
    """The minute as an address writes it."""
    first: int
    """The first and the last minute of that day one can look back at."""
    last: int
    newest: int
    """The last minute of all."""


def served_past() -> PastBoards:
    """The past of the site that is served."""
    served = serving()
    return past_boards(served.config, database(served.database_url))


def past_wall(asked: str, layout: Ready, *, names_shown: bool) -> PastWall:
    """The wall of the minute that is asked for; raises UnclearInstant, and what the database raises."""
    config, past, now = serving().config, served_past(), system_clock()
    first_at = past.first_at()
    at = past_instant(asked, config.zone, first_at, now)
    found = past.at(at)
    return PastWall(
        frame=None if found is None else _frame(found, layout, names_shown=names_shown),
        how=None if found is None else found.how,
        minute=at,
        written=written_at(at, config.zone),
        newest=now - now % MINUTE_MS,
        **_reach(at, first_at or at, now, config),
    )


def _reach(at: int, first_at: int, now: int, config: Config) -> dict[str, int]:
    last = min(next_day_start(at, config.zone) - MINUTE_MS, now - now % MINUTE_MS)
    return {"first": max(day_start(at, config.zone), first_at), "last": last}


def _frame(past: PastBoard, layout: Ready, *, names_shown: bool) -> WallFrame:
    served, at = serving(), past.board.at
    alerts = AlertsFrame(at=at, incidents=open_then(database(served.database_url), served.config.site.name, at))
    memory = Memory()
    memory.follow(series_of(layout))
    promised = ledger().at(at)
    picture = memory.picture(past.board, alerts, served.saying_by(promised))
    memory.trends.fill(last_hour(at), promised.site_goal)
    stamp = Stamp(sent=at, build=build_of(build(), layout))
    return wall_frame(replace(picture, names_shown=names_shown), layout, stamp)
