"""Asterisk's queue_log, followed as it grows or read whole: what happened to each contact.

In: the log and its rotated parts. Out: contact events. Agents stay unknown: the log does not name static members.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import Field

from collectors.base import SHOWN_ROWS, Batch, Cursor, SourceContext
from collectors.queue_log import QueueLogParser, QueueLogState, parsed
from collectors.tail import Position, Tail, decoded, whole_lines
from pulse.kpi.records import RatingScale, Record
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Asterisk queue log", "Asterisk 队列日志")
_CODES = frozenset({"queue", "event"})
_NEVER = float("inf")


class Options(Strict):
    """The connector's own keys."""

    path: str = Field(min_length=1)
    """The log, relative to the config's folder."""
    ratings: Mapping[str, RatingScale] = {}
    """Own events written by QueueLog() that carry a rating first in their data, such as { CSAT = "csat_5" }."""


class QueueLogTail:
    """The log as it grows."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        stored = cursor or {}
        position = Position.from_map(stored["position"]) if stored else None
        state = QueueLogState.from_map(stored["state"]) if stored else None
        self._tail = Tail(context.base_dir / options.path, position)
        self._parser = QueueLogParser(context, options.ratings, state)

    async def poll(self) -> Batch:
        """The contact events written since the last poll; raises SourceFailed where there is no log."""
        chunk = self._tail.read()
        problems = Counter(chunk.problems)
        records = self._parser.read(chunk.lines, problems)
        return replace(
            _batch(records, self._parser, problems), cursor=self._cursor(), more=chunk.more, rows=_rows(chunk.lines), codes=_CODES
        )

    async def close(self) -> None:
        """Lets go of the file."""
        self._tail.close()

    def _cursor(self) -> Cursor:
        position = self._tail.position or Position()
        return {"position": position.as_map(), "state": self._parser.state.as_map()}


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> QueueLogTail:
    """The tail of one log, from its cursor on; without one from the beginning of the present file."""
    return QueueLogTail(options, context, cursor)


def read_recording(paths: Sequence[Path], options: Options, context: SourceContext) -> Iterator[Batch]:
    """The contact events of whole recorded parts, oldest part first whatever their names; packed ones may be among them."""
    parser = QueueLogParser(context, options.ratings)
    for path in sorted(paths, key=first_instant):
        for chunk in whole_lines(path):
            problems = Counter(chunk.problems)
            records = parser.read(chunk.lines, problems, chunk.numbers)
            yield _batch(records, parser, problems)


def first_instant(path: Path) -> float:
    """The instant (epoch ms) of the first readable line of a part; infinity where there is none."""
    for chunk in whole_lines(path):
        for raw in chunk.lines:
            line = parsed(decoded(raw) or "")
            if line is not None:
                return line.at
    return _NEVER


def _rows(lines: Sequence[bytes]) -> list[object]:
    texts = [decoded(raw) or "" for raw in lines[-SHOWN_ROWS:]]
    return [asdict(line) if (line := parsed(text)) else {"line": text} for text in texts]


def _batch(records: Sequence[Record], parser: QueueLogParser, problems: Counter[str]) -> Batch:
    return Batch(records, problems=problems, oldest_at=parser.oldest_at, newest_at=parser.newest_at)
