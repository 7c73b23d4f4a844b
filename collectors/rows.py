"""Lines of a CSV or JSONL file to rows, and rows to records by the source's mapping.

In: lines as bytes, the first of a CSV part being its header. Out: records and problems by name; a quoted line break is out of scope.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from collectors.base import SHOWN_ROWS, SourceContext
from collectors.mapping import Mapper, MappingOptions
from collectors.redact import quoted
from collectors.tail import decoded
from pulse.kpi.records import Record

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class RowReader:
    """Reads the lines of one file through all its parts; `columns` is the header of the present one."""

    def __init__(self, options: MappingOptions, context: SourceContext, layout: "Layout", columns: Sequence[str] = ()) -> None:
        self.columns = tuple(columns) or layout.columns
        self.newest: list[Mapping[str, object]] = []
        """The last of the rows that were read at once."""
        self._mapper = Mapper(options, context, columns=layout.is_csv)
        self._context = context
        self._layout = layout

    @property
    def codes(self) -> frozenset[str]:
        """The keys of a row that hold words of a system."""
        return self._mapper.codes

    def read(self, lines: Sequence[bytes], first: bool, problems: Counter[str], numbers: Sequence[int] = ()) -> list[Record]:
        """The records of some lines; `first` says that a part begins with them, `numbers` where in the file they stand."""
        rows: dict[int, Mapping[str, object]] = {}
        for at, (number, line) in enumerate(zip(numbers or range(1, len(lines) + 1), lines, strict=True)):
            try:
                row = self._row(line, first and at == 0)
            except _Unreadable as fault:
                problems[fault.name] += 1
                self._note(fault, number, line)
                continue
            if row is not None:
                rows[number] = row
        self.newest = list(rows.values())[-SHOWN_ROWS:]
        return self._mapper.records(rows.values(), self._context.clock(), problems, list(rows))

    def _note(self, fault: "_Unreadable", number: int, line: bytes) -> None:
        if self._context.note is not None:
            self._context.note(fault.name, f"line {number}: got {quoted(line)}, expected {fault.allowed}")

    def _row(self, line: bytes, first: bool) -> Mapping[str, object] | None:
        text = decoded(line, self._layout.encoding)
        if text is None:
            raise _Unreadable("not_text", f"text in {self._layout.encoding}")
        text = text.removeprefix(_BOM)
        if not text.strip():
            return None
        return self._csv_row(text, first) if self._layout.is_csv else _json_row(text)

    def _csv_row(self, text: str, first: bool) -> Mapping[str, object] | None:
        try:
            values = next(csv.reader([text], delimiter=self._layout.delimiter, strict=True))
        except csv.Error as error:
            raise _Unreadable("bad_csv", f"values with {self._layout.delimiter} between them, quotes closed") from error
        if first and not self._layout.columns:
            self.columns = tuple(name.strip() for name in values)
            return None
        if not self.columns:
            raise _Unreadable("no_header", "a header first, or columns in the config")
        if len(values) != len(self.columns):
            raise _Unreadable("wrong_columns", f"{len(self.columns)} values: {', '.join(self.columns)}")
        return dict(zip(self.columns, values, strict=True))


class _Unreadable(ValueError):
    """A line that is no row: the name it is counted under, and what is allowed."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(f"{name}: expected {allowed}")
        self.name, self.allowed = name, allowed


class Layout(msgspec.Struct, frozen=True):
    """How a file is written; `columns` name those of a CSV without a header."""

    is_csv: bool
    encoding: str = "utf-8"
    delimiter: str = ","
    columns: tuple[str, ...] = ()


def _json_row(text: str) -> Mapping[str, object]:
    try:
        row = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _Unreadable("bad_json", "a JSON object") from error
    if not isinstance(row, dict):
        raise _Unreadable("not_an_object", "a JSON object")
    return row
