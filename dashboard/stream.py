"""What feeds the screens: one task reads Redis and hands on what it brings.

In: Boards and alert frames from Redis pub/sub. Out: frames for walls and consoles. When Redis goes away the last frame stays,
its age tells the rest.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import msgspec
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from alerts.frame import AlertsFrame, Beat, decode_news
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
    """Turns each Board and alert frame into what screens receive, once for all of them."""

    def __init__(self, clock: Clock, walls: Walls, build: str = "") -> None:
        self.walls = walls
        self.console = Broadcast(clock)
        self.incidents = AlertStream(clock, f"{build}.{clock()}")
        self.board_at: int | None = None
        self.board: Board | None = None
        self.redis_ok = False
        self.boards = 0
        self.unreadable = 0
        self._alerts: AlertsFrame | None = None
        self._alerts_since = 0
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

    def take_alerts(self, data: bytes) -> None:
        """A new frame of open incidents, or a beat of the last one; raises msgspec.MsgspecError."""
        news = decode_news(data)
        if isinstance(news, Beat):
            self._take_beat(news)
            return
        self._alerts, self._alerts_since = news, news.at
        self.console.tell(self.incidents.take(news, self.walls.titles_of))
        self.walls.take_alerts(news)

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

    def _take_beat(self, beat: Beat) -> None:
        # A beat of a frame that never came here proves nothing: what is shown grows old until the next whole one.
        if self._alerts is not None and beat.since == self._alerts_since:
            self._alerts = msgspec.structs.replace(self._alerts, at=beat.at)
            self.console.tell(self.incidents.beat(beat.at))
            self.walls.take_alerts(self._alerts)


async def listen(hub: Hub, url: str, keys: Keys) -> None:
    """Feeds the hub from Redis until cancelled; a lost server is tried again after 0.2 to 5 s."""
    failures = 0
    while True:
        try:
            async for name, data in _messages(url, keys):
                failures, hub.redis_ok = 0, True
                _take(hub, {keys.board: hub.take_board, keys.alerts: hub.take_alerts}[name], data)
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


async def _messages(url: str, keys: Keys) -> AsyncIterator[tuple[str, bytes]]:
    async with redis.from_url(url) as client, client.pubsub() as channel:
        await channel.subscribe(keys.board, keys.alerts)
        for name in (keys.alerts, keys.board):
            if (kept := await client.get(name)) is not None:
                yield name, kept
        async for message in channel.listen():
            if message["type"] == "message":
                yield message["channel"].decode(), message["data"]


def _take(hub: Hub, take: Callable[[bytes], None], data: bytes) -> None:
    try:
        take(data)
    except (UnreadableBoard, msgspec.MsgspecError) as error:
        hub.unreadable += 1
        log.warning("frame_unreadable", error=str(error))
    except Exception:
        hub.unreadable += 1
        log.exception("frame_fault")
