import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from dashboard.guard import Guard, may_enter
from pulse.access import COOKIE, Entry, wall_token

KEY, NOW = b"0123456789abcdef", 1_000_000
TOKEN = wall_token(KEY, "wall", NOW + 1_000)


async def answer(_request):
    return PlainTextResponse("in")


async def talk(websocket):
    await websocket.accept()
    await websocket.close()


@pytest.fixture
def guarded():
    inner = Starlette(routes=[WebSocketRoute("/_stcore/stream", talk), Route("/{path:path}", answer)])
    return Guard(inner, key=lambda: KEY, clock=lambda: NOW)


@pytest.fixture
def visit(guarded):
    async def get(path, *, peer="10.0.0.9", host="wall.example", **headers):
        transport = httpx.ASGITransport(guarded, client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return get


@pytest.fixture
def dial(guarded):
    async def websocket(*headers, peer="10.0.0.9"):
        sent = []
        told = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}])

        async def receive():
            return next(told)

        async def send(message):
            sent.append(message["type"])

        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", b"wall.example"), *headers], "client": (peer, 1)}
        await guarded(scope | {"query_string": b"", "subprotocols": []}, receive, send)
        return sent[0]

    return websocket


async def test_stranger_is_refused_everywhere_but_at_static_files(visit):
    codes = [(await visit(path)).status_code for path in ("/wall", "/api/snapshot", "/static/index.js")]

    assert codes == [403, 403, 200]


async def test_stranger_gets_no_websocket(dial):
    assert await dial() == "websocket.close"


async def test_token_in_a_cookie_opens_the_websocket(dial):
    assert await dial((b"cookie", f"{COOKIE}={TOKEN}".encode())) == "websocket.accept"


async def test_refusal_carries_the_security_headers_too(visit):
    assert (await visit("/wall")).headers["x-content-type-options"] == "nosniff"


async def test_this_machine_sees_everything(visit):
    assert (await visit("/console", peer="127.0.0.1", host="127.0.0.1")).status_code == 200


async def test_name_that_was_pointed_at_loopback_is_refused(visit):
    assert (await visit("/console", peer="127.0.0.1", host="evil.example")).status_code == 403


async def test_forwarded_address_is_not_believed(visit):
    assert (await visit("/console", x_forwarded_for="127.0.0.1")).status_code == 403
    assert (await visit("/console", peer="127.0.0.1", host="127.0.0.1", x_forwarded_for="10.0.0.9")).status_code == 403


async def test_token_in_the_address_becomes_a_cookie_that_opens_the_stream(visit):
    cookie = (await visit(f"/wall?token={TOKEN}")).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert (await visit("/api/stream", cookie=cookie.partition(";")[0])).status_code == 200


async def test_wall_token_opens_no_other_page_and_no_console_stream(visit):
    paths = ("/console", "/day", "/api/alerts/stream", "/metrics")

    assert {(await visit(path, cookie=f"{COOKIE}={TOKEN}")).status_code for path in paths} == {403}


async def test_expired_token_is_refused(visit):
    assert (await visit(f"/wall?token={wall_token(KEY, 'wall', NOW)}")).status_code == 403


def test_refused_visitor_may_enter_nothing_of_ours():
    assert not may_enter(Entry.NOTHING, "/wall")
    assert not may_enter(Entry.WALL, "/_stcore/upload_file/x")
