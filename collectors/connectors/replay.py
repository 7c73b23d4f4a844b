"""A recording performed again against the real connector, every instant moved by one offset: the first line happens at the start.

In: a recorded queue log, CSV or JSONL file, or manager session. Out: what its connector tells, in present time.
At a speed other than 1 everything between two events shrinks or grows, but the durations a record carries stay as recorded.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from collectors.ami_playback import AmiPlayback
from collectors.base import Batch, Cursor, SourceContext
from collectors.connectors import asterisk_ami, asterisk_queue_log, file_tail
from collectors.performance import AmiPerformance, LogPerformance, Performance, script_of, transcript
from collectors.queue_log import parsed
from collectors.replaying import Timeline, instant_of
from collectors.rows import RowReader
from collectors.tail import decoded
from pulse.config import faults_of
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Replayed recording", "录制回放")
_PLACE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "asterisk_queue_log": {"path": "recording"},
        "file_tail": {"path": "recording"},
        "asterisk_ami": {"user": "replay", "listen_only": True},
    }
)
"""What the performance itself tells the connector."""
_KINDS = MappingProxyType({"asterisk_queue_log": asterisk_queue_log, "file_tail": file_tail, "asterisk_ami": asterisk_ami})


class Options(Strict):
    """The connector's own keys."""

    of: Literal["asterisk_queue_log", "asterisk_ami", "file_tail"]
    """The connector that reads the performance."""
    path: str = Field(min_length=1)
    """The recording, relative to the config's folder; it may be packed."""
    speed: float = Field(1.0, gt=0, le=10_000)
    options: Mapping[str, Any] = {}
    """Further keys of that connector."""

    @model_validator(mode="after")
    def _inner_options(self) -> Self:
        try:
            self.inner()
        except ValidationError as error:
            raise ValueError("; ".join(str(fault) for fault in faults_of(error, "options"))) from error
        return self

    def inner(self, **place: Any) -> Any:
        """The options of the connector that reads the performance."""
        return _KINDS[self.of].Options.model_validate({**self.options, **_PLACE[self.of], **place})


class Replay:
    """One performance; its start is in the cursor, so that a restart goes on in the same time."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        self._options = options
        self._context = context
        self._start: int | None = (cursor or {}).get("start")
        self._inner: Cursor | None = (cursor or {}).get("inner")
        self._performance: Performance | None = None
        self._timeline: Timeline | None = None

    async def poll(self) -> Batch:
        """What has happened since the last poll; `ended` after the last line. Raises SourceFailed where there is no recording."""
        performance, timeline = await self._begun()
        batch = await performance.poll(self._recorded_now())
        self._inner = batch.cursor or self._inner
        return replace(
            batch,
            records=[timeline.moved(record) for record in batch.records],
            cursor={"start": timeline.start, "inner": self._inner},
            oldest_at=None if batch.oldest_at is None else timeline.performed(batch.oldest_at),
            newest_at=None if batch.newest_at is None else timeline.performed(batch.newest_at),
        )

    async def close(self) -> None:
        """Ends the performance."""
        if self._performance is not None:
            await self._performance.close()

    async def _begun(self) -> tuple[Performance, Timeline]:
        if self._performance is None or self._timeline is None:
            self._performance = await self._staged()
            now = self._context.clock()
            start = now - now % 1000 if self._start is None else self._start
            self._timeline = Timeline(self._performance.first_at, start, self._options.speed)
        return self._performance, self._timeline

    def _recorded_now(self) -> int:
        """The clock of the performance, which the inner connector lives by."""
        now = self._context.clock()
        return now if self._timeline is None else self._timeline.recorded(now)

    async def _staged(self) -> Performance:
        context = replace(self._context, clock=self._recorded_now)
        if self._options.of == "asterisk_ami":
            return await self._staged_session(context)
        recording = self._context.base_dir / self._options.path
        grown = self._context.data_dir / f"replay-{self._context.source}.log"
        script = script_of(recording, self._line_instant(context))
        connector = _KINDS[self._options.of].connect(self._options.inner(path=str(grown.absolute())), context, self._inner)
        return LogPerformance(script, grown, connector)

    async def _staged_session(self, context: SourceContext) -> Performance:
        playback = AmiPlayback(await transcript(self._context.base_dir / self._options.path))
        options = self._options.inner(host="127.0.0.1", port=await playback.start())
        return AmiPerformance(playback, options, context, self._inner)

    def _line_instant(self, context: SourceContext) -> Any:
        if self._options.of == "asterisk_queue_log":
            return _queue_log_instant
        options = self._options.inner()
        reader = RowReader(options, context, options.layout)

        def instant(line: bytes, number: int) -> int | None:
            records = reader.read([line], number == 0, Counter())
            return instant_of(records[0]) if records else None

        return instant


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> Replay:
    """The performance of one recording."""
    return Replay(options, context, cursor)


def _queue_log_instant(raw: bytes, _number: int) -> int | None:
    line = parsed(decoded(raw) or "")
    return line.at if line else None
