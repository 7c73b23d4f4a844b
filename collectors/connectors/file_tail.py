"""A CSV or JSONL file, followed as it grows or read whole, mapped to any of the four records.

In: the file and its rotated parts, in UTF-8 or GB18030, with or without a byte order mark. Out: records as `fields` maps them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from collectors.base import Batch, Cursor, SourceContext
from collectors.mapping import MappingOptions, path_faults
from collectors.replaying import instant_of
from collectors.rows import Layout, RowReader
from collectors.tail import Position, Tail, whole_lines
from pulse.kpi.records import Record
from pulse.text import Text

TITLE = Text("Growing file", "持续写入的文件")


class Options(MappingOptions):
    """The connector's own keys, beside `into` and `fields`."""

    path: str = Field(min_length=1)
    """The file, relative to the config's folder."""
    format: Literal["jsonl", "csv"]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: str = Field(",", min_length=1, max_length=1)
    columns: tuple[str, ...] = ()
    """The columns of a CSV that has no header."""

    @model_validator(mode="after")
    def _readable_paths(self) -> Self:
        faults = path_faults(self) if self.format == "jsonl" else []
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def layout(self) -> Layout:
        """How the file is written."""
        return Layout(self.format == "csv", self.encoding, self.delimiter, self.columns)


class FileTail:
    """The file as it grows."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        stored = cursor or {}
        self._tail = Tail(context.base_dir / options.path, Position.from_map(stored["position"]) if stored else None)
        self._reader = RowReader(options, context, options.layout, stored.get("columns", ()))

    async def poll(self) -> Batch:
        """The records written since the last poll; raises SourceFailed where there is no file."""
        chunk = self._tail.read()
        problems = Counter(chunk.problems)
        records = self._reader.read(chunk.lines, chunk.first, problems)
        position = self._tail.position or Position()
        cursor = {"position": position.as_map(), "columns": list(self._reader.columns)}
        oldest_at, newest_at = _span(records)
        return Batch(
            records,
            cursor,
            problems,
            chunk.more,
            rows=self._reader.newest,
            codes=self._reader.codes,
            oldest_at=oldest_at,
            newest_at=newest_at,
        )

    async def close(self) -> None:
        """Lets go of the file."""
        self._tail.close()


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> FileTail:
    """The tail of one file, from its cursor on; without one from its beginning."""
    return FileTail(options, context, cursor)


def read_recording(paths: Sequence[Path], options: Options, context: SourceContext) -> Iterator[Batch]:
    """The records of whole files, the one that begins earliest first; packed ones may be among them."""
    for path in sorted(paths, key=lambda path: _first_instant(path, options, context)):
        yield from _batches(path, options, context)


def _batches(path: Path, options: Options, context: SourceContext) -> Iterator[Batch]:
    reader = RowReader(options, context, options.layout)
    for chunk in whole_lines(path):
        problems = Counter(chunk.problems)
        records = reader.read(chunk.lines, chunk.first, problems, chunk.numbers)
        oldest_at, newest_at = _span(records)
        yield Batch(records, problems=problems, oldest_at=oldest_at, newest_at=newest_at)


def _first_instant(path: Path, options: Options, context: SourceContext) -> float:
    for batch in _batches(path, options, context):
        if batch.records:
            return instant_of(batch.records[0])
    return float("inf")


def _span(records: Sequence[Record]) -> tuple[int | None, int | None]:
    instants = [instant_of(record) for record in records]
    return min(instants, default=None), max(instants, default=None)
