"""What the address of a wall asks for: read once, every mistake said, and a wall shown whatever it says.

A wall hangs where nobody reads an error page: what cannot be understood is left out and named on the wall itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from dashboard.layout import Ready
from dashboard.reading import layout_for
from pulse.access import DEFAULT_LAYOUT

NIGHT = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A part of the address that is not understood; `allowed` is an example, or the values there are."""

    name: str
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The layout to show, and what of the address was left out."""

    layout: str
    wrong: tuple[Wrong, ...]

    @property
    def missing(self) -> str | None:
        """The layout that was asked for and is not there; None where the one that is shown is the right one."""
        return next((one.found for one in self.wrong if one.name == "layout"), None)


def asked(query: Mapping[str, str], layouts: Mapping[str, Ready]) -> Asked:
    """The layout by its name, else the one that is read on its screen from its distance, else the first; ValueError where there is none."""
    if not layouts:
        raise ValueError("got no layouts, expected at least one")
    name = query.get("layout") or _by_distance(query, layouts)
    wrong = [] if name in layouts else [Wrong("layout", name, _one_of(sorted(layouts)))]
    shown = name if name in layouts else _first(layouts)
    return Asked(shown, (*wrong, *_wrong_values(query, len(layouts[shown].layout.pages))))


def _one_of(values: Sequence[str]) -> str:
    return " | ".join(values)


def _by_distance(query: Mapping[str, str], layouts: Mapping[str, Ready]) -> str:
    if not all(_above_zero(query.get(name, "")) for name in ("screen", "distance")):
        return _first(layouts)
    return layout_for(layouts, float(query["screen"]), float(query["distance"]))


def _first(layouts: Mapping[str, Ready]) -> str:
    return DEFAULT_LAYOUT if DEFAULT_LAYOUT in layouts else next(iter(layouts))


def _wrong_values(query: Mapping[str, str], pages: int) -> list[Wrong]:
    rules: dict[str, tuple[Callable[[str], object], str]] = {
        "screen": (_above_zero, "55"),
        "distance": (_above_zero, "5"),
        "page": (lambda found: found in map(str, range(1, pages + 1)), _one_of([str(page) for page in range(1, pages + 1)])),
        "night": (NIGHT.fullmatch, "22:00-06:00"),
        "sound": (("on", "off").__contains__, _one_of(["on", "off"])),
        "palette": (("classic",).__contains__, "classic"),
    }
    given = ((name, query[name], rule) for name, rule in rules.items() if query.get(name))
    return [Wrong(name, found, allowed) for name, found, (holds, allowed) in given if not holds(found)]


def _above_zero(found: str) -> bool:
    try:
        return isfinite(float(found)) and float(found) > 0
    except ValueError:
        return False
