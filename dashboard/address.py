"""What of a page's address is not understood: where it stands, what was found, what is allowed.

In: the parts of an address. Out: `Wrong`, of which the page says each and shows what it can without it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MOST_ALLOWED, MOST_NEAR = 12, 5
"""More allowed words than these nobody reads: of longer lists the nearest few are told."""
_NEAR_RATIO = 0.4
_EVERYWHERE = frozenset({"lang", "embed", "embed_options"})
"""What the address of any page may hold."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A part of the address that is not understood; `allowed` is an example, or the values there are."""

    name: str
    found: str
    allowed: str


def one_of(values: Iterable[str]) -> str:
    """Values of which one may stand there."""
    return " | ".join(values)


def nearest(found: str, values: Iterable[str]) -> str:
    """Which values may stand there: all of a few, of many those that look most like what was found."""
    known = list(values)
    if len(known) <= MOST_ALLOWED:
        return one_of(known)
    return one_of([*(get_close_matches(found, known, MOST_NEAR, _NEAR_RATIO) or known[:MOST_NEAR]), "…"])


def wrong_words(parts: Mapping[str, str], words: Mapping[str, Iterable[str]]) -> list[Wrong]:
    """The parts that may hold one of some words each, and hold another; an empty one holds nothing."""
    allowed = {name: list(values) for name, values in words.items()}
    return [Wrong(name, parts[name], nearest(parts[name], of)) for name, of in allowed.items() if parts.get(name) and parts[name] not in of]


def unknown_names(parts: Mapping[str, str], known: Sequence[str], *more: str) -> list[Wrong]:
    """The parts that no such page has; what it has besides the known ones, `more`, nobody writes by hand."""
    return [Wrong(name, found, nearest(name, known)) for name, found in parts.items() if name not in {*known, *more, *_EVERYWHERE}]
