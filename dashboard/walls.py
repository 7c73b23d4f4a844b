"""The streams of the walls: one frame per Board and layout, the same bytes for every screen of it.

In: Boards, open incidents, layouts. Out: a `Broadcast` for each layout, with and without the names of people. A layout that
nobody looks at costs nothing: its frame is made when the first screen asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import msgspec
import structlog

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

log = structlog.get_logger(__name__)
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
        self._down: Sequence[str] = ()
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

    def layout(self, name: str) -> Ready | None:
        """A layout that is shown now; None where there is none of that name."""
        return self._layouts.get(name)

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
            if key not in self._streams:
                self._streams[key] = Broadcast(self._clock)
                if self._down:
                    self._streams[key].tell_down(self._down)
        self._tell()

    def tell_down(self, names: Sequence[str]) -> None:
        """Says on every wall which processes stay down."""
        self._down = names
        for stream in self._streams.values():
            stream.tell_down(names)

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
        self._made[key] = self._seq
        try:
            stream.tell(self._frame(key, self._picture))
        except Exception:
            # A fault of one layout must leave the others their picture; this one grows old and says so.
            log.exception("layout_fault", layout=key[0])

    def _frame(self, key: _Key, picture: Picture) -> bytes:
        layout, names_shown = self._layouts[key[0]], key[1]
        stamp = Stamp(seq=self._seq, sent=self._clock(), build=build_of(self._build, layout))
        return _encode(wall_frame(replace(picture, names_shown=names_shown), layout, stamp))


def build_of(build: str, layout: Ready) -> str:
    """The mark of what a wall shows: the screens' code and the text of its layout."""
    return f"{build}.{layout.mark}"
