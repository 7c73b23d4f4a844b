"""The end of the tasks of a server."""

import asyncio
from collections.abc import Iterable

import structlog

CANCEL_AGAIN_S = 0.2
_MOST_CANCELS = 5
log = structlog.get_logger(__name__)


async def ended(tasks: Iterable[asyncio.Task[None]], again_s: float = CANCEL_AGAIN_S) -> None:
    """Cancels until all are over: a cancellation that comes while a client connects may be lost on the way.

    One that will not end is left behind and said, so that a stop always comes to its end.
    """
    running = set(tasks)
    for _ in range(_MOST_CANCELS):
        for task in running:
            task.cancel()
        if running:
            over, running = await asyncio.wait(running, timeout=again_s)
            await asyncio.gather(*over, return_exceptions=True)
    for task in running:
        log.error("task_does_not_end", task=getattr(task.get_coro(), "__qualname__", task.get_name()))
