"""The event streams: one task reads Redis, every screen of a layout is sent the same bytes.

In: Boards and alert frames from Redis pub/sub. Out: server-sent events; the last one is kept, so that a new screen
paints at once. When Redis goes away the last frame stays, its age tells the rest.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from alerts.frame import AlertsFrame, decode_frame
from dashboard.frame import Memory, Stamp, wall_frame
from dashboard.incidents import console_frame
from pulse.clock import Clock
from pulse.kpi.board import Board, UnreadableBoard, decode_board
from pulse.kpi.goal import QueueGoal
from pulse.kpi.tally import Tally
from pulse.live.keys import Keys

LAYOUTS = ("main",)
HEARTBEAT_S = 15.0
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_S = 1.0
RECALL_S = 20.0
RETRY_MS = 1000
"""After how long a browser opens a stream that broke."""

log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


class Broadcast:
    """One stream: its last frame, and how to wait for the next."""

    def __init__(self, clock: Clock, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.frame = b""
        self._down = b""
        self.screens = 0
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._news = asyncio.Event()
        self._closed = False

    def tell(self, frame: bytes) -> None:
        """Sends a frame to every screen; one that has not read the frame before only gets this one."""
        self.frame = frame
        self._wake()

    def tell_down(self, names: Sequence[str]) -> None:
        """Says which processes of the site stay down; it stands until it is told anew."""
        self._down = b"event: down\ndata: %s\n\n" % _encode(list(names))
        self._wake()

    def close(self) -> None:
        """Ends every stream."""
        self._closed = True
        self._wake()

    async def events(self) -> AsyncIterator[bytes]:
        """The stream for one screen: the server's clock, the last frame, then each new one; a clock every 15 s."""
        self.screens += 1
        try:
            yield b"retry: %d\n%s" % (RETRY_MS, self._clock_event())
            sent, told = b"", b""
            while not self._closed:
                news, frame, down = self._news, self.frame, self._down
                if down is not told:
                    told = down
                    yield down
                elif frame is not sent:
                    sent = frame
                    yield b"data: %s\n\n" % frame
                elif not await _set_within(news, self._heartbeat_s):
                    yield self._clock_event()
        finally:
            self.screens -= 1

    def _clock_event(self) -> bytes:
        return b"event: clock\ndata: %d\n\n" % self._clock()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


class Hub:
    """Turns each Board and alert frame into what screens receive, once for all of them."""

    def __init__(self, clock: Clock, of_site: Stamp = Stamp(), heartbeat_s: float = HEARTBEAT_S) -> None:  # noqa: B008
        self.walls = {layout: Broadcast(clock, heartbeat_s) for layout in LAYOUTS}
        self.console = Broadcast(clock, heartbeat_s)
        self.board_at: int | None = None
        self.redis_ok = False
        self.boards = 0
        self.unreadable = 0
        self._clock, self._stamp = clock, of_site
        self._memories = {layout: Memory() for layout in LAYOUTS}
        self._board: Board | None = None
        self._alerts: AlertsFrame | None = None
        self._seq = 0
        self._down_names: tuple[str, ...] = ()

    def take_board(self, data: bytes) -> None:
        """A new Board, as the watch process wrote it; raises UnreadableBoard."""
        self._board = decode_board(data)
        self.board_at = self._board.at
        self.boards += 1
        self._tell_walls()

    def take_alerts(self, data: bytes) -> None:
        """A new frame of open incidents; raises msgspec.MsgspecError."""
        before, self._alerts = self._alerts, decode_frame(data)
        changed = before is None or self._alerts.incidents != before.incidents
        self._seq += 1
        self.console.tell(_encode(console_frame(self._alerts, self._seq, self._clock())))
        if changed:
            self._tell_walls()

    def recall(self, past: Mapping[int, Tally], goal: QueueGoal) -> None:
        """Fills the trend of every layout from what history counted minute by minute."""
        for memory in self._memories.values():
            memory.trend.fill(past, goal)

    def take_down(self, names: Sequence[str]) -> None:
        """The processes that stay down, told to every screen when that changes."""
        if tuple(names) == self._down_names:
            return
        self._down_names = tuple(names)
        for broadcast in (*self.walls.values(), self.console):
            broadcast.tell_down(names)

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        for broadcast in (*self.walls.values(), self.console):
            broadcast.close()

    @property
    def screens(self) -> int:
        """Open wall streams."""
        return sum(wall.screens for wall in self.walls.values())

    def _tell_walls(self) -> None:
        if self._board is None:
            return
        for layout, wall in self.walls.items():
            self._seq += 1
            stamp = replace(self._stamp, seq=self._seq, sent=self._clock())
            wall.tell(_encode(wall_frame(self._board, self._alerts, self._memories[layout], stamp)))


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
        await asyncio.sleep(LOOK_S)


async def recall_often(hub: Hub, past: Callable[[int], Mapping[int, Tally]], goal: QueueGoal) -> None:
    """Fills the trends from history when the server starts and while gaps may close, until cancelled."""
    while True:
        if hub.board_at is not None:
            try:
                hub.recall(await asyncio.to_thread(past, hub.board_at), goal)
            except SQLAlchemyError as error:
                log.warning("history_unreadable", error=type(error).__name__)
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


def metrics(hub: Hub, now: int) -> Mapping[str, float]:
    """The server's own health: numbers by name, ages in seconds."""
    age_s = -1.0 if hub.board_at is None else (now - hub.board_at) / 1000
    return {
        "pulse_serve_redis_up": float(hub.redis_ok),
        "pulse_serve_board_age_seconds": age_s,
        "pulse_serve_boards_total": hub.boards,
        "pulse_serve_unreadable_total": hub.unreadable,
        "pulse_serve_wall_streams": hub.screens,
        "pulse_serve_console_streams": hub.console.screens,
    }


async def _set_within(news: asyncio.Event, timeout_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await news.wait()
            return True
    return False
