"""A file of Pulseboard's own records, one JSON object a line: what `pulse simulate` writes and other programs can.

In: lines as `pulse.kpi.records` has them, packed (.gz) or not. Out: these records, under the source's own name and site; texts are
redacted once more, and a customer that is not a keyed hash yet becomes one.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from pydantic import Field

from collectors.base import Batch, Cursor, SourceContext
from collectors.record_faults import NO_RECORD, fault_of
from collectors.redact import customer_hash, redact
from collectors.replaying import instant_of
from collectors.tail import Chunk, Position, Tail, whole_lines
from pulse.kpi.records import ContactEvent, Record
from pulse.storable import storable_json
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("File of records", "记录文件")
_HASH = re.compile(r"[0-9a-f]{32}")
_decoder = msgspec.json.Decoder(Record)


class Options(Strict):
    """The connector's own keys."""

    path: str = Field(min_length=1)
    """The file, relative to the config's folder."""


class RecordsFile:
    """The file as it grows."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        self._tail = Tail(context.base_dir / options.path, Position.from_map(cursor["position"]) if cursor else None)
        self._context = context

    async def poll(self) -> Batch:
        """The records written since the last poll; raises SourceFailed where there is no file."""
        chunk = self._tail.read()
        return replace(_batch(chunk, self._context), cursor={"position": (self._tail.position or Position()).as_map()}, more=chunk.more)

    async def close(self) -> None:
        """Lets go of the file."""
        self._tail.close()


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> RecordsFile:
    """The tail of one file, from its cursor on."""
    return RecordsFile(options, context, cursor)


def read_recording(paths: Sequence[Path], _options: Options, context: SourceContext) -> Iterator[Batch]:
    """The records of whole files, in the order in which they are given."""
    for path in paths:
        for chunk in whole_lines(path):
            yield _batch(chunk, context)


def _batch(chunk: Chunk, context: SourceContext) -> Batch:
    problems, records = Counter(chunk.problems), []
    for at, line in enumerate(chunk.lines):
        try:
            records.append(_own(_decoder.decode(_plain(line)), context))
        except NO_RECORD as error:
            problems["not_a_record"] += 1
            if context.note is not None:
                number = chunk.numbers[at] if chunk.numbers else at + 1
                context.note("not_a_record", f"line {number}{fault_of(line, error)}")
    instants = [instant_of(record) for record in records]
    return Batch(records, problems=problems, oldest_at=min(instants, default=None), newest_at=max(instants, default=None))


def _plain(line: bytes) -> bytes:
    """The line without the mark some editors begin a file with, and without NULs."""
    plain = line.removeprefix(BOM_UTF8)
    return storable_json(plain.decode(errors="surrogateescape")).encode(errors="surrogateescape") if rb"\u0000" in plain else plain


def _own(record: Record, context: SourceContext) -> Record:
    known = {"site": context.site, "source": context.source}
    if not isinstance(record, ContactEvent):
        return msgspec.structs.replace(record, **known)
    text, customer = record.text, record.customer
    if customer is not None and not _HASH.fullmatch(customer):
        customer = customer_hash(customer, context.site_key)
    return msgspec.structs.replace(record, **known, text=None if text is None else redact(text), customer=customer)
