"""What rules ask of the last minutes, hours and days beyond the Board: judged contacts, and the Board of some time ago.

In: history, read once a minute in a thread of its own. Out: answers that never wait; nothing until history was read.
"""

from collections.abc import Callable, Mapping
from functools import partial

import structlog

from alerts.judged import Counts, JudgedLately
from pulse.clock import Clock
from pulse.config import Config
from pulse.kpi.board import Board, UnreadableBoard, read_board_json
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.service_level import JUDGED_BY
from pulse.runtime.reread import Reread
from sql.history import History

_EVERY_MS = 60_000
_MOST_MINUTES_OFF = 5
"""The Board of a minute that was not kept is taken from so many minutes before at most."""
Lengths = tuple[float, ...]


class Lately:
    """The recent past of one site."""

    def __init__(self, history: History, config: Config, clock: Clock) -> None:
        counts = partial(counts_lately, history, config.site.name, clock)
        boards = partial(boards_ago, partial(history.board_at, config.site.name), clock)
        self._counts = Reread[Lengths, Mapping[float, Counts]](counts, {}, clock, _EVERY_MS)
        self._boards = Reread[Lengths, Mapping[float, Board]](boards, {}, clock, _EVERY_MS)
        self._agos: Lengths = ()
        self.judged = JudgedLately(self._counts, config.queue_goal, config.site_goal)

    def board_ago(self, ago_s: float) -> Board | None:
        """The Board of so many seconds ago; None until it is read, and where none was kept about then."""
        if ago_s not in self._agos:
            self._agos = (*self._agos, ago_s)
        return self._boards(self._agos).get(ago_s)

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being read is known."""
        for one in (self._counts, self._boards):
            one.wait(timeout_s)


def counts_lately(history: History, site: str, clock: Clock, stretches_s: Lengths) -> Mapping[float, Counts]:
    """The counts by queue of the stretches that end now, by their length in seconds."""
    now = clock()
    return {stretch_s: history.day_counts(site, now - round(stretch_s * 1000), now, JUDGED_BY) for stretch_s in stretches_s}


def boards_ago(board_at: Callable[[int], bytes | None], clock: Clock, agos_s: Lengths) -> Mapping[float, Board]:
    """The Boards of so many seconds ago; those of which none was kept about then, or that cannot be read any more, are left out."""
    now = clock()
    found = {ago_s: _board_about(board_at, now - round(ago_s * 1000)) for ago_s in agos_s}
    return {ago_s: board for ago_s, board in found.items() if board is not None}


def _board_about(board_at: Callable[[int], bytes | None], at: int) -> Board | None:
    kept = (board_at(at - minutes * MINUTE_MS) for minutes in range(_MOST_MINUTES_OFF + 1))
    data = next((one for one in kept if one is not None), None)
    try:
        return None if data is None else read_board_json(data)
    except UnreadableBoard as error:
        structlog.get_logger().warning("past_board_unreadable", error=str(error))
        return None
