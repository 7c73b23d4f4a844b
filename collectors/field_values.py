"""What one value of a source means: text to numbers, instants and words of a record's field.

In: a value as JSON or CSV gave it, with its unit. Out: the value in our units, None where it is empty; BadValue where it cannot be read.
"""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from pulse.kpi.records import LAST_INSTANT, Rating
from pulse.storable import storable

Unit = Literal["s", "ms", "min", "epoch_s", "epoch_ms", "iso"]
_IN_SECONDS: Mapping[Unit, float] = {"s": 1.0, "ms": 0.001, "min": 60.0}
_IN_MS: Mapping[Unit, float] = {"epoch_s": 1000.0, "epoch_ms": 1.0}
_INSTANTS: tuple[Unit, ...] = ("iso", "epoch_s", "epoch_ms")
_INSTANT_FIELDS = frozenset({"at", "received_at", "start", "end", "due_at"})
_CLOCKS_APART_MS = 60_000
"""So far the clock of a source may be ahead of ours."""
_GREATEST = 2.0**53
"""Up to here a number that came as a text is what was written."""


class BadValue(ValueError):
    """A value that is not what the field needs; `name` is the problem it is counted under."""

    def __init__(self, name: str, found: object, allowed: str) -> None:
        self.name = name
        self.found = f'"{found}"'[:60] if isinstance(found, str) else f"{found!r}"[:60]
        self.allowed = allowed
        super().__init__(f"got {self.found}, expected {allowed}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field of a record holds."""

    type: type
    needed: bool
    is_map: bool = False
    key: Callable[[str], Any] = str
    units: tuple[Unit, ...] = ()

    def takes_key(self, key: str) -> bool:
        """Whether a key of a table fits: answered_within wants seconds."""
        try:
            self.key(key)
        except ValueError:
            return False
        return True


def target_fields(record: type[msgspec.Struct]) -> Mapping[str, Kind]:
    """The fields of a record by name."""
    return {field.name: _kind(field) for field in msgspec.structs.fields(record)}


def read_value(found: object, kind: Kind, unit: Unit | None, pattern: str | None, zone: str, now: int) -> object:
    """The value in our unit; None for null and empty text. A duration given as an instant is the time since it, at `now`."""
    if found is None or (isinstance(found, str) and not found.strip()):
        return None
    if kind.units == _INSTANTS:
        return _instant(found, unit or "iso", pattern, zone)
    if kind.units:
        return _duration(found, unit or "s", pattern, zone, now)
    if issubclass(kind.type, StrEnum):
        return _word(found, kind.type)
    if kind.type is str:
        return _text(found)
    if kind.type is tuple:
        return tuple(_text(part) for part in (found if isinstance(found, list) else [found]))
    if kind.type is bool:
        return _yes_or_no(found)
    return _number(found) if kind.type is float else _whole(found)


def _kind(field: msgspec.structs.FieldInfo) -> Kind:
    hints = [hint for hint in _members(field.type) if hint is not type(None)]
    hint = hints[0]
    if field.name in _INSTANT_FIELDS:
        return Kind(int, field.required, units=_INSTANTS)
    if get_origin(hint) is dict:
        key, value = get_args(hint)
        return Kind(value, False, is_map=True, key=key)
    if get_origin(hint) is tuple:
        return Kind(tuple, field.required)
    if field.name.endswith("_s"):
        return Kind(float, field.required, units=("s", "ms", "min", *_INSTANTS))
    return Kind(float if hint is Rating else hint, field.required)


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _text(found: object) -> str:
    if isinstance(found, dict | list):
        raise BadValue("not_text", found, "a text")
    return storable(str(found)).strip()


def _yes_or_no(found: object) -> bool:
    answer = {"true": True, "1": True, "false": False, "0": False}.get(str(found).lower())
    if answer is None:
        raise BadValue("bad_truth", found, "true or false")
    return answer


def _number(found: object) -> float:
    try:
        value = float(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) < _GREATEST:
        raise BadValue("bad_number", found, "a number")
    return value


def _whole(found: object) -> int:
    value = _number(found)
    if value != int(value):
        raise BadValue("bad_number", found, "a whole number")
    return int(value)


def _word(found: object, words: type[StrEnum]) -> StrEnum:
    try:
        return words(str(found))
    except ValueError as error:
        raise BadValue("unknown_value", found, f"one of {', '.join(words)}, or an enum that maps to one") from error


def _duration(found: object, unit: Unit, pattern: str | None, zone: str, now: int) -> float:
    if unit in _IN_SECONDS:
        lasted = _number(found) * _IN_SECONDS[unit]
        if lasted < 0:
            raise BadValue("negative", found, "a duration of 0 or more")
        return lasted
    return (now - _instant(found, unit, pattern, zone, now)) / 1000


def _instant(found: object, unit: Unit, pattern: str | None, zone: str, until: int | None = None) -> int:
    at = round(_number(found) * _IN_MS[unit]) if unit in _IN_MS else _written_instant(found, pattern, zone, until)
    if not 0 <= at <= LAST_INSTANT:
        raise BadValue("bad_instant", found, "an instant from 1970 to 2199; is it in another unit, epoch_s or epoch_ms?")
    return at


def _written_instant(found: object, pattern: str | None, zone: str, until: int | None) -> int:
    try:
        text = str(found).strip()
        local = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text.replace("/", "-"))  # noqa: DTZ007
        return _epoch_ms(local) if local.tzinfo else _by_the_clock(local, ZoneInfo(zone), until)
    except (ValueError, OverflowError) as error:
        raise BadValue("bad_instant", found, f"an instant like {pattern or '2026-11-23T08:00:00+08:00'}") from error


def _by_the_clock(local: datetime, zone: ZoneInfo, until: int | None) -> int:
    """Of a time that the clocks show twice the first instant, so that a row read again is the same event.

    What is only ever read once, such as since when somebody waits, is as late as it can be `until` then: an hour more would call people.
    """
    first, again = (_epoch_ms(local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    return again if until is not None and first < again <= until + _CLOCKS_APART_MS else first


def _epoch_ms(known: datetime) -> int:
    return round(known.astimezone(UTC).timestamp() * 1000)
