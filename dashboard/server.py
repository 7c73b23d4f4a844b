"""The routes beside the pages, and what starts and stops with the server.

In: requests that the guard let through. Out: event streams, snapshots, health. Streamlit's own login does not cover
routes, so the guard stands before them.
"""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from types import FrameType
from typing import Any

import msgspec
import streamlit as st
from redis.exceptions import RedisError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from dashboard.alert_stream import MOST_ROWS
from dashboard.alertmanager import AlertmanagerApi
from dashboard.answers import NO_STORE, told
from dashboard.api.serve import ReadApi
from dashboard.bodies import body_of
from dashboard.broadcast import Broadcast
from dashboard.config_notice import Health as ConfigHealth
from dashboard.config_notice import look_for_config
from dashboard.data import (
    auditor_look,
    config_state,
    hand_over_look,
    incident_log,
    last_hour,
    layouts_now,
    outbox_counts,
    standing_tokens,
)
from dashboard.ending import ended
from dashboard.exposition import MEDIA_TYPE, exposition
from dashboard.fleet import LONGEST, MOST_SCREENS, Fleet, UnreadableBeat, decode_beat
from dashboard.guard import Gate, Guard, request_visitor
from dashboard.layout import shipped
from dashboard.layouts_kept import look_for_layouts
from dashboard.metrics import metrics_of
from dashboard.nav import all_views
from dashboard.past_wall import past_wall
from dashboard.role_choice import choose_role
from dashboard.serving import ASSETS, Serving, build, kept, serving
from dashboard.standing import Standing, look_for_revoked
from dashboard.stream import Hub, listen, look_for_down, look_often, recall_often
from dashboard.turns import Turns, WentAway
from dashboard.walls import Walls
from dashboard.ways import ROLE_PATH, Way, way
from pulse.access import DEFAULT_LAYOUT, Door
from pulse.clock import system_clock
from pulse.instant import UnclearInstant
from pulse.kpi.freshness import is_old
from pulse.live.store import connected_async
from pulse.roles import Permission
from pulse.text import Language
from sql.session import DatabaseUnreadable

_MOST_DIGITS = 15
_PAST_AT_ONCE = 2
"""A minute that is rebuilt from a large day takes seconds of a core that the live walls need."""
_NOBODY_WAITS = 499
"""Nobody reads it; proxies' logs have this number for it."""


