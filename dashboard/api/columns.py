"""The columns of what is told in rows: one table for JSON, CSV, the description of the routes, and exported files.

In: rows by name, as history has them. Out: what stands in JSON and in a cell; instants are epoch ms before and ISO 8601 in UTC after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pulse.api_token import ApiScope
from pulse.text import Text

Row = Mapping[str, Any]


class Form(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    INSTANT = "instant"
    DAY = "day"
    TREE = "tree"
    """A list or a map: JSON in a cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; where it needs a scope, it is left out for a token that has none of it."""

    name: str
    form: Form
    says: Text
    needs: ApiScope | None = None


def as_json(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    """The row as JSON has it; None is null."""
    return {one.name: instant(row[one.name]) if one.form is Form.INSTANT else row[one.name] for one in columns}


def instant(at: int | None) -> str | None:
    """An instant (epoch ms) as ISO 8601 in UTC."""
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_TYPES: Mapping[Form, dict[str, Any]] = {
    Form.TEXT: {"type": ["string", "null"]},
    Form.WHOLE: {"type": ["integer", "null"]},
    Form.NUMBER: {"type": ["number", "null"]},
    Form.TRUTH: {"type": ["boolean", "null"]},
    Form.INSTANT: {"type": ["string", "null"], "format": "date-time"},
    Form.DAY: {"type": ["string", "null"], "format": "date"},
    Form.TREE: {"type": ["array", "object", "null"]},
}


def schema_of(column: Column, language: str) -> dict[str, Any]:
    """The JSON Schema of a column."""
    return {**_TYPES[column.form], "description": column.says.in_(language)}
