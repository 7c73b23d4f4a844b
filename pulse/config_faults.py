"""Every fault of a config at once: what a fault of one table would hide of the others is looked for as well.

In: tables as a file has them, and what else must be right about a config. Out: faults, each once, in the order of their places.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pulse.config import Config, Fault, faults_of, validated

_ROUNDS = 8
"""A table without what was wrong in it may show what was not looked at before; so often it is looked at again."""
_BETWEEN = re.compile(r"\.|: |, ")
"""What stands between the parts of a place."""
_Way = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class _AsFar:
    """A config without the keys that are wrong: None where nothing is left to read."""

    config: Config | None
    faults: tuple[Fault, ...]
    lost: tuple[_Way, ...]

    def hides(self, fault: Fault) -> bool:
        """Whether a fault would not be there if what was left out were right."""
        names = {way[-1] for way in self.lost}
        tables = {way[0] for way in self.lost if len(way) == 1}
        if any(f'got "{name}"' in fault.message for name in names) or any(f"[{name}]" in fault.message for name in tables):
            return True
        return any(_is_at(fault.where, known.where) for known in self.faults)


def every_fault(written: Mapping[str, Any], path: Path, check: Callable[[Config], list[Fault]]) -> list[Fault]:
    """The faults of the tables and, of all that can be read of them, those `check` finds; empty where there is none."""
    read = _read(written, path)
    further = check(read.config) if read.config is not None else []
    return in_order([*read.faults, *(fault for fault in further if not read.hides(fault))])


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Each fault once, by its place."""
    return sorted(dict.fromkeys(faults), key=lambda fault: _BETWEEN.split(fault.where))


def _read(written: Mapping[str, Any], path: Path) -> _AsFar:
    left = deepcopy(dict(written))
    known = _AsFar(None, (), ())
    for _ in range(_ROUNDS):
        try:
            config = validated(left, path, written)
        except ValidationError as error:
            new = [fault for fault in faults_of(error, path.name) if not _comes_of(fault, known)]
            ways = [_way(left, item["loc"]) for item in error.errors()]
            known = _AsFar(None, (*known.faults, *new), (*known.lost, *ways))
            if not all(ways):
                return known
            _leave_out(left, ways)
        else:
            return _AsFar(config, known.faults, known.lost)
    return known


def _comes_of(fault: Fault, known: _AsFar) -> bool:
    """Whether it is the leaving out that made it: of a key that was left out, or of the table it was left out of."""
    return known.hides(fault) or any(_is_at(one.where, fault.where) for one in known.faults)


def _is_at(where: str, place: str) -> bool:
    return where == place or where.startswith(f"{place}.")


def _way(tables: Any, location: _Way) -> _Way:
    """The part of a location that is in the file: the place of a missing key is its table."""
    found: list[int | str] = []
    for part in location:
        if not _holds(tables, part):
            break
        tables = tables[part]
        found.append(part)
    return tuple(found)


def _holds(inside: Any, part: int | str) -> bool:
    return part in inside if isinstance(inside, dict) else isinstance(inside, list) and isinstance(part, int) and part < len(inside)


def _leave_out(tables: dict[str, Any], ways: Sequence[_Way]) -> None:
    # From behind: what stands after an element that goes would have another number.
    for way in reversed(ways):
        if _way(tables, way) != way:
            continue
        inside: Any = tables
        for part in way[:-1]:
            inside = inside[part]
        del inside[way[-1]]
