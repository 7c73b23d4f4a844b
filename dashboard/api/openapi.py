"""The description of the API (OpenAPI 3.1), made of the same table of routes that checks requests and forms answers.

In: operations and a language. Out: the document as plain values.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from dashboard.api.columns import Column, schema_of
from dashboard.api.operation import PREFIX, Operation
from dashboard.api.parameters import Choices, Parameter
from dashboard.api.problem import MEDIA_TYPE
from pulse.text import Language, Text

PATH = "/openapi.json"
VERSION = "1.0.0"
_REFERENCE = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": Text("A parameter is not what it may be, or more was asked for than one answer holds.", "参数不符合要求，或请求超出上限。"),
    "401": Text("No token was shown, or one that opens nothing.", "未出示令牌，或令牌无效。"),
    "403": Text("The token has not the scope that is needed.", "令牌缺少所需权限。"),
    "404": Text("There is nothing of that kind.", "没有所请求的内容。"),
    "429": Text("Too many requests; Retry-After says when to come again.", "请求过多；Retry-After 指明何时重试。"),
    "503": Text("The database does not answer.", "数据库无应答。"),
}
_SAYS = Text(
    "Read-only. A token of `pulse api-token create` is shown in the header `Authorization: Bearer`, never in the address. "
    "Instants are ISO 8601 in UTC, days are the site's own, durations seconds, ratios 0 to 1; null is unknown, 0 is zero.",
    "只读接口。令牌由 `pulse api-token create` 创建，须放在请求头 `Authorization: Bearer` 中，不得放入地址。"
    "时刻为 ISO 8601（UTC），日期按站点时区，时长单位为秒，比率为 0 至 1；null 表示未知，0 表示零。",
)
_SAME = Text("Not changed.", "未变化。")


def described(operations: Sequence[Operation], language: Language) -> dict[str, Any]:
    """The document in a language."""
    wholes = [one.whole for one in operations if one.whole is not None]
    _, structs = msgspec.json.schema_components(wholes, ref_template=_REFERENCE)
    structs = msgspec.json.decode(msgspec.json.encode(structs))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pulseboard", "version": VERSION, "description": _SAYS.in_(language)},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one, language)} for one in operations},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**structs, **{_row(one): _rows(one, language) for one in operations}, "Problem": _PROBLEM},
        },
    }


def _operation(one: Operation, language: Language) -> dict[str, Any]:
    needs = Text("any", "任意") if one.needs is None else Text(one.needs.value, one.needs.value)
    scope = Text(f"Scope: {needs.en}.", f"所需权限：{needs.zh}。")
    return {
        "operationId": one.name,
        "summary": one.says.in_(language),
        "description": scope.in_(language),
        "parameters": [
            *(_parameter(place, "path", language) for place in one.places),
            *(_parameter(given, "query", language) for given in one.query),
        ],
        "responses": {
            "200": _told(one, language),
            "304": {"description": _SAME.in_(language)},
            **_problems(language),
        },
    }


def _parameter(one: Parameter, place: str, language: Language) -> dict[str, Any]:
    schema = one.kind.schema()
    if one.default is not None:
        schema["default"] = _default(one)
    lists = {"style": "form", "explode": False} if isinstance(one.kind, Choices) else {}
    says = f"{one.says.in_(language)} {one.kind.allowed.in_(language)}"
    return {"name": one.name, "in": place, "required": place == "path" or one.is_required, "description": says, "schema": schema, **lists}


def _default(one: Parameter) -> Any:
    kind_of_value = one.kind.schema().get("type")
    written = one.default or ""
    if kind_of_value == "array":
        return written.split(",")
    return int(written) if kind_of_value == "integer" else written


def _told(one: Operation, language: Language) -> dict[str, Any]:
    name = one.whole.__name__ if one.whole else _row(one)
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(name=name)}}, "text/csv": {"schema": {"type": "string"}}}
    says = Text("A row a line in CSV, with the columns of the rows in JSON.", "CSV 每行一条，列与 JSON 的 rows 相同。")
    return {
        "description": says.in_(language),
        "headers": {"ETag": {"schema": {"type": "string"}}, **({"Link": {"schema": {"type": "string"}}} if one.has_pages else {})},
        "content": content,
    }


def _problems(language: Language) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}}
    return {status: {"description": says.in_(language), "content": content} for status, says in _PROBLEMS.items()}


def _row(one: Operation) -> str:
    return "".join(part.capitalize() for part in one.name.split("_")) + "Rows"


def _rows(one: Operation, language: Language) -> dict[str, Any]:
    facts = {column.name: schema_of(column, language) for column in one.facts}
    properties: dict[str, Any] = {**facts, "rows": {"type": "array", "items": _object(one.columns, language)}}
    if one.has_pages:
        says = Text("Where the next page begins; null where this is the last.", "下一页的起点；末页为 null。")
        properties["next"] = {"type": ["string", "null"], "description": says.in_(language)}
    return {"type": "object", "required": sorted(properties), "properties": properties, "additionalProperties": False}


def _object(columns: Sequence[Column], language: Language) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [one.name for one in columns if one.needs is None],
        "properties": {one.name: schema_of(one, language) for one in columns},
        "additionalProperties": False,
    }


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "found", "allowed"],
                "properties": {name: {"type": "string"} for name in ("where", "found", "allowed")},
            },
        },
    },
}
