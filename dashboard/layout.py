"""What a wall shows: pages of tiles on a grid, as people write it in a layout file.

In: the TOML text of a layout. Out: a checked `Layout`, or one ConfigError that lists every fault.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from types import ModuleType
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from dashboard.theme import SIZES
from pulse.config import ConfigError, Fault, faults_of
from pulse.names import Names
from pulse.plugins import UnknownKind, load
from pulse.tables import Duration, Plugin, Strict

TILES = "dashboard.tiles"
MOST_TILES = 8
"""More on one page is not read in a glance."""
LEAST_PAGE_S = 2
"""A page that turns sooner cannot be read, and flickers."""
_EMPTY = "."
_Fraction = Annotated[float, Field(gt=0, le=1000)]
LAYOUT_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


class Grid(Strict):
    """Where the tiles of a page are: shares of the width and the height, and a row of tile names for each row."""

    columns: tuple[_Fraction, ...]
    rows: tuple[_Fraction, ...]
    areas: tuple[str, ...]

    @cached_property
    def cells(self) -> list[list[str]]:
        """The tile name of each cell, row by row."""
        return [row.split() for row in self.areas]

    @property
    def tiles(self) -> set[str]:
        """The names of the tiles on it."""
        return {name for row in self.cells for name in row} - {_EMPTY}

    @model_validator(mode="after")
    def _fits(self) -> "Grid":
        if len(self.cells) != len(self.rows):
            raise ValueError(f"got {len(self.cells)} areas, expected one for each of the {len(self.rows)} rows")
        for row in self.areas:
            if len(row.split()) != len(self.columns):
                raise ValueError(f'areas: got "{row}", expected {len(self.columns)} names, one for each column')
        torn = sorted(name for name in self.tiles if not _is_rectangle(self.cells, name))
        if torn:
            raise ValueError(f"areas: {', '.join(torn)} must be a rectangle")
        if len(self.tiles) > MOST_TILES:
            raise ValueError(f"got {len(self.tiles)} tiles, expected {MOST_TILES} at most")
        return self


def _long_enough(seconds: float) -> float:
    if seconds < LEAST_PAGE_S:
        raise ValueError(f"got {seconds:g} seconds, expected {LEAST_PAGE_S}s or more")
    return seconds


class Page(Grid):
    """One page of a wall; screens that stand upright or are very wide may have a grid of their own."""

    seconds: Annotated[Duration, AfterValidator(_long_enough)] = 25.0
    portrait: Grid | None = None
    wide: Grid | None = None

    @property
    def grids(self) -> dict[str, Grid]:
        """The grids by the shape of the screen."""
        given = {"landscape": self, "portrait": self.portrait, "wide": self.wide}
        return {shape: grid for shape, grid in given.items() if grid is not None}


class Layout(Strict):
    """A whole layout."""

    title: Names
    scale: float = Field(1.0, ge=0.5, le=6)
    """How much larger everything is than on a screen one looks at from nearby."""
    tiles: Mapping[str, Plugin]
    pages: tuple[Page, ...] = Field(min_length=1)

    @property
    def smallest(self) -> float:
        """The smallest type on it, in hundredths of the screen's height."""
        return self.scale * SIZES["small"]

    @property
    def pinned_page(self) -> int:
        """The page that stays while an alert of level I stands: the first that shows alerts."""
        return next((number for number, page in enumerate(self.pages) if self._shows_alerts(page)), 0)

    def _shows_alerts(self, page: Page) -> bool:
        return any(self.tiles[name].kind == "alerts" for name in page.tiles)

    @model_validator(mode="after")
    def _names_its_tiles(self) -> "Layout":
        for number, page in enumerate(self.pages):
            unknown = sorted(set().union(*(grid.tiles for grid in page.grids.values())) - self.tiles.keys())
            if unknown:
                raise ValueError(f"pages.{number}.areas: got {', '.join(unknown)}, expected one of {', '.join(self.tiles)}")
        return self


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of a layout, ready to draw: its kind's module and its checked options."""

    kind: str
    module: ModuleType
    options: Any


@dataclass(frozen=True, slots=True)
class Ready:
    """A layout with its tiles."""

    name: str
    layout: Layout
    tiles: Mapping[str, Tile]
    text: str = ""
    """As it was written."""

    @property
    def mark(self) -> str:
        """A short mark of the text: a wall loads anew when it changes."""
        return sha256(self.text.encode()).hexdigest()[:8]


def check_name(name: str) -> str:
    """Where a layout of that name stands; raises ConfigError where no layout may be called so."""
    where = f"layouts/{name:.60}.toml"
    if not LAYOUT_NAME.fullmatch(name):
        raise ConfigError([Fault(where=where, message=f'got the name "{name:.60}", expected small letters, digits and _')])
    return where


def ready(name: str, text: str) -> Ready:
    """The layout of a TOML text; raises ConfigError with all its faults."""
    where = check_name(name)
    try:
        layout = Layout.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Fault(where=where, message=str(error))]) from error
    except ValidationError as error:
        raise ConfigError(faults_of(error, where)) from error
    return Ready(name, layout, _tiles(layout, where), text)


@cache
def shipped() -> Mapping[str, Ready]:
    """The layouts that come with the product, by name."""
    found = (entry for entry in files("dashboard").joinpath("layouts").iterdir() if entry.name.endswith(".toml"))
    layouts = {entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8") for entry in found}
    return {name: ready(name, text) for name, text in sorted(layouts.items())}


def _tiles(layout: Layout, where: str) -> dict[str, Tile]:
    tiles, faults = {}, []
    for name, written in layout.tiles.items():
        place = f"{where}, tiles.{name}"
        try:
            module = load(TILES, written.kind)
            tiles[name] = Tile(written.kind, module, module.Options.model_validate(written.options))
        except UnknownKind as error:
            faults.append(Fault(where=f"{place}.kind", message=str(error)))
        except ValidationError as error:
            faults.extend(faults_of(error, place))
    if faults:
        raise ConfigError(faults)
    return tiles


def _is_rectangle(cells: list[list[str]], name: str) -> bool:
    places = [(row, column) for row, names in enumerate(cells) for column, cell in enumerate(names) if cell == name]
    rows, columns = {row for row, _ in places}, {column for _, column in places}
    return len(places) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
