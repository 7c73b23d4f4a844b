"""Work that may take long, a few at a time: a slider asks for a minute with each of its steps, and wants the last one.

In: a request and what is to be done for it, in a thread. Out: its result; WentAway where nobody waits for it any more.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

_Result = TypeVar("_Result")


class WentAway(Exception):
    """Whoever asked has closed the connection before the turn came."""


class Turns:
    """So many at once; must be made where an event loop will run it."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    async def take(self, request: Request, work: Callable[[], _Result]) -> _Result:
        """Does the work when its turn comes; raises WentAway, and what the work raises."""
        async with self._free:
            if await request.is_disconnected():
                raise WentAway
            return await asyncio.to_thread(work)
