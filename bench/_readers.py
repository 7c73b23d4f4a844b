"""Many screens without a browser: sockets that read an event stream, or poll a snapshot, and note when each frame was there."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from pulse.clock import system_clock

_AT = re.compile(rb'"at":(\d+)')
_AT_ONCE = 50
"""How many screens are opened together: a server's backlog is not what is measured."""

Read = Callable[[str, "Heard"], Coroutine[Any, Any, None]]


class Heard:
    """How long each frame took to each screen, by the frame's instant."""

    def __init__(self) -> None:
        self.delays_ms: dict[int, list[int]] = {}
        self.screens = 0

    def frame(self, told: bytes) -> None:
        """A whole frame is there."""
        found = _AT.search(told)
        if found:
            at = int(found[1])
            self.delays_ms.setdefault(at, []).append(system_clock() - at)


async def stream(address: str, heard: Heard) -> None:
    """One screen as a wall is: reads the event stream until it is cancelled."""
    reader, writer = await _asked(address, "/api/stream")
    heard.screens += 1
    try:
        while True:
            event = await reader.readuntil(b"\n\n")
            if b"data: {" in event:
                heard.frame(event)
    finally:
        writer.close()


async def poll(address: str, heard: Heard) -> None:
    """One screen as the rival is: asks for the snapshot once a second on a connection it keeps, until it is cancelled."""
    reader, writer = await _asked(address, "/api/snapshot")
    heard.screens += 1
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            heard.frame(await reader.readexactly(_length(head)))
            await asyncio.sleep(1.0)
            writer.write(_request(address, "/api/snapshot"))
    finally:
        writer.close()


async def opened(read: Read, address: str, count: int, heard: Heard) -> list[asyncio.Task[None]]:
    """That many screens, all of them reading."""
    tasks: list[asyncio.Task[None]] = []
    while len(tasks) < count:
        tasks += [asyncio.create_task(read(address, heard)) for _ in range(min(_AT_ONCE, count - len(tasks)))]
        while heard.screens < len(tasks):
            for task in tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.01)
    return tasks


async def closed(tasks: list[asyncio.Task[None]]) -> None:
    """Closes the screens; raises what ended one of them early."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _asked(address: str, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1 << 20)
    writer.write(_request(address, path))
    return reader, writer


def _request(address: str, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\n\r\n".encode()


def _length(head: bytes) -> int:
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if found is None:
        raise RuntimeError(f"the server gave no length: {head[:200]!r}")
    return int(found[1])
