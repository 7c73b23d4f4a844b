"""Files of rows: Parquet with typed columns, CSV, or a line of JSON a row; written some thousand rows at a time, and whole or not at all.

In: columns and rows, one after the other. Out: a file that takes its name only once it is finished.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.api.columns import Column, Form, Row, as_json
from dashboard.api.written import cells
from pulse.runtime.whole_file import written_whole

_ROWS_AT_ONCE = 10_000
_TYPES: Mapping[Form, pa.DataType] = {
    Form.TEXT: pa.string(),
    Form.WHOLE: pa.int64(),
    Form.NUMBER: pa.float64(),
    Form.TRUTH: pa.bool_(),
    Form.INSTANT: pa.timestamp("ms", tz="UTC"),
    Form.DAY: pa.date32(),
    Form.TREE: pa.string(),
}
_VALUES: Mapping[Form, Callable[[Any], Any]] = {
    Form.NUMBER: float,
    Form.DAY: date.fromisoformat,
    Form.TREE: lambda tree: msgspec.json.encode(tree).decode(),
}


def write_rows(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Writes the file in the form its name ends in; how many rows it has. Raises KeyError for another ending, OSError."""
    counted = _Counted(rows)
    with written_whole(path) as part:
        FORMS[path.suffix](part, columns, counted)
    return counted.count


class _Counted:
    """Rows, and how many went by."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.count, self._rows = 0, rows

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _parquet(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    schema = pa.schema([pa.field(one.name, _TYPES[one.form], metadata={"description": one.says.en}) for one in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        coming = iter(rows)
        while some := list(islice(coming, _ROWS_AT_ONCE)):
            arrays = [pa.array([_value(row[one.name], one.form) for row in some], _TYPES[one.form]) for one in columns]
            file.write_batch(pa.record_batch(arrays, schema=schema))


def _csv(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow([one.name for one in columns])
        out.writerows(cells(row, columns) for row in rows)


def _lines(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    with path.open("wb") as file:
        file.writelines(msgspec.json.encode(as_json(row, tuple(columns))) + b"\n" for row in rows)


FORMS: Mapping[str, Callable[[Path, Sequence[Column], Iterable[Row]], None]] = {".parquet": _parquet, ".csv": _csv, ".jsonl": _lines}
"""By the ending of a file's name."""


def _value(value: Any, form: Form) -> Any:
    return value if value is None or form not in _VALUES else _VALUES[form](value)
