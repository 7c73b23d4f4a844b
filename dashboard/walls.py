"""The streams of the walls: one frame per Board and layout, the same bytes for every screen of it.

In: Boards, open incidents, layouts. Out: a `Broadcast` for each layout, with and without the names of people. A layout that
nobody looks at costs nothing: its frame is made when the first screen asks for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import msgspec

from alerts.frame import AlertsFrame
from dashboard.broadcast import Broadcast
from dashboard.frame import Stamp, series_of, wall_frame
from dashboard.incidents import only_name
from dashboard.layout import Ready
from dashboard.picture import Memory, Picture, Saying, titles
from dashboard.trend import QueueTallies
from pulse.clock import Clock
from pulse.kpi.board import Board
from pulse.kpi.goal import QueueGoal

_encode = msgspec.json.Encoder().encode
_Key = tuple[str, bool]


class Walls:
    """All layouts of one serve process."""

    def __init__(self, clock: Clock, layouts: Mapping[str, Ready], saying: Saying, build: str = "") -> None:
        self._clock, self._saying, self._build = clock, saying, build
        self._layouts: Mapping[str, Ready] = {}
        self._memory = Memory()
        self._streams: dict[_Key, Broadcast] = {}
        self._made: dict[_Key, int] = {}
        self._board: Board | None = None
        self._alerts: AlertsFrame | None = None
        self._picture: Picture | None = None
        self._seq = 0
        self.take_layouts(layouts)

    @property
    def streams(self) -> tuple[Broadcast, ...]:
        """Every stream."""
        return tuple(self._streams.values())

    @property
    def screens(self) -> int:
        """Open screens."""
        return sum(stream.screens for stream in self._streams.values())

    def take_board(self, board: Board) -> None:
        """Sends the frames of a new Board."""
        self._board = board
        self._tell()

    def take_alerts(self, alerts: AlertsFrame) -> None:
        """Sends new frames where the open incidents have changed."""
        changed = self._alerts is None or alerts.incidents != self._alerts.incidents
        self._alerts = alerts
        if changed:
            self._tell()

    def take_layouts(self, layouts: Mapping[str, Ready]) -> None:
        """Shows these layouts from now on; a wall whose own has changed is told by the next frame's build, one that is gone ends."""
        if {name: one.text for name, one in layouts.items()} == {name: one.text for name, one in self._layouts.items()}:
            return
        self._layouts = layouts
        self._memory.follow(sorted(set().union(*map(series_of, layouts.values()))))
        for key in [key for key in self._streams if key[0] not in layouts]:
            self._streams.pop(key).close()
        for key in product(layouts, (True, False)):
            self._streams.setdefault(key, Broadcast(self._clock))
        self._tell()

    def recall(self, past: Mapping[int, QueueTallies], goal: QueueGoal) -> None:
        """Fills the lines from what history counted minute by minute."""
        self._memory.trends.fill(past, goal)

    def titles_of(self, queue: str) -> dict[str, str]:
        """What people call a queue, by language; its name where the Board does not know it."""
        known = self._board.queues.get(queue) if self._board else None
        return titles(known) if known and known.title else only_name(queue)

    def open(self, layout: str, *, names_shown: bool) -> Broadcast | None:
        """The stream of a layout with its newest frame; None where there is no such layout."""
        stream = self._streams.get((layout, names_shown))
        if stream is not None:
            self._make((layout, names_shown), stream)
        return stream

    def _tell(self) -> None:
        if self._board is None:
            return
        self._seq += 1
        self._picture = self._memory.picture(self._board, self._alerts, self._saying)
        for key, stream in self._streams.items():
            if stream.screens:
                self._make(key, stream)

    def _make(self, key: _Key, stream: Broadcast) -> None:
        if self._picture is None or self._made.get(key) == self._seq:
            return
        layout, names_shown = key
        self._made[key] = self._seq
        shown = self._layouts[layout]
        stamp = Stamp(seq=self._seq, sent=self._clock(), build=build_of(self._build, shown))
        stream.tell(_encode(wall_frame(replace(self._picture, names_shown=names_shown), shown, stamp)))


def build_of(build: str, layout: Ready) -> str:
    """The mark of what a wall shows: the screens' code and the text of its layout."""
    return f"{build}.{layout.mark}"
