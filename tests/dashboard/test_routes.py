"""The routes of a running server, behind its guard, as a screen or a person's browser asks them."""

import httpx
import msgspec
import pytest
from private_redis import PrivateRedis
from starlette.applications import Starlette

from dashboard.data import database
from dashboard.fleet import Screen
from dashboard.server import Server
from dashboard.serving import serving
from pulse.wall_token import WallToken, signed
from sql.wall_tokens import Wanted, issue

KEY, FOREVER = b"0123456789abcdef", 2**45
BEAT = {"screen": "00ff00ff00ff", "layout": "main", "language": "en", "fresh": "live", "build": "b", "width": 1920, "height": 1080}


@pytest.fixture
def site(tmp_path, monkeypatch, private_redis: PrivateRedis):
    config = tmp_path / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\n', encoding="utf-8")
    (tmp_path / "var" / "pulse").mkdir(parents=True)
    (tmp_path / "var" / "pulse" / "site.key").write_bytes(KEY)
    monkeypatch.setenv("PULSE_CONFIG", str(config))
    monkeypatch.setenv("REDIS_URL", private_redis.url)
    serving.cache_clear()
    wanted = Wanted(id="lobby", label="Lobby", layouts=(), sees_names=False, expires_at=FOREVER)
    issue(database(serving().database_url), "harbour", wanted, "ada", 0)
    yield serving()
    serving.cache_clear()
    database.clear()


@pytest.fixture
async def ask(site):
    """Asks the running server, from this machine or from another one."""
    server = Server()
    app = Starlette(routes=server.routes(), middleware=server.middleware())

    async def asked(method, path, *, peer="127.0.0.1", **more):
        transport = httpx.ASGITransport(app, client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            return await client.request(method, path, **more)

    async with server.lifespan(app):
        yield asked


async def test_screen_that_shows_a_token_is_known_by_it(site, private_redis, ask):
    shown = {"token": signed(KEY, WallToken(id="lobby", expires_at=FOREVER))}
    beat = {**BEAT, "ratio": 1.0, "page_age_s": 1, "seq": None, "at": None}

    answer = await ask("POST", "/api/screens", peer="10.0.0.9", params=shown, json=beat)

    assert answer.status_code == 204
    with private_redis.client() as client:
        (stored,) = client.hgetall(site.keys.screens).values()
    assert msgspec.json.decode(stored, type=Screen).token == "lobby"


async def test_server_that_ends_lets_go_of_redis(site, private_redis):
    server = Server()

    async with server.lifespan(Starlette()):
        await server._fleet._client.ping()

    with private_redis.client() as client:
        assert len(client.client_list()) == 1
