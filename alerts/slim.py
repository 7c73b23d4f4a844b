"""Reads recorded Boards without the windows a rule does not look at: most of a Board is windows, and most of reading is decoding them.

In: a rule, and Boards as JSON. Out: Boards with everything else. A rule that reaches for a window it was not given fails loudly.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec

from alerts.figures import WINDOWS
from alerts.ruleset import LoadedRule
from pulse.kpi.board import Board, Scope, UnreadableBoard


def windows_of(rule: LoadedRule) -> frozenset[str]:
    """The windows a rule reads: the one its options name, and those its file lists in READS."""
    named = getattr(rule.options, "window", None)
    return frozenset(getattr(rule.module, "READS", ())) | ({named} if named in WINDOWS else frozenset())


def slim_reader(windows: Iterable[str]) -> Callable[[bytes], Board]:
    """A reader of what `board_json` wrote that leaves out channels and all other windows;
    raises UnreadableBoard as the whole reader does.
    """
    left_out = set(WINDOWS) - set(windows)
    scope = msgspec.defstruct("SlimScope", _fields(Scope, left_out), frozen=True, kw_only=True, namespace={"titled": Scope.titled})
    scopes: Any = dict[str, scope]  # type: ignore[valid-type]
    known = [(name, scope) if name == "site" else field for field in _fields(Board, {"channels", "queues"}) for name in field[:1]]
    board = msgspec.defstruct("SlimBoard", [*known, ("queues", scopes, msgspec.field(default_factory=dict))], frozen=True, kw_only=True)
    decoder = msgspec.json.Decoder(board)

    def read(data: bytes) -> Board:
        try:
            return cast(Board, decoder.decode(data))
        except msgspec.MsgspecError as error:
            raise UnreadableBoard(str(error)) from error

    return read


def _fields(struct: type[msgspec.Struct], left_out: set[str]) -> list[Any]:
    return [
        (field.name, field.type) if field.required else (field.name, field.type, _default(field))
        for field in msgspec.structs.fields(struct)
        if field.name not in left_out
    ]


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return msgspec.field(default_factory=field.default_factory)
