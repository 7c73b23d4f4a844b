"""Texts that every database can hold: PostgreSQL has no place for a NUL, and beside it two names would be kept for one.

In: a text, or JSON that was written of one. Out: the same with a sign in its place that says that something stood there.
"""

import re

_NUL, _REPLACED = "\0", "\ufffd"
_ESCAPED = r"\u0000"
_NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def storable(text: str) -> str:
    """The text without NULs."""
    return text.replace(_NUL, _REPLACED)


def storable_json(written: str) -> str:
    """JSON whose texts are without NULs."""
    return _NUL_IN_JSON.sub(rf"\1{_REPLACED}", written) if _ESCAPED in written else written
