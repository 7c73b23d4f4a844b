"""The door: every request and websocket is let in as what it is allowed to be, or refused, before anything else sees it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import Response

from dashboard import refusal
from dashboard.after_login import asked_before, remembered
from dashboard.headers import secured, security_headers
from dashboard.identity import KNOCKING_PATHS, LOGOUT_PATH, claims_in, login_address
from dashboard.rate_limit import Pace, RateLimit
from dashboard.ways import ALL_ROLES_ADDRESS, NOBODY, Way, need_of
from pulse.access import COOKIE, ROLE_COOKIE, Door, Kind, Visit, Visitor, cookies_named, visitor_of
from pulse.clock import Clock

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

RECHECK_S = 2.0
"""How soon a revoked token or an ended log-in closes a stream that is open."""
LOGIN_PACE = Pace(burst=60, per_s=2.0)
TOKEN_PACE = Pace(burst=60, per_s=2.0)
"""For wrong tokens only: a right one is never kept waiting."""
_VISITOR = "pulse_visitor"


@dataclass(frozen=True, slots=True)
class Gate:
    """What the guard asks: which need an address has, what the site knows, what a cookie says, how often one may knock."""

    ways: Sequence[Way]
    door: Callable[[], Door]
    clock: Clock
    claims: Callable[[Mapping[str, str]], Mapping[str, Any] | None] = claims_in
    logins: RateLimit = field(default_factory=lambda: RateLimit(LOGIN_PACE))
    tokens: RateLimit = field(default_factory=lambda: RateLimit(TOKEN_PACE))
    recheck_s: float = RECHECK_S


class Guard:
    """ASGI middleware around everything the server answers."""

    def __init__(self, app: Asgi, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Passes on what is allowed, for as long as it is; a wall token in the address becomes a cookie for what follows."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        door = self._gate.door()
        visitor = self._visitor(scope, door)
        sending = _with_headers(scope, send, door, visitor)
        answer = self._answer(scope, door, visitor)
        if answer is not None:
            await _refuse(answer, scope, receive, sending)
            return
        scope[_VISITOR] = visitor
        await self._while_allowed(scope, receive, sending)

    def _visitor(self, scope: Message, door: Door) -> Visitor:
        return visitor_of(visit_of(scope, self._gate.claims if door.login else _no_claims), door, self._gate.clock())

    def _is_allowed(self, scope: Message, visitor: Visitor) -> bool:
        need = need_of(scope, self._gate.ways)
        if need is None:
            return True
        asked = _query(scope, "layout")
        return bool(need & visitor.permissions) and (not asked or visitor.layouts is None or visitor.may_see_layouts(asked))

    def _answer(self, scope: Message, door: Door, visitor: Visitor) -> Response | None:
        """What to say instead of letting in; None where the visitor may enter."""
        path = scope["path"]
        if path in (*KNOCKING_PATHS, LOGOUT_PATH):
            return self._knocked(scope, door)
        if self._is_allowed(scope, visitor):
            return asked_before(scope) if visitor.kind is Kind.PERSON else None
        # Only who shows a wrong token guesses; a browser whose log-in is over must always find where to log in.
        wait_s = self._gate.tokens.wait_s(_peer(scope), self._gate.clock()) if visitor.fault else 0.0
        if wait_s:
            return refusal.too_often(wait_s)
        return self._refusal(scope, door, visitor)

    def _knocked(self, scope: Message, door: Door) -> Response | None:
        if door.login is None:
            return refusal.refused(Visitor(kind=Kind.STRANGER), has_login=False)
        wait_s = self._gate.logins.wait_s(_peer(scope), self._gate.clock()) if scope["path"] in KNOCKING_PATHS else 0.0
        return refusal.too_often(wait_s) if wait_s else None

    def _refusal(self, scope: Message, door: Door, visitor: Visitor) -> Response:
        is_page = _wants_page(scope) and need_of(scope, self._gate.ways) is not NOBODY
        if is_page and visitor.kind is Kind.PERSON:
            return refusal.not_your_role(visitor, LOGOUT_PATH)
        if is_page and visitor.kind is Kind.LOCAL:
            return refusal.not_this_role(ALL_ROLES_ADDRESS)
        if is_page and door.login and visitor.kind is Kind.STRANGER and visitor.fault is None:
            return remembered(scope, refusal.ask_to_log_in(login_address()))
        return refusal.refused(visitor, door.login is not None, is_page=is_page)

    async def _while_allowed(self, scope: Message, receive: Receive, send: Send) -> None:
        begun = asyncio.Event()

        async def sending(message: Message) -> None:
            begun.set()
            await send(message)

        inner = asyncio.ensure_future(self._app(scope, receive, sending))
        try:
            while not (await asyncio.wait({inner}, timeout=self._gate.recheck_s))[0]:
                if not self._is_allowed(scope, self._visitor(scope, self._gate.door())):
                    inner.cancel()
                    await asyncio.wait({inner})
                    if begun.is_set():
                        await _end(scope, send)
                    return
            await inner
        finally:
            inner.cancel()


def request_visitor(request: HTTPConnection) -> Visitor:
    """Who asks, as the guard found: for routes that show more to some than to others."""
    visitor: Visitor = request.scope[_VISITOR]
    return visitor


def visit_of(scope: Message, claims: Callable[[Mapping[str, str]], Mapping[str, Any] | None]) -> Visit:
    """The facts of a request that decide on it."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    written = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    cookies = cookie_parser("; ".join(written))
    client = scope.get("client")
    tokens = (*_query(scope, "token"), *cookies_named(COOKIE, written))
    return Visit(client[0] if client else None, headers, tokens, claims(cookies), cookies.get(ROLE_COOKIE))


def _no_claims(_cookies: Mapping[str, str]) -> None:
    return None


def _query(scope: Message, name: str) -> tuple[str, ...]:
    return tuple(parse_qs(scope.get("query_string", b"").decode("latin-1")).get(name, ()))


def _peer(scope: Message) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _wants_page(scope: Message) -> bool:
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return scope["type"] == "http" and scope["method"] == "GET" and b"text/html" in accepted


def _cookie(scope: Message, visitor: Visitor) -> list[tuple[bytes, bytes]]:
    if scope["type"] != "http" or visitor.shown not in _query(scope, "token"):
        return []
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return [(b"set-cookie", f"{COOKIE}={visitor.shown}; Path=/; HttpOnly; SameSite=Strict{secure}".encode("latin-1"))]


def _with_headers(scope: Message, send: Send, door: Door, visitor: Visitor) -> Send:
    is_https = door.login is not None and door.login.origin.startswith("https:")

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = secured([*message.get("headers", ()), *_cookie(scope, visitor)], is_https)
            message = {**message, "headers": [*kept, *security_headers(scope["path"], is_https)]}
        await send(message)

    return sending


async def _refuse(answer: Response, scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await answer(scope, receive, send)


async def _end(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
