"""One event stream for many screens: the last frame, and how to wait for the next.

In: frames. Out: server-sent events; the last frame is kept, so that a new screen paints at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

import msgspec

from pulse.clock import Clock

HEARTBEAT_S = 15.0
RETRY_MS = 1000
"""After how long a browser opens a stream that broke."""
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

    async def events(self, told_as: Callable[[bytes], bytes] = bytes) -> AsyncIterator[bytes]:
        """The stream for one screen: the server's clock, the last frame, then each new one; a clock every 15 s.

        `told_as` turns a frame into what this screen needs of it.
        """
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
                    yield b"data: %s\n\n" % told_as(frame)
                elif not await _set_within(news, self._heartbeat_s):
                    yield self._clock_event()
        finally:
            self.screens -= 1

    def _clock_event(self) -> bytes:
        return b"event: clock\ndata: %d\n\n" % self._clock()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


async def _set_within(news: asyncio.Event, timeout_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await news.wait()
            return True
    return False
