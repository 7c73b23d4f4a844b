"""The routes of a running server, behind its guard, as a screen or a person's browser asks them."""

import httpx
import msgspec
import pytest
from private_redis import PrivateRedis
from starlette.applications import Starlette
from starlette.requests import Request

from dashboard.answers import language_asked
from dashboard.data import database
from dashboard.fleet import Screen
from dashboard.server import Server
from dashboard.serving import serving
from pulse.text import Language
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


@pytest.mark.parametrize(
    ("path", "status", "en", "zh"),
    [
        ("/api/stream?layout=nope", 404, "There is no layout of that name here.", "此处没有该名称的布局。"),
        ("/api/snapshot?layout=nope", 404, "There is no layout of that name here.", "此处没有该名称的布局。"),
        ("/api/past?layout=nope", 404, "There is no layout of that name here.", "此处没有该名称的布局。"),
        (
            "/api/past?at=noon",
            400,
            'at: got "noon", which cannot be read, expected a time such',
            'at：读到 "noon"，无法识别，应为 时刻，如',
        ),
        ("/api/alerts?limit=many", 400, "version, after and limit are whole numbers.", "version、after 和 limit 应为整数。"),
        ("/api/alerts?version=9", 410, "That version is gone: begin anew.", "该版本已不存在，请重新开始。"),
        ("/api/alerts/stream?since=x", 400, "since is the number of a version.", "since 应为版本号。"),
        ("/role?as=king", 400, "as: that role is not known", "as：此角色未知"),
    ],
)
async def test_route_answers_in_the_language_of_the_address_else_of_the_browser_else_of_the_site(ask, path, status, en, zh):
    german = {"Accept-Language": "de, zh-CN;q=0.7, en;q=0.3"}
    asked = [
        await ask("GET", path),
        await ask("GET", path, headers=german),
        await ask("GET", f"{path}&lang=en", headers=german),
    ]

    assert [answer.status_code for answer in asked] == [status] * 3
    assert [answer.text.startswith(text) for answer, text in zip(asked, (en, zh, en), strict=True)] == [True] * 3


async def test_heartbeat_that_is_none_is_refused_in_the_language_of_the_address(ask):
    answer = await ask("POST", "/api/screens?lang=zh", content=b"rubbish")

    assert (answer.status_code, answer.text[:9]) == (400, "这不是屏幕的心跳：")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("en;q=0.2, zh-TW;q=0.9", "zh"),
        ("en;q=high, fr", "zh"),
        (";,", "zh"),
        ("EN-gb", "en"),
    ],
)
def test_browser_is_believed_in_which_language_it_likes_best(header, language):
    request = Request({"type": "http", "query_string": b"", "headers": [(b"accept-language", header.encode())]})

    assert language_asked(request, Language.ZH) == language


async def test_health_is_told_as_prometheus_reads_it(ask):
    answer = await ask("GET", "/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "pulse_database_up 1\n" in answer.text
