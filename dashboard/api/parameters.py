"""What a request may carry in its address: each parameter reads, checks and describes itself, so that what is described is what is checked.

In: the texts of an address. Out: values by name, or every fault at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from dashboard.api.problem import Fault, unfit
from pulse.instant import DAY_OR_FORM, FORM, PATTERN, UnclearInstant, day_or_instant, instant
from pulse.text import Text, itself

_DAY = re.compile(r"2\d{3}-\d\d-\d\d")
_INSTANT: Mapping[str, Any] = {"type": "string", "pattern": PATTERN}
_LONGEST_WORD = 200
_MOST_DIGITS = 9
NO_TOKENS = frozenset({"token", "access_token", "api_key", "key"})
"""Names under which people try to send a token in an address, where logs and proxies would keep it."""


class Kind(Protocol):
    """What the value of a parameter may be."""

    @property
    def allowed(self) -> Text:
        """The same in words."""

    def read(self, written: str, zone: ZoneInfo) -> Any:
        """The value of a text; raises ValueError where it is none."""

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    of: tuple[str, ...]

    @property
    def allowed(self) -> Text:
        """The words."""
        return Text(f"one of {', '.join(self.of)}", f"{'、'.join(self.of)} 之一")

    def read(self, written: str, _zone: ZoneInfo) -> str:
        """The word; raises ValueError for another one."""
        if written not in self.of:
            raise ValueError(written)
        return written

    def schema(self) -> dict[str, Any]:
        """The words."""
        return {"type": "string", "enum": list(self.of)}


@dataclass(frozen=True, slots=True)
class Choices:
    """Some of some words, with commas between them, each once."""

    of: tuple[str, ...]

    @property
    def allowed(self) -> Text:
        """The words."""
        listed = ", ".join(self.of)
        return Text(f"some of {listed}, with commas between", f"以下若干项，以逗号分隔：{listed}")

    def read(self, written: str, _zone: ZoneInfo) -> tuple[str, ...]:
        """The words in the order given; raises ValueError that names the one that is none."""
        names = tuple(dict.fromkeys(written.split(",")))
        for name in names:
            if name not in self.of:
                raise ValueError(name)
        return names

    def schema(self) -> dict[str, Any]:
        """The list."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.of)}, "minItems": 1}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int
    most: int

    @property
    def allowed(self) -> Text:
        """The range."""
        return Text(f"a whole number from {self.least} to {self.most}", f"{self.least} 到 {self.most} 之间的整数")

    def read(self, written: str, _zone: ZoneInfo) -> int:
        """The number; raises ValueError."""
        is_number = written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS
        if not is_number or not self.least <= int(written) <= self.most:
            raise ValueError(written)
        return int(written)

    def schema(self) -> dict[str, Any]:
        """The range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Word:
    """A name, as the site has it."""

    @property
    def allowed(self) -> Text:
        """How long."""
        return Text(f"1 to {_LONGEST_WORD} signs", f"1 至 {_LONGEST_WORD} 个字符")

    def read(self, written: str, _zone: ZoneInfo) -> str:
        """The name; raises ValueError."""
        if not 1 <= len(written) <= _LONGEST_WORD:
            raise ValueError(written)
        return written

    def schema(self) -> dict[str, Any]:
        """How long."""
        return {"type": "string", "minLength": 1, "maxLength": _LONGEST_WORD}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the site."""

    @property
    def allowed(self) -> Text:
        """An example."""
        return Text("a day such as 2026-11-20", "日期，例如 2026-11-20")

    def read(self, written: str, _zone: ZoneInfo) -> str:
        """The day as it was written; raises ValueError where the calendar has none of that name."""
        if not _DAY.fullmatch(written):
            raise ValueError(written)
        return date.fromisoformat(written).isoformat()

    def schema(self) -> dict[str, Any]:
        """A date."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant, by the site's clock or any other."""

    @property
    def allowed(self) -> Text:
        """Examples."""
        return FORM

    def read(self, written: str, zone: ZoneInfo) -> int:
        """The instant (epoch ms); raises UnclearInstant."""
        return instant(written, zone)

    def schema(self) -> dict[str, Any]:
        """How it is written."""
        return dict(_INSTANT)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, or a day of the site, which stands for its first instant so many days later."""

    days_later: int = 0

    @property
    def allowed(self) -> Text:
        """Examples of both."""
        return DAY_OR_FORM

    def read(self, written: str, zone: ZoneInfo) -> int:
        """The instant (epoch ms); raises UnclearInstant."""
        return day_or_instant(written, zone, days_later=self.days_later)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [{"type": "string", "format": "date"}, dict(_INSTANT)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an address."""

    name: str
    kind: Kind
    says: Text
    default: str | None = None
    is_required: bool = False


@dataclass(slots=True)
class Reading:
    """What was read of one address, and what was wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def take(self, parameter: Parameter, written: str, zone: ZoneInfo) -> None:
        """Reads one parameter."""
        try:
            self.values[parameter.name] = parameter.kind.read(written, zone)
        except ValueError as error:
            self.faults.append(fault_of(parameter.name, parameter.kind, written, error))


def fault_of(where: str, kind: Kind, written: str, error: ValueError) -> Fault:
    """What is wrong with a text that a kind could not read, as the error tells it."""
    if isinstance(error, UnclearInstant):
        return Fault(where, error.found, error.allowed)
    return Fault(where, f'"{error if isinstance(kind, Choices) else written}"', kind.allowed)


def read_query(parameters: Sequence[Parameter], query: QueryParams, zone: ZoneInfo) -> dict[str, Any]:
    """The values by name, None for what is neither given nor has a default; raises a Problem with every fault."""
    reading = Reading(values={one.name: None for one in parameters})
    known: Mapping[str, Parameter] = {one.name: one for one in parameters}
    for name in query:
        if name not in known:
            reading.faults.append(_unknown(name, known))
    for name, parameter in known.items():
        given = query.getlist(name)
        if len(given) > 1:
            reading.faults.append(Fault(name, Text(f"{len(given)} times", f"{len(given)} 次"), Text("once", "一次")))
        elif given or parameter.default is not None:
            reading.take(parameter, given[0] if given else parameter.default or "", zone)
        elif parameter.is_required:
            reading.faults.append(Fault(name, Text("nothing", "空"), parameter.kind.allowed))
    if reading.faults:
        raise unfit(*reading.faults)
    return reading.values


def _unknown(name: str, known: Mapping[str, Parameter]) -> Fault:
    if name.lower() in NO_TOKENS:
        # The text itself is not told: an answer may be logged as addresses are.
        return Fault(name, Text("a token in the address", "地址中的令牌"), itself("Authorization: Bearer"))
    return Fault(f'"{name[:40]}"', Text("a parameter that is not known", "未知参数"), itself(", ".join(known)))
