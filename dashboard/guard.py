"""The door: every request and websocket is let in, let in as a wall, or refused, before anything else sees it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse

from pulse.access import COOKIE, Entry, Visit, cookie_tokens, entry
from pulse.clock import Clock

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

OPEN_PREFIXES = ("/static/", "/fonts/")
"""Scripts of Streamlit and fonts: the same for everybody, and nothing of a site."""
WALL_PATHS = frozenset(
    {"/", "/wall", "/api/stream", "/api/snapshot", "/api/screens", "/_stcore/stream", "/_stcore/health", "/_stcore/host-config"}
)
WALL_PREFIXES = ("/static/", "/_stcore/bidi-components/", "/media/", "/wall/")
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Guard:
    """ASGI middleware around everything the server answers."""

    def __init__(self, app: Asgi, key: Callable[[], bytes | None], clock: Clock) -> None:
        self._app, self._key, self._clock = app, key, clock

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Passes on, or answers 403; a wall token in the address becomes a cookie for the streams that follow."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visit = visit_of(scope)
        found = entry(visit, self._key(), self._clock())
        if not may_enter(found, scope["path"]):
            await _refuse(scope, receive, send)
            return
        cookie = _cookie(scope) if found is Entry.WALL else None
        await self._app(scope, receive, _with_headers(send, cookie))


def visit_of(scope: Message) -> Visit:
    """The facts of a request that decide on it."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    cookies = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return Visit(client[0] if client else None, headers, (*_query_tokens(scope), *cookie_tokens(cookies)))


def may_enter(found: Entry, path: str) -> bool:
    """Whether a visitor with this entry may have this path."""
    if found is Entry.EVERYTHING or path.startswith(OPEN_PREFIXES):
        return True
    return found is Entry.WALL and (path in WALL_PATHS or path.startswith(WALL_PREFIXES))


def _query_tokens(scope: Message) -> tuple[str, ...]:
    return tuple(parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", ()))


def _cookie(scope: Message) -> bytes | None:
    tokens = _query_tokens(scope)
    if scope["type"] != "http" or not tokens:
        return None
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={tokens[0]}; Path=/; HttpOnly; SameSite=Strict{secure}".encode("latin-1")


def _with_headers(send: Send, cookie: bytes | None) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookies = [(b"set-cookie", cookie)] if cookie else []
            message = {**message, "headers": [*message.get("headers", ()), *HEADERS, *cookies]}
        await send(message)

    return sending


async def _refuse(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    refusal = PlainTextResponse("This address needs a valid wall token.\n此地址需要有效的大屏令牌。\n", 403)
    await refusal(scope, receive, _with_headers(send, None))
