"""What a wall's component is told once, when it is built: its layout, the other layouts, words, and where its streams are."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from dashboard.address import Wrong
from dashboard.layout import Grid, Page, Ready, Tile
from dashboard.scope import SITE
from dashboard.theme import CAP_RATIO, SIZES
from dashboard.wall_address import Asked
from dashboard.walls import build_of
from dashboard.words import WALL_TABLES, component_words
from pulse.i18n import words
from pulse.text import Language

_MOST_FOUND = 40


def wall_data(layouts: dict[str, Ready], wish: Asked, language: Language, build: str) -> dict[str, Any]:
    """The constant data of a wall that shows what its address asked for."""
    name = wish.layout
    return {
        "stream": f"/api/stream?layout={name}",
        "snapshot": _snapshot(name),
        "beat": "/api/screens",
        "language": language.value,
        "words": component_words(language, WALL_TABLES),
        "build": build_of(build, layouts[name]),
        "layout": _layout(layouts[name], language),
        "layouts": [_choice(one, language) for one in sorted(layouts.values(), key=lambda one: one.layout.smallest)],
        "cap_ratio": CAP_RATIO,
        "page": wish.page,
        "night": wish.night,
        "wrong": _said(wish.wrong, language),
        "missing": _snapshot(wish.missing) if wish.missing else None,
        "past": None,
    }


def past_data(layout: str, at: str, language: Language) -> dict[str, Any]:
    """What a wall at a past minute is told otherwise: where its minutes come from, with which one it begins, and what it calls them."""
    tables, said = component_words(language, WALL_TABLES), words(language)
    then = {"now": said["wall.then"], "minutes_ago": said["wall.minutes_before"]}
    source = f"/api/past?{urlencode({'layout': layout, 'lang': language.value})}"
    return {"past": {"source": source, "at": at}, "words": {**tables, "wall": {**tables["wall"], **then}}}


def _snapshot(layout: str) -> str:
    return f"/api/snapshot?{urlencode({'layout': layout})}"


def _said(wrong: Iterable[Wrong], language: Language) -> str:
    """The mistakes in words, empty where there is none; what was found is cut, for it may be anything."""
    said = words(language)
    template = said["setup.wrong_value"]
    faults = [template.format(name=one.name[:_MOST_FOUND], found=one.found[:_MOST_FOUND], allowed=one.allowed) for one in wrong]
    return said["setup.wrong"].format(faults=" · ".join(faults)) if faults else ""


def _layout(ready: Ready, language: Language) -> dict[str, Any]:
    return {
        **_choice(ready, language),
        "scale": ready.layout.scale,
        "size_text": SIZES["text"],
        "pinned_page": ready.layout.pinned_page,
        "pages": [_page(page) for page in ready.layout.pages],
        "tiles": {
            name: {"kind": tile.kind, "title": _title(tile, language), "options": tile.options.model_dump(mode="json")}
            for name, tile in ready.tiles.items()
        },
    }


def _title(tile: Tile, language: Language) -> str:
    """What a tile is called; one of a part of the site names it."""
    title, scope = tile.module.TITLE.in_(language), getattr(tile.options, "scope", SITE)
    kind, _, name = scope.partition(":")
    if kind == "channel":
        return f"{title} · {words(language)[f'channel.{name}']}"
    return f"{title} · {name}" if kind == "queue" else title


def _choice(ready: Ready, language: Language) -> dict[str, Any]:
    return {"name": ready.name, "title": ready.layout.title.text.in_(language), "smallest": ready.layout.smallest}


def _page(page: Page) -> dict[str, Any]:
    grids = page.grids
    in_order = dict.fromkeys(name for grid in grids.values() for row in grid.cells for name in row if name in grid.tiles)
    return {"seconds": page.seconds, "tiles": list(in_order), "grids": {shape: _grid(grid) for shape, grid in grids.items()}}


def _grid(grid: Grid) -> dict[str, Any]:
    return {"columns": grid.columns, "rows": grid.rows, "areas": grid.cells}
