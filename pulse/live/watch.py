"""The heart: reads records, folds them, publishes one Board per tick for everybody, and keeps checkpoints.

A checkpoint holds state, stream position, history rows and event ids in one transaction, and the stream is trimmed
only below it: a crash between any two steps repeats or goes on, and never counts twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from pulse.clock import Clock
from pulse.kpi.agents import PersonTime
from pulse.kpi.board import Board, board_json, encode_board
from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.records import ContactEvent, Record, UnreadableRecords, decode
from pulse.live.boards import Boards
from pulse.live.ingest import healths
from pulse.live.publish import Publisher

CHANGED_EVERY_MS = 100
IDLE_EVERY_MS = 1000
LOOK_EVERY_MS = 200
"""What people did is looked for so often at least, however long the next Board is away."""
_CHECKPOINT_EVERY_MS = 2000
_CHECKPOINT_SHARE = 20
"""A checkpoint may take a twentieth of the time at most: after a slow one the next waits longer."""
_READ_COUNT = 100
_SETTLE_EVERY = 5
"""After so many batches windows are settled: a back-fill of days would else stand in memory second by second."""
_REMEMBERED_HOURS = 50


class Memory(Protocol):
    """What the watch needs of history; runtime hands it in."""

    def load(self) -> tuple[str, bytes] | None:
        """Stream id and state of the last checkpoint."""

    def seen_ids(self, since_hour: int) -> Iterable[tuple[int, list[str]]]:
        """Event ids seen before, by hour."""

    def commit(
        self,
        *,
        stream_id: str,
        at: int,
        state: bytes,
        seen: Mapping[int, Sequence[str]],
        rows: Sequence[IntervalRow | PersonTime],
        told: Sequence[ContactEvent],
    ) -> None:
        """Keeps a checkpoint in one transaction."""

    def record_board(self, at: int, board: bytes) -> None:
        """Keeps the Board of one minute, as JSON."""


@dataclass(slots=True)
class Due:
    """When what was done last (epoch ms)."""

    published_at: int = 0
    committed_at: int = 0
    commit_took_ms: int = 0
    recorded_minute: int = 0


class Watch:
    """Folds one site; `turn` is called for ever."""

    def __init__(self, publisher: Publisher, boards: Boards, memory: Memory, clock: Clock) -> None:
        self._publisher = publisher
        self._client = publisher.client
        self._keys = publisher.keys
        self._fold = boards.fold
        self._boards = boards
        self._memory = memory
        self._clock = clock
        self._due = Due()
        self._read_id = "0-0"
        self._committed_id = "0-0"
        self._changed = False
        self.on_board: list[Callable[[Board], None]] = []
        """Called with each Board once it is published."""
        self.on_records: list[Callable[[str | None, Sequence[Record]], None]] = []
        """Called with the mark of each batch, None for a real one, and its records."""
        self.on_look: list[Callable[[], None]] = []
        """Called many times a second, before the Board that may be due."""

    def restore(self) -> None:
        """Goes on from the last checkpoint, if there is one; raises UnreadableState."""
        stored = self._memory.load()
        if stored is None:
            self._fold.roll(self._clock())
            return
        self._read_id, state = stored
        self._committed_id = self._read_id
        self._fold.restore(state)
        for hour, event_ids in self._memory.seen_ids(self._clock() // HOUR_MS - _REMEMBERED_HOURS):
            self._fold.remember(hour, event_ids)

    def turn(self) -> None:
        """Waits a moment for records, then does what is due; raises Fenced, and redis errors while Redis is away."""
        self._read(min(LOOK_EVERY_MS, self._wait_ms(self._clock())))
        for look in self.on_look:
            look()
        now = self._clock()
        if self._wait_ms(now) <= 0:
            self._publish(now)
        if self._checkpoint_is_due(now):
            self.checkpoint(now)

    def checkpoint(self, now: int) -> None:
        """Keeps all that was read so far, then lets go of it in the stream; where history fails, nothing is let go."""
        if self._committed_id == self._read_id and not self._fold.has_rows:
            return
        began = self._clock()
        fold = self._fold
        rows, seen, told, times = fold.take_rows(), fold.take_seen(), fold.take_told(), fold.people.take_times()
        try:
            self._memory.commit(stream_id=self._read_id, at=now, state=fold.dump(), seen=seen, rows=[*rows, *times], told=told)
        except Exception:
            fold.give_back(rows, seen, told)
            fold.people.give_back(times)
            raise
        finally:
            self._due.committed_at = self._clock()
            self._due.commit_took_ms = self._due.committed_at - began
        self._committed_id = self._read_id
        self._client.xtrim(self._keys.records, minid=self._read_id, approximate=False)

    def _read(self, wait_ms: int) -> None:
        answer: Any = self._client.xread({self._keys.records: self._read_id}, count=_READ_COUNT, block=max(1, wait_ms))
        for _, entries in answer or ():
            for number, (entry_id, fields) in enumerate(entries, 1):
                self._changed = self._take(fields) or self._changed
                self._read_id = entry_id.decode()
                if number % _SETTLE_EVERY == 0:
                    self._fold.roll(self._clock())

    def _take(self, fields: Mapping[bytes, bytes]) -> bool:
        """Folds a batch; whether the Board may have changed by it. Those of a drill never reach this fold."""
        mark = fields[b"drill"].decode() if b"drill" in fields else None
        try:
            records = decode(fields[b"records"])
        except (UnreadableRecords, KeyError) as error:
            self._fold.unreadable += mark is None
            structlog.get_logger().error("unreadable_batch", source=fields.get(b"source", b"?").decode(), error=str(error))
            return mark is None
        if mark is None:
            self._fold.fold(records)
        for take in self.on_records:
            take(mark, records)
        return mark is None

    def _wait_ms(self, now: int) -> int:
        every_ms = CHANGED_EVERY_MS if self._changed else IDLE_EVERY_MS
        return min(every_ms, self._due.published_at + every_ms - now)

    def _publish(self, now: int) -> None:
        told: Any = self._client.hgetall(self._keys.sources)
        board = self._boards.at(now, healths(told))
        self._publisher.keep(self._keys.board, encode_board(board))
        self._due.published_at, self._changed = now, False
        for call in self.on_board:
            call(board)
        if now // MINUTE_MS != self._due.recorded_minute:
            self._memory.record_board(now // MINUTE_MS * MINUTE_MS, board_json(board))
            self._due.recorded_minute = now // MINUTE_MS

    def _checkpoint_is_due(self, now: int) -> bool:
        pause_ms = max(_CHECKPOINT_EVERY_MS, self._due.commit_took_ms * _CHECKPOINT_SHARE)
        return now - self._due.committed_at >= pause_ms
