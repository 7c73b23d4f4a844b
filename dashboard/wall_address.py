"""What the address of a wall asks for: read once, every mistake said, and a wall shown whatever it says.

A wall hangs where nobody reads an error page: what cannot be understood is left out and named on the wall itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor

from dashboard.address import Wrong, one_of
from dashboard.layout import Ready
from dashboard.reading import farthest_m, layout_for
from pulse.access import DEFAULT_LAYOUT
from pulse.text import Language

_SIZE = re.compile(r"\d{1,4}(\.\d{1,3})?")
_NIGHT = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_OTHERS = frozenset({"at", "layout", "token", "embed", "embed_options"})
"""What an address may hold besides: read elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The layout to show and how, and what of the address was left out."""

    layout: str
    page: int | None
    """The one page to show, counted from 0; None lets them take turns."""
    night: str | None
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
    wrong = [] if name in layouts else [Wrong("layout", name, one_of(sorted(layouts)))]
    shown = name if name in layouts else _first(layouts)
    wrong += _wrong_values(query, len(layouts[shown].layout.pages)) or _too_far(query, layouts[shown])
    given = {key: value for key, value in query.items() if value and all(key != one.name for one in wrong)}
    return Asked(layout=shown, page=int(given["page"]) - 1 if "page" in given else None, night=given.get("night"), wrong=tuple(wrong))


def _by_distance(query: Mapping[str, str], layouts: Mapping[str, Ready]) -> str:
    if not all(_is_size(query.get(name, "")) for name in ("screen", "distance")):
        return _first(layouts)
    return layout_for(layouts, float(query["screen"]), float(query["distance"]))


def _too_far(query: Mapping[str, str], shown: Ready) -> list[Wrong]:
    """That the layout cannot be read from there, and from how far it can."""
    if not all(_is_size(query.get(name, "")) for name in ("screen", "distance")):
        return []
    most_m = farthest_m(shown.layout.smallest, float(query["screen"]))
    return [Wrong("distance", query["distance"], f"≤ {floor(most_m * 10) / 10:g}")] if float(query["distance"]) > most_m else []


def _first(layouts: Mapping[str, Ready]) -> str:
    return DEFAULT_LAYOUT if DEFAULT_LAYOUT in layouts else next(iter(layouts))


def _wrong_values(query: Mapping[str, str], pages: int) -> list[Wrong]:
    rules = _rules(pages)
    names = one_of(sorted({*rules, *_OTHERS}))
    unknown = [Wrong(name, found, names) for name, found in query.items() if name not in rules and name not in _OTHERS]
    wrong = [Wrong(name, query[name], allowed) for name, (holds, allowed) in rules.items() if query.get(name) and not holds(query[name])]
    # Of screen and distance one alone says nothing.
    pair = {"screen", "distance"}
    alone = [Wrong(name, "", rules[name][1]) for name in sorted(pair) if not query.get(name) and query.get(*(pair - {name}))]
    return [*wrong, *alone, *unknown]


def _rules(pages: int) -> dict[str, tuple[Callable[[str], object], str]]:
    """What may stand in each part of an address, and how that is said."""
    numbers, sounds, palettes, languages = [str(page) for page in range(1, pages + 1)], ["on", "off"], ["classic"], list(Language)
    return {
        "screen": (_is_size, "10–200"),
        "distance": (_is_size, "0.5–30"),
        "page": (numbers.__contains__, one_of(numbers)),
        "night": (_NIGHT.fullmatch, "HH:MM-HH:MM"),
        "sound": (sounds.__contains__, one_of(sounds)),
        "palette": (palettes.__contains__, one_of(palettes)),
        "lang": (languages.__contains__, one_of(languages)),
    }


def _is_size(found: str) -> bool:
    return bool(_SIZE.fullmatch(found)) and float(found) > 0
