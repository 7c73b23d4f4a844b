"""What is asked for, in as many questions as a database needs: long lists in parts, what lies close in time as one stretch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

_AT_ONCE = 400
T = TypeVar("T")
Span = tuple[int, int]
"""A stretch of time (epoch ms, the end is left out)."""


def parts(values: Sequence[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    """The values in their order, at most `size` at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def stretches(instants: Iterable[int], step: int) -> list[Span]:
    """The stretches that hold these instants: each lasts `step` at least, and those that are no further apart are in one.

    Rows of a stretch are found by the key, whatever the database believes of the table. By a list of instants they are not:
    PostgreSQL reads a table whole that grew since it last counted it, as all do in a back-fill.
    """
    return joined((at, at + step) for at in instants)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in their order, those that overlap or follow each other as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def in_both(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What lies in a stretch of both; the stretches of each are in their order, and apart."""
    found, one, other = [], 0, 0
    while one < len(some) and other < len(others):
        start, end = max(some[one][0], others[other][0]), min(some[one][1], others[other][1])
        if start < end:
            found.append((start, end))
        if some[one][1] <= others[other][1]:
            one += 1
        else:
            other += 1
    return found
