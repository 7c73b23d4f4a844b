"""What is wrong with a line that is no record of ours, in words for people.

In: the line and why it could not be read. Out: where in it, what was found and what is allowed. Of a line that is nearly a record only
the shape and the codes are told, as everywhere: what it holds may be somebody's.
"""

import re
from enum import StrEnum

import msgspec

from collectors.redact import quoted
from collectors.shown import OUR_CODES, visible
from pulse.kpi.records import AgentStateType, Channel, ContactEventType, RatingScale

NO_RECORD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading a line that is no record raises."""
_WORDS: dict[str, type[StrEnum]] = {"channel": Channel, "type": ContactEventType, "state": AgentStateType, "scale": RatingScale}
_KINDS = ("contact_event", "queue_state", "counter_window", "agent_state")
_SHAPES = {"int": "a whole number", "float": "a number", "str": "a text", "bool": "true or false", "object": "an object", "array": "a list"}
_AT = re.compile(r" - at (?:`key` in )?`\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `([^`|]*)(?: \| null)?`(?: (>=|<=) (\d+))?")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_INDEX = re.compile(r"\[[^]]*\]")
_MOST_CHARACTERS = 60


def fault_of(line: bytes, error: Exception) -> str:
    """What follows the number of the line: the field where it is known, what was found, what is allowed."""
    try:
        told = msgspec.json.decode(line)
    except NO_RECORD:
        return f": got {_broken(line)}, expected a record: one JSON object a line, in UTF-8"
    if not isinstance(told, dict):
        return f": got {quoted(line, _MOST_CHARACTERS)}, expected a record: one JSON object a line"
    said = str(error)
    at = _AT.search(said)
    field = at[1] if at else ""
    missing = _MISSING.match(said)
    if missing:
        return f", {'.'.join(part for part in (field, missing[1]) if part)}: is missing, expected {_allowed(missing[1], '')}"
    return f", {field}: got {_found(told, field)}, expected {_allowed(field, said)}"


def _broken(line: bytes) -> str:
    """A record that was cut is nearly one: it is told by its length."""
    if line.lstrip().startswith((b"{", b"[")):
        return f"{len(line):,} bytes that are no whole JSON"
    return quoted(line, _MOST_CHARACTERS)


def _found(told: object, field: str) -> str:
    for name in _INDEX.sub("", field).split("."):
        told = told.get(name) if isinstance(told, dict) else told
    return msgspec.json.encode(visible(told, OUR_CODES, field)).decode()[:_MOST_CHARACTERS]


def _allowed(field: str, said: str) -> str:
    name = field.rpartition(".")[2]
    if name == "record":
        return f"one of {', '.join(_KINDS)}"
    if name in _WORDS:
        return f"one of {', '.join(_WORDS[name])}"
    expected = _EXPECTED.match(said)
    if expected is None:
        return "what the records of `pulse simulate` have there"
    shape = _SHAPES.get(expected[1], expected[1])
    bound = {">=": "at least", "<=": "at most"}.get(expected[2] or "")
    return f"{shape} of {bound} {expected[3]}" if bound else shape
