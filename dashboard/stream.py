"""What feeds the screens: one task reads Redis and hands on what it brings.

In: Boards and open alerts from Redis. Out: frames for walls and consoles. When Redis goes away the last frame stays,
its age tells the rest.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial

import msgspec
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from alerts.frame import AlertsFrame, Anew, Beat, Changes, decode_kept, decode_told
from alerts.open_rows import OpenRows
from dashboard.alert_stream import AlertStream
from dashboard.broadcast import Broadcast
from dashboard.trend import QueueTallies
from dashboard.walls import Walls
from pulse.clock import Clock
from pulse.kpi.board import Board, UnreadableBoard, decode_board
from pulse.kpi.goal import QueueGoal
from pulse.live.keys import Keys
from sql.session import DatabaseUnreadable

BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_S = 1.0
RECALL_S = 20.0
AUDIT_S = 5.0

log = structlog.get_logger(__name__)


class Hub:
    """Turns each Board and each change of the open alerts into what screens receive, once for all of them."""

    def __init__(self, clock: Clock, walls: Walls, build: str = "") -> None:
        self.walls = walls
        self.console = Broadcast(clock)
        self.incidents = AlertStream(clock, f"{build}.{clock()}")
        self.board_at: int | None = None
        self.board: Board | None = None
        self.redis_ok = False
        self.boards = 0
        self.unreadable = 0
        self._rows = OpenRows()
        self._alerts: AlertsFrame | None = None
        self._titles: dict[str, dict[str, str]] = {}
        self.is_behind = True
        """Whether the open alerts are to be read whole: nothing is known of them yet, or something of them was missed."""
        self._down_names: tuple[str, ...] = ()
        self.late: tuple[str, ...] | None = None
        """What of alerting is late, each as late_KIND:HH:MM; None where nobody looks."""
        self._waiting: tuple[str, ...] = ()

    @property
    def alerts(self) -> AlertsFrame | None:
        """The open incidents as they were told last; None before."""
        return self._alerts

    def take_board(self, data: bytes) -> None:
        """A new Board, as the watch process wrote it; raises UnreadableBoard."""
        board = decode_board(data)
        self.board_at, self.board = board.at, board
        self.boards += 1
        self.walls.take_board(board)
        self._retitle(board)

    def take_alerts(self, data: bytes) -> None:
        """What changed of the open alerts, or a beat; raises msgspec.MsgspecError."""
        told = decode_told(data)
        held = self._alerts.version if self._alerts else None
        if isinstance(told, Changes) and told.after == held:
            self._lay(told)
        elif isinstance(told, Beat) and told.version == held:
            self._tell(told.at, self.incidents.beat(told.at), told.version)
        elif isinstance(told, Anew) or held is None or told.version > held:
            # It is not of what is held here: that proves nothing, and grows old until everything is read anew.
            self.is_behind = True

    def take_kept(self, kept: Mapping[bytes, bytes]) -> None:
        """All open alerts as they are kept; raises msgspec.MsgspecError and ValueError."""
        self.is_behind = False
        frame = decode_kept(kept)
        if frame is not None:
            self._rows = OpenRows(frame.incidents)
            self._tell(frame.at, self.incidents.take(frame.incidents, frame.at, self.walls.titles_of), frame.version)

    def take_down(self, names: Sequence[str]) -> None:
        """The processes that stay down, told to every screen when that changes."""
        if tuple(names) != self._down_names:
            self._down_names = tuple(names)
            self._tell_trouble()

    def take_late(self, late: Sequence[str]) -> None:
        """What of alerting itself is late, each as late_KIND:HH:MM, told to every screen when that changes."""
        is_news = tuple(late) != (self.late or ())
        self.late = tuple(late)
        if is_news:
            self._tell_trouble()

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        for broadcast in (*self.walls.streams, self.console):
            broadcast.close()

    def take_waiting(self, waiting: Sequence[str]) -> None:
        """What waits for a shift manager, told to every console when that changes; it is nothing for a wall."""
        if tuple(waiting) != self._waiting:
            self._waiting = tuple(waiting)
            self.console.tell_down((*self._down_names, *(self.late or ()), *self._waiting))

    def _tell_trouble(self) -> None:
        told = (*self._down_names, *(self.late or ()))
        self.walls.tell_down(told)
        self.console.tell_down((*told, *self._waiting))

    def _lay(self, changes: Changes) -> None:
        for row in changes.changed:
            self._rows.put(row)
        for number in changes.gone:
            self._rows.drop(number)
        self._tell(changes.at, self.incidents.change(changes, self.walls.titles_of), changes.version)

    def _tell(self, at: int, told: bytes, version: int) -> None:
        self._alerts = AlertsFrame(at=at, version=version, incidents=self._rows.in_order)
        self.console.tell(told)
        self.walls.take_alerts(self._alerts)

    def _retitle(self, board: Board) -> None:
        """Rows say what people call their queues: they are made anew where that is other than it was."""
        titles = {name: self.walls.titles_of(name) for name in board.queues}
        if titles != self._titles:
            self._titles = titles
            if self._alerts is not None:
                self.console.tell(self.incidents.take(self._alerts.incidents, self._alerts.at, self.walls.titles_of))


async def listen(hub: Hub, url: str, keys: Keys) -> None:
    """Feeds the hub from Redis until cancelled; a lost server is tried again after 0.2 to 5 s."""
    failures = 0
    while True:
        try:
            async for take in _news(hub, url, keys):
                failures, hub.redis_ok = 0, True
                _take(hub, take)
        except (RedisError, OSError) as error:
            if failures <= len(BACKOFF_S):
                log.warning("redis_lost", error=type(error).__name__, failures=failures)
        hub.redis_ok = False
        await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
        failures += 1


async def look_for_down(hub: Hub, given_up: Callable[[], Sequence[str]]) -> None:
    """Asks once a second which processes the supervisor has given up, until cancelled."""
    while True:
        try:
            hub.take_down(given_up())
        except OSError as error:
            log.warning("given_up_unreadable", error=type(error).__name__)
        except Exception:
            log.exception("looking_for_down_fault")
        await asyncio.sleep(LOOK_S)


async def look_often(take: Callable[[Sequence[str]], None], look: Callable[[], Sequence[str]], every_s: float = AUDIT_S) -> None:
    """Looks again and again, beside everything else, until cancelled, and hands on what is found."""
    while True:
        try:
            take(await asyncio.to_thread(look))
        except DatabaseUnreadable as error:
            log.warning("not_looked", error=type(error).__name__)
        except Exception:
            log.exception("looking_fault")
        await asyncio.sleep(every_s)


async def recall_often(hub: Hub, past: Callable[[int], Mapping[int, QueueTallies]], goal: QueueGoal) -> None:
    """Fills the trends from history when the server starts and while gaps may close, until cancelled."""
    while True:
        if hub.board_at is None:
            await asyncio.sleep(LOOK_S)
            continue
        try:
            hub.walls.recall(await asyncio.to_thread(past, hub.board_at), goal)
        except DatabaseUnreadable as error:
            log.warning("history_unreadable", error=type(error).__name__)
        except Exception:
            log.exception("recall_fault")
        await asyncio.sleep(RECALL_S)


async def _news(hub: Hub, url: str, keys: Keys) -> AsyncIterator[Callable[[], None]]:
    """What is kept, then what is told, each to be taken before the next is read."""
    takes = {keys.board: hub.take_board, keys.alerts: hub.take_alerts}
    async with redis.from_url(url) as client, client.pubsub() as channel:
        await channel.subscribe(*takes)
        yield partial(hub.take_kept, await client.hgetall(keys.alerts))
        if (kept := await client.get(keys.board)) is not None:
            yield partial(hub.take_board, kept)
        async for message in channel.listen():
            if message["type"] == "message":
                yield partial(takes[message["channel"].decode()], message["data"])
            if hub.is_behind:
                yield partial(hub.take_kept, await client.hgetall(keys.alerts))


def _take(hub: Hub, take: Callable[[], None]) -> None:
    try:
        take()
    except (UnreadableBoard, msgspec.MsgspecError) as error:
        hub.unreadable += 1
        log.warning("frame_unreadable", error=str(error))
    except Exception:
        hub.unreadable += 1
        log.exception("frame_fault")
