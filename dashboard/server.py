"""The routes beside the pages, and what starts and stops with the server.

In: requests that the guard let through. Out: event streams, snapshots, health. Streamlit's own login does not cover
routes, so the guard stands before them.
"""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.data import last_hour
from dashboard.frame import Stamp
from dashboard.guard import Guard
from dashboard.nav import views
from dashboard.serving import Serving, build, serving
from dashboard.stream import Broadcast, Hub, listen, look_for_down, metrics, recall_often
from pulse.access import Entry
from pulse.clock import system_clock

NO_STORE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
STALE_MS = 10_000
"""A Board older than this makes /healthz answer 503."""


class Server:
    """The routes and the lifespan of one serve process."""

    def __init__(self, load: Callable[[], Serving] = serving) -> None:
        self._load = load
        self._hub: Hub | None = None

    @property
    def hub(self) -> Hub:
        """The hub; raises RuntimeError outside the server's life."""
        if self._hub is None:
            raise RuntimeError("the server has not started")
        return self._hub

    def routes(self) -> list[Route]:
        """Everything beside the pages."""
        return [
            Route("/api/stream", self._stream),
            Route("/api/snapshot", self._snapshot),
            Route("/api/alerts/stream", self._alerts),
            Route("/healthz", self._health),
            Route("/metrics", self._metrics),
        ]

    def middleware(self) -> list[Middleware]:
        """The guard, outermost."""
        return [Middleware(Guard, key=lambda: self._load().site_key(), clock=system_clock)]

    @asynccontextmanager
    async def lifespan(self, _app: st.App) -> AsyncIterator[None]:
        """Reads Redis while the server runs; at its end, and at a signal, ends the streams first."""
        served = self._load()
        self._hub = Hub(system_clock, Stamp(build=build(), formula=served.formula, name_of=served.config.name_of))
        views(Entry.EVERYTHING)
        gc.freeze()
        tasks = [
            asyncio.create_task(listen(self._hub, served.redis_url, served.keys)),
            asyncio.create_task(look_for_down(self._hub, served.given_up)),
            asyncio.create_task(recall_often(self._hub, last_hour, served.config.site_goal)),
        ]
        with _at_signal(self._hub.close):
            yield
        self._hub.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _stream(self, request: Request) -> Response:
        wall = self._wall(request)
        return _events(wall) if wall else _no_layout()

    async def _alerts(self, _request: Request) -> Response:
        return _events(self.hub.console)

    async def _snapshot(self, request: Request) -> Response:
        wall = self._wall(request)
        if wall is None:
            return _no_layout()
        headers = {**NO_STORE, "X-Pulse-Now": str(system_clock())}
        return Response(wall.frame or b"null", media_type="application/json", headers=headers)

    async def _health(self, _request: Request) -> Response:
        hub, now = self.hub, system_clock()
        age_ms = None if hub.board_at is None else now - hub.board_at
        healthy = hub.redis_ok and age_ms is not None and age_ms < STALE_MS
        state = {"redis": "ok" if hub.redis_ok else "lost", "board_age_s": None if age_ms is None else age_ms / 1000, "build": build()}
        return JSONResponse(state, 200 if healthy else 503, headers=NO_STORE)

    async def _metrics(self, _request: Request) -> Response:
        lines = (f"{name} {value:g}\n" for name, value in metrics(self.hub, system_clock()).items())
        return PlainTextResponse("".join(lines), headers=NO_STORE)

    def _wall(self, request: Request) -> Broadcast | None:
        return self.hub.walls.get(request.query_params.get("layout", "main"))


def _events(broadcast: Broadcast) -> Response:
    return StreamingResponse(broadcast.events(), media_type="text/event-stream", headers=NO_STORE)


def _no_layout() -> Response:
    return PlainTextResponse("There is no layout of that name.\n", 404)


@contextmanager
def _at_signal(close: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        # An open stream would hold the server back until its time-out: streams end first.
        loop.call_soon_threadsafe(close)
        earlier = before[signal.Signals(number)]
        if callable(earlier):
            earlier(number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
