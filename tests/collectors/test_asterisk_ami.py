import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from collectors.base import SourceContext, SourceFailed, SourceRefused
from collectors.connectors.asterisk_ami import AmiConnector, Options, connect
from pulse.kpi.records import AgentState, QueueState

WELCOME = b"Asterisk Call Manager/11.0.0\r\n"
ACCEPTED = b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n"
REFUSED = b"Response: Error\r\nMessage: Authentication failed\r\n\r\n"
STATUS = (
    b"Response: Success\r\nMessage: Queue status will follow\r\n\r\n"
    b"Event: QueueParams\r\nQueue: support\r\nCompleted: 3\r\nAbandoned: 1\r\n\r\n"
    b"Event: QueueMember\r\nQueue: support\r\nName: \xe5\xbc\xa0\xe6\x95\x8f\r\nLocation: SIP/1\r\n"
    b"Status: 1\r\nLastCall: 0\r\nWrapuptime: 0\r\n\r\n"
    b"Event: QueueEntry\r\nQueue: support\r\nUniqueid: u1\r\nWait: 12\r\n\r\n"
    b"Event: QueueStatusComplete\r\n\r\nEvent: QueueSummaryComplete\r\n\r\n"
)


class FakeServer:
    """A manager interface with a fixed answer to each action; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers = {b"Login": ACCEPTED, b"QueueSummary": STATUS}
        self.asked: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(WELCOME)
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                self.asked.append(asked)
                writer.write(self.answers.get(asked.split(b"\r\n")[0].removeprefix(b"Action: "), b""))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    listening = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = listening.sockets[0].getsockname()[1]
    yield fake
    for writer in fake.writers:
        writer.close()
    listening.close()
    await listening.wait_closed()


Opened = Callable[..., AmiConnector]


@pytest.fixture
async def opened(server: FakeServer, context: SourceContext, tmp_path: Path) -> AsyncIterator[Opened]:
    (tmp_path / "password").write_text("open sesame\n")
    connectors: list[AmiConnector] = []

    def _opened(**given: object) -> AmiConnector:
        options = {"host": "127.0.0.1", "port": server.port, "user": "pulse", "secret": "file:password", **given}
        connectors.append(connect(Options.model_validate(options), context, None))
        return connectors[-1]

    yield _opened
    for connector in connectors:
        await connector.close()


async def test_poll_logs_in_and_tells_queues_agents_and_counters(server: FakeServer, opened: Opened) -> None:
    batch = await opened().poll()

    state = next(record for record in batch.records if isinstance(record, QueueState))
    assert (state.queue, state.waiting, state.oldest_wait_s, state.agents_available) == ("support", 1, 12.0, 1)
    assert sorted(type(record).__name__ for record in batch.records) == ["AgentState", "CounterWindow", "QueueState"]
    assert not batch.problems
    assert b"Username: pulse\r\nSecret: open sesame" in server.asked[0]
    assert any(b"EventMask: agent" in asked for asked in server.asked)


async def test_each_poll_tells_each_queue_once(opened: Opened) -> None:
    connector = opened()
    await connector.poll()

    again = await connector.poll()

    assert [type(record).__name__ for record in again.records] == ["QueueState"]


async def test_empty_server_has_no_queues(server: FakeServer, opened: Opened) -> None:
    server.answers[b"QueueSummary"] = b"Event: QueueStatusComplete\r\n\r\nEvent: QueueSummaryComplete\r\n\r\n"

    assert list((await opened().poll()).records) == []


async def test_wrong_password_is_a_refused_source_that_does_not_tell_it(server: FakeServer, opened: Opened) -> None:
    server.answers[b"Login"] = REFUSED

    with pytest.raises(SourceRefused, match="login refused: Authentication failed") as refused:
        await opened().poll()

    assert "sesame" not in str(refused.value)


async def test_missing_right_is_a_refused_source(server: FakeServer, opened: Opened) -> None:
    server.answers[b"QueueStatus"] = b"Response: Error\r\nMessage: Permission denied\r\n\r\n"

    with pytest.raises(SourceRefused, match="Permission denied"):
        await opened().poll()


async def test_missing_secret_is_a_refused_source(opened: Opened) -> None:
    with pytest.raises(SourceRefused, match="file:nowhere"):
        await opened(secret="file:nowhere").poll()


async def test_silent_server_is_a_failed_source(server: FakeServer, opened: Opened) -> None:
    server.answers[b"QueueSummary"] = b""

    with pytest.raises(SourceFailed, match=r"no answer to QueueStatus within 0\.05 s"):
        await opened(answer_within="50ms").poll()


async def test_lost_connection_is_a_failed_source_and_the_next_poll_connects_again(server: FakeServer, opened: Opened) -> None:
    connector = opened()
    await connector.poll()
    server.writers[0].close()
    await server.writers[0].wait_closed()

    with pytest.raises(SourceFailed):
        await connector.poll()
    again = await connector.poll()

    assert any(isinstance(record, AgentState) for record in again.records)


async def test_nobody_listening_is_a_failed_source(server: FakeServer, opened: Opened) -> None:
    free = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()

    with pytest.raises(SourceFailed, match="no connection to"):
        await opened(port=port).poll()


async def test_events_between_polls_are_read_while_nobody_polls(server: FakeServer, opened: Opened) -> None:
    connector = opened(listen_only=True)
    join = b"Event: QueueCallerJoin\r\nQueue: support\r\nUniqueid: u2\r\n\r\n"
    await connector.hear(0)

    server.writers[0].write(STATUS + join * 3)
    await connector.hear(len(WELCOME + ACCEPTED + STATUS + join * 3))
    state = (await connector.poll()).records[0]

    assert isinstance(state, QueueState)
    assert state.waiting == 2
