"""The Asterisk Manager Interface: who waits and who works now, asked at every poll and kept up to date by events between.

In: a TCP connection with the event class `agent`. Out: queue states, agent states and cumulative counters.
Where queue_log feeds the same queue, contacts come from the log; `ringing` lags CONNECT by up to a second.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import Field

from collectors.ami import Message, MessageReader, action
from collectors.ami_picture import Picture
from collectors.base import SHOWN_ROWS, Batch, Cursor, SourceContext, SourceFailed, SourceRefused
from collectors.redact import redact
from pulse.config import ConfigError, secret
from pulse.tables import Duration, SecretReference, Strict
from pulse.text import Text

TITLE = Text("Asterisk manager interface", "Asterisk 管理接口")
_READ_BYTES = 64 << 10
T = TypeVar("T")
_CODES = frozenset({"Event", "Queue", "Strategy", "Membership"})
_ANSWERS = frozenset({"QueueStatusComplete", "QueueSummaryComplete"})


class Options(Strict):
    """The connector's own keys."""

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(5038, ge=1, le=65535)
    user: str = Field(min_length=1, pattern=r"^[^\r\n]+$")
    secret: SecretReference | None = None
    """The password by reference; none is an empty one."""
    answer_within: Duration = 5.0
    """How long connecting, logging in and an answer may each take."""
    listen_only: bool = False
    """Never ask, only listen: for a server that is a recording."""


class AmiSession:
    """One connection: a task reads all the time, so the server's buffer never fills, and keeps the picture."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, picture: Picture, context: SourceContext) -> None:
        self.heard_bytes = 0
        self.messages = MessageReader()
        self.newest: deque[Message] = deque(maxlen=SHOWN_ROWS)
        self._reader = reader
        self._writer = writer
        self._picture = picture
        self._clock = context.clock
        self._news = asyncio.Condition()
        self._missing: frozenset[str] = frozenset()
        self._greeted = False
        self._responses = 0
        self._error: str | None = None
        self._ended = False
        self._task = asyncio.create_task(self._read())

    async def login(self, options: Options, password: str) -> None:
        """Returns once the server let us in; raises SourceRefused where it does not."""
        await self._until(lambda: self._greeted)
        self._writer.write(action("Login", Username=options.user, Secret=password, Events="agent"))
        await self._until(lambda: self._responses > 0)
        if self._error is not None:
            raise SourceRefused(f"login refused: {redact(self._error)}")
        if not options.listen_only:
            self._writer.write(action("Events", EventMask="agent"))

    async def ask(self) -> None:
        """Returns once the server has told the state of all queues."""
        self._missing, self._error = _ANSWERS, None
        self._writer.write(action("QueueStatus") + action("QueueSummary"))
        await self._writer.drain()
        await self._until(lambda: not self._missing or self._error is not None)
        if self._error is not None:
            raise SourceRefused(f"QueueStatus refused: {redact(self._error)}")

    async def hear(self, total_bytes: int) -> None:
        """Returns once so many bytes have come in all."""
        await self._until(lambda: self.heard_bytes >= total_bytes)

    def check(self) -> None:
        """Raises SourceFailed where the connection is lost."""
        if self._ended:
            raise SourceFailed("the connection was closed by the server")

    async def close(self) -> None:
        """Ends the reading and lets go of the socket."""
        self._task.cancel()
        self._writer.close()
        await asyncio.gather(self._task, self._writer.wait_closed(), return_exceptions=True)

    async def _until(self, reached: Callable[[], bool]) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self._ended or reached())
        if not reached():
            self.check()

    async def _read(self) -> None:
        try:
            while data := await self._reader.read(_READ_BYTES):
                self.heard_bytes += len(data)
                await self._hear(data)
        except OSError:
            pass
        finally:
            self._ended = True
            await self._tell()

    async def _hear(self, data: bytes) -> None:
        at = self._clock()
        for message in self.messages.feed(data):
            self._note(message)
            self._picture.apply(message, at)
        await self._tell()

    def _note(self, message: Message) -> None:
        self._greeted = self._greeted or "Greeting" in message
        if "Event" in message:
            self.newest.append(message)
        if "Response" in message:
            self._responses += 1
        if message.get("Response") == "Error":
            self._error = message.get("Message", "no reason given")
        self._missing -= {message.get("Event", "")}

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class AmiConnector:
    """One server, connected to at the first poll and again after each loss."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        self._options = options
        self._context = context
        self._picture = Picture(context, cursor)
        self._session: AmiSession | None = None

    async def poll(self) -> Batch:
        """The state of all queues, with the agents and counters that changed; raises SourceFailed or SourceRefused."""
        try:
            session = self._session or await self._connected()
            session.check()
            if not self._options.listen_only:
                await self._in_time(session.ask(), "no answer to QueueStatus")
        except (SourceFailed, OSError) as error:
            await self.close()
            raise error if isinstance(error, SourceFailed) else SourceFailed(f"connection lost: {error.strerror or error}") from error
        records = self._picture.records(self._context.clock())
        return Batch(records, self._picture.cursor(), self._problems(session), rows=tuple(session.newest), codes=_CODES)

    async def hear(self, total_bytes: int) -> None:
        """Connects where it is not and returns once so many bytes have come; a playback waits for it before it polls."""
        session = self._session or await self._connected()
        await self._in_time(session.hear(total_bytes), "the playback was not heard")

    async def close(self) -> None:
        """Ends the connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def _connected(self) -> AmiSession:
        password = self._password()
        opening = asyncio.open_connection(self._options.host, self._options.port)
        try:
            reader, writer = await self._in_time(opening, "no connection")
        except OSError as error:
            raise SourceFailed(f"no connection to {self._options.host}:{self._options.port}: {error.strerror or error}") from error
        self._picture.reconnected()
        self._session = AmiSession(reader, writer, self._picture, self._context)
        try:
            await self._in_time(self._session.login(self._options, password), "no answer to the login")
        except (SourceFailed, OSError):
            await self.close()
            raise
        return self._session

    async def _in_time(self, waiting: Awaitable[T], complaint: str) -> T:
        try:
            return await asyncio.wait_for(waiting, self._options.answer_within)
        except TimeoutError as error:
            raise SourceFailed(f"{complaint} within {self._options.answer_within:g} s") from error

    def _password(self) -> str:
        if self._options.secret is None:
            return ""
        try:
            return secret(self._options.secret, self._context.base_dir)
        except ConfigError as error:
            raise SourceRefused(str(error)) from error

    def _problems(self, session: AmiSession) -> Counter[str]:
        problems = session.messages.problems + self._picture.problems
        session.messages.problems.clear()
        self._picture.problems.clear()
        return problems


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> AmiConnector:
    """The connector to one server."""
    return AmiConnector(options, context, cursor)
