"""Lines of a CSV or JSONL file to rows, and rows to records by the source's mapping.

In: lines as bytes, the first of a CSV part being its header. Out: records and problems by name; a quoted line break is out of scope.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from collectors.base import SHOWN_ROWS, SourceContext
from collectors.mapping import Mapper, MappingOptions
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
        self._clock = context.clock
        self._layout = layout

    @property
    def codes(self) -> frozenset[str]:
        """The keys of a row that hold words of a system."""
        return self._mapper.codes

    def read(self, lines: Sequence[bytes], first: bool, problems: Counter[str]) -> list[Record]:
        """The records of some lines; `first` says that a part begins with them."""
        rows: list[Mapping[str, object]] = []
        for number, line in enumerate(lines):
            row = self._row(line, first and number == 0, problems)
            if row is not None:
                rows.append(row)
        self.newest = rows[-SHOWN_ROWS:]
        return self._mapper.records(rows, self._clock(), problems)

    def _row(self, line: bytes, first: bool, problems: Counter[str]) -> Mapping[str, object] | None:
        text = decoded(line, self._layout.encoding)
        if text is None:
            problems["not_text"] += 1
            return None
        text = text.removeprefix(_BOM)
        if not text.strip():
            return None
        return self._csv_row(text, first, problems) if self._layout.is_csv else _json_row(text, problems)

    def _csv_row(self, text: str, first: bool, problems: Counter[str]) -> Mapping[str, object] | None:
        try:
            values = next(csv.reader([text], delimiter=self._layout.delimiter, strict=True))
        except csv.Error:
            problems["bad_csv"] += 1
            return None
        if first and not self._layout.columns:
            self.columns = tuple(name.strip() for name in values)
            return None
        if len(values) != len(self.columns):
            problems["wrong_columns" if self.columns else "no_header"] += 1
            return None
        return dict(zip(self.columns, values, strict=True))


class Layout(msgspec.Struct, frozen=True):
    """How a file is written; `columns` name those of a CSV without a header."""

    is_csv: bool
    encoding: str = "utf-8"
    delimiter: str = ","
    columns: tuple[str, ...] = ()


def _json_row(text: str, problems: Counter[str]) -> Mapping[str, object] | None:
    try:
        row = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        problems["bad_json"] += 1
        return None
    if not isinstance(row, dict):
        problems["not_an_object"] += 1
        return None
    return row