class Server:
    """The routes and the lifespan of one serve process."""

    def __init__(self, load: Callable[[], Serving] = serving) -> None:
        self._load = load
        self._hub: Hub | None = None
        self._fleet: Fleet | None = None
        self._standing = Standing(standing_tokens)
        self._config = ConfigHealth()
        self._past_turns = Turns(_PAST_AT_ONCE)
        self._alertmanager = AlertmanagerApi(load, system_clock)
        self._read_api = ReadApi(load, system_clock, lambda: self._hub.board if self._hub else None)

    @property
    def hub(self) -> Hub:
        """The hub; raises RuntimeError outside the server's life."""
        if self._hub is None:
            raise RuntimeError("the server has not started")
        return self._hub

    def ways(self) -> list[Way]:
        """Everything beside the pages, and what it needs; an address that is not here is answered to nobody."""
        return [
            way("/api/stream", self._stream, Permission.SEE_WALL),
            way("/api/snapshot", self._snapshot, Permission.SEE_WALL),
            way("/api/past", self._past, Permission.SEE_PAST),
            way("/api/alerts", self._alerts, Permission.SEE_CONSOLE),
            way("/api/alerts/log", self._alert_log, Permission.SEE_CONSOLE),
            way("/api/alerts/stream", self._alert_stream, Permission.SEE_CONSOLE),
            way("/api/screens", self._beat, Permission.SEE_WALL, methods=("POST",)),
            way("/healthz", self._health, Permission.SEE_HEALTH),
            way("/metrics", self._metrics, Permission.SEE_HEALTH),
            way(ROLE_PATH, self._choose_role, None),
            *self._alertmanager.ways(),
            *self._read_api.ways(),
        ]

    def routes(self) -> list[BaseRoute]:
        """The routes of all ways, and the fonts."""
        return [*(one.route for one in self.ways()), Mount("/fonts", StaticFiles(directory=ASSETS / "fonts"))]

    def middleware(self) -> list[Middleware]:
        """The guard, outermost."""
        return [Middleware(Guard, gate=Gate(self.ways(), self._door, system_clock))]

    def secrets(self) -> dict[str, Any] | None:
        """What Streamlit's log-in must know; None where people do not log in."""
        return self._load().secrets()

    @asynccontextmanager
    async def lifespan(self, _app: st.App) -> AsyncIterator[None]:
        """Reads Redis while the server runs; at its end, and at a signal, ends the streams first."""
        served = self._load()
        self._hub = Hub(system_clock, Walls(system_clock, shipped(), served.saying, build()), build())
        all_views()
        gc.freeze()
        await self._standing.look()
        async with connected_async(served.redis_url) as client:
            self._fleet = Fleet(client, served.keys)
            tasks = [
                asyncio.create_task(look_for_revoked(self._standing)),
                asyncio.create_task(look_for_layouts(self._hub.walls, layouts_now)),
                asyncio.create_task(listen(self._hub, served.redis_url, served.keys)),
                asyncio.create_task(look_for_config(lambda: kept().look(), config_state, self._config)),
                asyncio.create_task(look_for_down(self._hub, served.given_up)),
                asyncio.create_task(recall_often(self._hub, last_hour, served.config.site_goal)),
            ]
            looks = {self._hub.take_late: auditor_look(served, system_clock), self._hub.take_waiting: hand_over_look(served)}
            tasks += [asyncio.create_task(look_often(take, look)) for take, look in looks.items() if look is not None]
            try:
                with _at_signal(self._hub.close):
                    yield
            finally:
                self._hub.close()
                await ended(tasks)

    async def _stream(self, request: Request) -> Response:
        wall = self._wall(request)
        return _events(wall.events()) if wall else self._told(request, "answer.no_layout", 404)

    async def _alerts(self, request: Request) -> Response:
        asked = _numbers(request, version=None, after=0, limit=MOST_ROWS)
        if asked is None:
            return self._told(request, "answer.numbers", 400)
        page = self.hub.incidents.page(**asked)
        if page is None:
            return self._told(request, "answer.version_gone", 410)
        return Response(page, media_type="application/json", headers=NO_STORE)

    async def _alert_log(self, request: Request) -> Response:
        asked = _numbers(request, id=None)
        if asked is None or asked["id"] is None:
            return self._told(request, "answer.incident", 400)
        try:
            lines = await asyncio.to_thread(incident_log, asked["id"])
        except DatabaseUnreadable:
            return self._told(request, "answer.history_away", 503)
        return Response(msgspec.json.encode(lines), media_type="application/json", headers=NO_STORE)

    async def _alert_stream(self, request: Request) -> Response:
        asked = _numbers(request, since=None)
        if asked is None:
            return self._told(request, "answer.since", 400)
        epoch, hub = request.query_params.get("epoch"), self.hub
        return _events(hub.console.events(hub.incidents.follow(epoch, asked["since"])))

    async def _snapshot(self, request: Request) -> Response:
        wall = self._wall(request)
        if wall is None:
            return self._told(request, "answer.no_layout", 404)
        headers = {**NO_STORE, "X-Pulse-Now": str(system_clock())}
        return Response(wall.frame or b"null", media_type="application/json", headers=headers)

    async def _past(self, request: Request) -> Response:
        layout = self.hub.walls.layout(request.query_params.get("layout", DEFAULT_LAYOUT))
        if layout is None:
            return self._told(request, "answer.no_layout", 404)
        try:
            asked = request.query_params.get("at", "")
            wall = await self._past_turns.take(request, partial(past_wall, asked, layout, names_shown=request_visitor(request).sees_names))
        except WentAway:
            return Response(status_code=_NOBODY_WAITS)
        except UnclearInstant as error:
            answer = self._told(request, "answer.no_instant", 400, found=error.found, allowed=error.allowed)
            if error.nearest is not None:
                answer.headers["X-Pulse-Nearest"] = str(error.nearest)
            return answer
        except DatabaseUnreadable:
            return self._told(request, "answer.history_away", 503)
        return Response(msgspec.json.encode(wall), media_type="application/json", headers=NO_STORE)

    async def _beat(self, request: Request) -> Response:
        if self._fleet is None:
            raise RuntimeError("the server has not started")
        try:
            beat = decode_beat(await body_of(request, LONGEST))
            token = request_visitor(request).token
            kept = await self._fleet.hear(beat, system_clock(), token.id if token else None)
        except UnreadableBeat as error:
            return self._told(request, "answer.no_beat", 400, fault=error)
        except RedisError:
            return self._told(request, "answer.redis_away", 503)
        return Response(status_code=204) if kept else self._told(request, "answer.too_many_screens", 507, most=MOST_SCREENS)

    async def _health(self, _request: Request) -> Response:
        hub, now = self.hub, system_clock()
        age_ms = None if hub.board_at is None else now - hub.board_at
        healthy = hub.redis_ok and not is_old(hub.board_at, now)
        state = {
            "redis": "ok" if hub.redis_ok else "lost",
            "board_age_s": None if age_ms is None else age_ms / 1000,
            "config": self._config.word,
            "build": build(),
        }
        return JSONResponse(state, 200 if healthy else 503, headers=NO_STORE)

    async def _metrics(self, _request: Request) -> Response:
        try:
            outbox = await asyncio.to_thread(outbox_counts)
        except DatabaseUnreadable:
            outbox = None
        text = exposition(metrics_of(self.hub, outbox, system_clock()))
        return Response(text, media_type=MEDIA_TYPE, headers=NO_STORE)

    def _wall(self, request: Request) -> Broadcast | None:
        layout, visitor = request.query_params.get("layout", DEFAULT_LAYOUT), request_visitor(request)
        return self.hub.walls.open(layout, names_shown=visitor.sees_names) if visitor.may_see_layouts([layout]) else None

    async def _choose_role(self, request: Request) -> Response:
        return choose_role(request, self._language)

    def _told(self, request: Request, key: str, status: int, **facts: object) -> Response:
        return told(request, self._language, key, status, **facts)

    @property
    def _language(self) -> Language:
        return self._load().config.site.language

    def _door(self) -> Door:
        return self._load().door(self._standing.ids)


def _events(events: AsyncIterator[bytes]) -> Response:
    return StreamingResponse(events, media_type="text/event-stream", headers=NO_STORE)


def _numbers(request: Request, **defaults: int | None) -> dict[str, Any] | None:
    """Whole numbers from the address by name, with what stands for those that are not there; None where one is no number."""
    given = {name: request.query_params.get(name) for name in defaults}
    if not all(text is None or (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS) for text in given.values()):
        return None
    return {name: defaults[name] if text is None else int(text) for name, text in given.items()}


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
