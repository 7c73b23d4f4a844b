import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collectors.base import SourceContext, SourceFailed, SourceRefused
from collectors.connectors.http_json import HttpJson, Options, connect
from pulse.kpi.records import QueueState

BODY = b'{"queues":[{"id":"mail","waiting":"4"},{"id":"chat","waiting":0}]}'


class FakeApi(ThreadingHTTPServer):
    """Answers every request alike and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.body = 200, BODY
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/queues"


class Handler(BaseHTTPRequestHandler):
    server: FakeApi

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        known = self.headers.get("If-None-Match") == self.server.headers.get("ETag", "none")
        self.send_response(304 if known else self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(0 if known else len(self.server.body)))
        self.end_headers()
        if not known:
            self.wfile.write(self.server.body)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Opened = Callable[..., HttpJson]


@pytest.fixture
async def opened(api: FakeApi, context: SourceContext, tmp_path: Path) -> AsyncIterator[Opened]:
    (tmp_path / "key").write_text("s3cret")
    (tmp_path / "user").write_text("me")
    sources: list[HttpJson] = []

    def _opened(request: dict[str, Any] | None = None, **given: object) -> HttpJson:
        options = {
            "request": {"url": api.url, **(request or {})},
            "records": "queues",
            "into": "QueueState",
            "fields": {"queue": "id", "waiting": "waiting"},
            **given,
        }
        sources.append(connect(Options.model_validate(options), context, None))
        return sources[-1]

    yield _opened
    for source in sources:
        await source.close()


async def test_answer_is_mapped(opened: Opened) -> None:
    batch = await opened().poll()

    assert [(state.queue, state.waiting) for state in batch.records if isinstance(state, QueueState)] == [("mail", 4), ("chat", 0)]


async def test_empty_list_has_no_records(api: FakeApi, opened: Opened) -> None:
    api.body = b'{"queues":[]}'

    assert list((await opened().poll()).records) == []


async def test_one_object_is_a_list_of_one(api: FakeApi, opened: Opened) -> None:
    api.body = b'{"id":"mail","waiting":1}'

    assert len((await opened(records="@").poll()).records) == 1


async def test_bad_row_is_counted_and_the_others_stay(api: FakeApi, opened: Opened) -> None:
    api.body = b'{"queues":[{"waiting":1},7,{"id":"chat","waiting":"many"}]}'

    batch = await opened().poll()

    assert len(batch.records) == 1
    assert dict(batch.problems) == {"missing:queue": 1, "not_an_object": 1, "bad_number:waiting": 1}


async def test_post_sends_body_headers_and_parameters(api: FakeApi, opened: Opened) -> None:
    await opened({"method": "POST", "json": {"a": 1}, "headers": {"X-Tenant": "t"}, "params": {"p": "1"}}).poll()

    method, path, headers, body = api.asked[0]
    assert (method, path, body) == ("POST", "/queues?p=1", b'{"a":1}')
    assert headers["X-Tenant"] == "t"


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"basic": ["file:user", "file:key"]}, "Authorization", "Basic bWU6czNjcmV0"),
        ({"bearer": "file:key"}, "Authorization", "Bearer s3cret"),
        ({"header": {"name": "X-Api-Key", "value": "file:key"}}, "X-Api-Key", "s3cret"),
    ],
)
async def test_secrets_by_reference_open_the_door(auth: dict[str, Any], header: str, value: str, api: FakeApi, opened: Opened) -> None:
    await opened(auth=auth).poll()

    assert api.asked[0][2][header] == value


async def test_unchanged_answer_tells_the_standing_states_again(api: FakeApi, opened: Opened) -> None:
    api.headers = {"ETag": '"v1"'}
    source = opened()

    first, second = await source.poll(), await source.poll()

    assert [record.queue for record in second.records] == [record.queue for record in first.records]
    assert len(second.records) == 2


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30.0), ("Fri, 15 Jan 2027 08:01:30 GMT", 90.0), ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0), ("soon", None), ("", None)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_busy_source_says_when_to_come_again(status: int, written: str, seconds: float | None, api: FakeApi, opened: Opened) -> None:
    api.status, api.headers = status, {"Retry-After": written}

    with pytest.raises(SourceFailed) as busy:
        await opened().poll()

    assert busy.value.retry_after_s == seconds


@pytest.mark.parametrize("status", [401, 403])
async def test_refusal_is_told_without_the_secret(status: int, api: FakeApi, opened: Opened) -> None:
    api.status, api.body = status, b"s3cret is wrong"

    with pytest.raises(SourceRefused) as refused:
        await opened(auth={"bearer": "file:key"}).poll()

    assert str(refused.value) == f"refused with status {status}"


async def test_missing_secret_is_a_refused_source(opened: Opened) -> None:
    with pytest.raises(SourceRefused, match="env:PULSE_TEST_NOWHERE"):
        await opened(auth={"bearer": "env:PULSE_TEST_NOWHERE"}).poll()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b"", "status 500"),
        (200, b"<html>", "not JSON"),
        (200, b"", "not JSON"),
        (200, b'{"other":1}', "found NoneType, expected a list"),
        (200, b'"' + b"x" * 2000 + b'"', "longer than 1000 bytes"),
    ],
)
async def test_bad_answer_is_a_failed_source(status: int, body: bytes, words: str, api: FakeApi, opened: Opened) -> None:
    api.status, api.body = status, body

    with pytest.raises(SourceFailed, match=words):
        await opened(body_bytes=1000).poll()


async def test_nobody_there_is_a_failed_source(context: SourceContext, opened: Opened) -> None:
    with pytest.raises(SourceFailed, match="no answer: ConnectError"):
        await opened({"url": "http://127.0.0.1:1/"}).poll()


@pytest.mark.parametrize(
    "wrong", [{"records": "a["}, {"auth": {}}, {"auth": {"bearer": "plain"}}, {"request": {"url": "ftp://x"}}, {"fields": {"queue": "a["}}]
)
def test_wrong_option_is_told_at_once(wrong: dict[str, Any]) -> None:
    options = {"request": {"url": "http://x"}, "into": "QueueState", "fields": {"queue": "id"}, **wrong}

    with pytest.raises(ValidationError):
        Options.model_validate(options)
