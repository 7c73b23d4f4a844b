"""What is told where a request cannot be answered: problem details (RFC 9457), with where, found and allowed of every fault at once.

In: faults. Out: an exception that carries them, and the answer it becomes, in the language of who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

from dashboard.answers import NO_STORE
from pulse.text import Language, Text

MEDIA_TYPE = "application/problem+json"
_KIND = "urn:pulseboard:problem:"
_MOST_FOUND = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request."""

    where: str
    found: str | Text
    allowed: Text

    def found_in(self, language: Language) -> str:
        """What was found, cut where it is long."""
        return (self.found.in_(language) if isinstance(self.found, Text) else self.found)[:_MOST_FOUND]


class Problem(Exception):
    """A request that is not answered, and why."""

    def __init__(self, status: int, kind: str, title: Text, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None) -> None:
        super().__init__(title.en)
        self.status, self.kind, self.title = status, kind, title
        self.faults, self.headers = tuple(faults), dict(headers or {})


def unfit(*faults: Fault) -> Problem:
    """What was asked for is not what can be."""
    return Problem(400, "parameter", Text("A parameter is not what it may be.", "参数不符合要求。"), faults)


def nothing_there(fault: Fault) -> Problem:
    """What was asked for is not there."""
    return Problem(404, "nothing-there", Text("There is nothing of that kind.", "没有所请求的内容。"), [fault])


def too_much(fault: Fault) -> Problem:
    """More was asked for than one answer holds."""
    return Problem(400, "too-much", Text("That is more than one answer holds.", "请求超出单次回答的上限。"), [fault])


def response_of(problem: Problem, language: Language) -> Response:
    """The answer."""
    told: dict[str, Any] = {
        "type": f"{_KIND}{problem.kind}",
        "title": problem.title.in_(language),
        "status": problem.status,
        "errors": [_error(fault, language) for fault in problem.faults],
    }
    if problem.faults:
        told["detail"] = "\n".join(_line(fault, language) for fault in problem.faults)
    headers = {**NO_STORE, "Content-Language": language.value, "Vary": "Accept-Language", **problem.headers}
    return Response(msgspec.json.encode(told), problem.status, media_type=MEDIA_TYPE, headers=headers)


def _error(fault: Fault, language: Language) -> dict[str, str]:
    return {"where": fault.where, "found": fault.found_in(language), "allowed": fault.allowed.in_(language)}


def _line(fault: Fault, language: Language) -> str:
    found = fault.found_in(language)
    if language is Language.ZH:
        return f"{fault.where}：收到 {found}，应为 {fault.allowed.zh}"
    return f"{fault.where}: got {found}, expected {fault.allowed.en}"
