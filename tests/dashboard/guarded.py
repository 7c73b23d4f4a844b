"""A guard around an app that answers everything, and ways to knock at it: requests and websockets from anywhere."""

import asyncio
import json

import httpx
from doors import NOW, door
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from dashboard.guard import Gate, Guard, request_visitor
from dashboard.server import Server

IDENTITY = "_streamlit_user"


class Site:
    """What the guard knows; a test may change it while streams are open."""

    def __init__(self):
        self.door, self.now, self.ended, self.begun = door(), NOW, [], asyncio.Event()
        inner = Starlette(
            routes=[
                WebSocketRoute("/_stcore/stream", self._talk),
                Route("/api/stream", self._stream),
                Route("/{path:path}", self._answer),
            ]
        )
        gate = Gate(Server().ways(), lambda: self.door, lambda: self.now, claims=claims_of, recheck_s=0.01)
        self.guard = Guard(inner, gate)

    async def get(self, path, *, peer="10.0.0.9", host="wall.example", scheme="http", **headers):
        transport = httpx.ASGITransport(self.guard, client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://{host}") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def dial(self, *headers, peer="10.0.0.9", host="wall.example"):
        sent = []
        told = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}])

        async def receive():
            return next(told)

        async def send(message):
            sent.append(message["type"])

        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", host.encode()), *headers], "client": (peer, 1)}
        await self.guard(scope | {"query_string": b"", "subprotocols": []}, receive, send)
        return sent[0]

    async def _answer(self, request):
        return PlainTextResponse(request_visitor(request).kind.value)

    async def _stream(self, request):
        return StreamingResponse(self._events(request.query_params.get("endless")))

    async def _events(self, endless):
        try:
            yield b"data: 1\n\n"
            self.begun.set()
            if endless:
                await asyncio.Event().wait()
        finally:
            self.ended.append("stream")

    async def _talk(self, websocket):
        await websocket.accept()
        await websocket.close()


def claims_of(cookies):
    """Stands where Streamlit's signature is checked: the cookie holds plain claims."""
    return json.loads(cookies[IDENTITY].replace("'", '"').replace("|", ",")) if IDENTITY in cookies else None


def identity(claims):
    written = json.dumps(claims).replace('"', "'").replace(",", "|")
    return f"{IDENTITY}={written}"
