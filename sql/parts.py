"""Long lists in parts, as much as a database takes in one question."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_AT_ONCE = 400
T = TypeVar("T")


def parts(values: Sequence[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    """The values in their order, at most `size` at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
