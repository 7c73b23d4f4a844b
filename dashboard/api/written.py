"""What is sent: rows as JSON or CSV, with a mark by which who has it already is told so.

In: an operation's answer. Out: a response. A text that a spreadsheet would take for a formula is made a text.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dashboard.answers import liked
from dashboard.api.columns import Column, Form, Row, as_json, instant
from dashboard.api.operation import CSV, Answer, Operation
from pulse.written import harmless

_CSV_TYPE = "text/csv"
_MARK_SIGNS = 32


def response_of(request: Request, operation: Operation, answer: Answer, columns: tuple[Column, ...]) -> Response:
    """The answer in the form that was asked for; 304 where it is what the asker has."""
    is_csv = wants_csv(request)
    body = as_csv(answer.rows, columns) if is_csv else _as_json(operation, answer, columns)
    mark = f'"{sha256(body).hexdigest()[:_MARK_SIGNS]}"'
    headers = {"ETag": mark, "Cache-Control": f"private, max-age={answer.lasts_s}", "Vary": "Accept, Authorization", **answer.headers}
    if answer.next_cursor is not None:
        headers["Link"] = f'<{request.url.include_query_params(cursor=answer.next_cursor)}>; rel="next"'
    if mark in _marks(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if is_csv:
        headers["Content-Disposition"] = f'attachment; filename="{operation.name}.csv"'
    return Response(body, media_type=f"{_CSV_TYPE}; charset=utf-8" if is_csv else "application/json", headers=headers)


def wants_csv(request: Request) -> bool:
    """Whether CSV was asked for: in the address, else by the header."""
    asked = request.query_params.get("format")
    if asked is not None:
        return asked == CSV
    known = (tag for tag in liked(request.headers.get("accept", "")) if tag in (_CSV_TYPE, "application/json", "*/*"))
    return next(known, None) == _CSV_TYPE


def as_csv(rows: Iterable[Row], columns: Sequence[Column]) -> bytes:
    """A line of names and a line a row; what is unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(cells(row, columns) for row in rows)
    return out.getvalue().encode()


def cells(row: Row, columns: Sequence[Column]) -> list[str]:
    """The cells of a line."""
    return [_cell(row[column.name], column.form) for column in columns]


def _cell(value: Any, form: Form) -> str:
    if value is None:
        return ""
    if form is Form.INSTANT:
        return instant(value) or ""
    if form is Form.TRUTH:
        return "true" if value else "false"
    if form in (Form.WHOLE, Form.NUMBER):
        return repr(value)
    return harmless(msgspec.json.encode(value).decode() if form is Form.TREE else str(value))


def _as_json(operation: Operation, answer: Answer, columns: tuple[Column, ...]) -> bytes:
    if answer.body is not None:
        return answer.body
    told: dict[str, Any] = {**as_json(answer.facts, operation.facts), "rows": [as_json(row, columns) for row in answer.rows]}
    if operation.has_pages:
        told["next"] = answer.next_cursor
    return msgspec.json.encode(told)


def _marks(header: str) -> set[str]:
    return {mark.strip().removeprefix("W/") for mark in header.split(",")}
