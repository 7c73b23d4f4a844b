"""What a wall receives: one small frame per Board, the same bytes for every screen of a layout.

In: the picture of the moment and a layout. Out: a `WallFrame`, about 5 kB as JSON: what is around the tiles, and each tile's part.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from dashboard.layout import Ready
from dashboard.picture import Picture, short, titles
from dashboard.status import Status, rank, source_status
from dashboard.tiles.hero import site_verdict
from dashboard.trend import Series
from pulse.kpi.board import Board, SourceHealth

SOURCES = 5
"""How many sources the truth strip shows; what is left out is counted."""


class SourceAge(msgspec.Struct, frozen=True, kw_only=True):
    """How old one source is at the Board's instant: what the source held back, and what collecting added."""

    name: str
    condition: str
    status: Status
    source_lag_s: float | None
    collect_lag_s: float | None
    completeness: float | None
    problems: int
    """Lines or rows that could not be read, or said something unknown, since its collector started."""
    replayed: bool


class WallFrame(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a wall draws."""

    seq: int
    at: int
    sent: int
    accepted: int | None
    """When the newest record in it was received (epoch ms)."""
    build: str
    site: dict[str, str]
    zone: str
    demo: bool
    verdict: Status
    pinned: bool
    """An alert of level I stands: the screen stays on the page that shows alerts."""
    sounds: list[tuple[int, int]]
    """Level and number of the alerts that nobody owns yet: of each level the newest, gravest level first."""
    tiles: dict[str, Any]
    """The part of each tile by its name in the layout."""
    alerts_at: int | None
    sources: list[SourceAge]
    more_sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a frame says of itself; `build` marks the screens' code and the layout."""

    seq: int = 0
    sent: int = 0
    build: str = ""


def wall_frame(picture: Picture, layout: Ready, stamp: Stamp) -> WallFrame:
    """The frame of a layout."""
    board = picture.board
    sources = sorted((_source_age(health, board.at) for health in board.sources.values()), key=lambda age: (-rank(age.status), age.name))
    return WallFrame(
        seq=stamp.seq,
        at=board.at,
        sent=stamp.sent,
        accepted=accepted_at(board),
        build=stamp.build,
        site=titles(board.site),
        zone=board.zone,
        demo=board.demo,
        verdict=site_verdict(picture),
        pinned=picture.alerts.is_pinned,
        sounds=list(picture.alerts.sounds),
        tiles={name: tile.module.frame(picture, tile.options) for name, tile in layout.tiles.items()},
        alerts_at=picture.alerts_at,
        sources=sources[:SOURCES],
        more_sources=max(0, len(sources) - SOURCES),
    )


def series_of(layout: Ready) -> set[Series]:
    """The lines its tiles draw."""
    drawing = (tile for tile in layout.tiles.values() if hasattr(tile.module, "series"))
    return {one for tile in drawing for one in tile.module.series(tile.options)}


def accepted_at(board: Board) -> int | None:
    """When the newest record in the Board was received from any source (epoch ms)."""
    received = (health.newest_received_at for health in board.sources.values())
    return max((instant for instant in received if instant is not None), default=None)


def _source_age(health: SourceHealth, at: int) -> SourceAge:
    newest, received = health.newest_at, health.newest_received_at
    return SourceAge(
        name=health.source,
        condition=health.condition,
        status=source_status(health, at),
        source_lag_s=None if newest is None or received is None else round(max(0, received - newest) / 1000, 1),
        collect_lag_s=None if health.polled_at is None else round(max(0, at - health.polled_at) / 1000, 1),
        completeness=short(health.completeness_ratio, 4),
        problems=sum(health.problems.values()),
        replayed=health.replayed,
    )
