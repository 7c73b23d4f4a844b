"""`pulse simulate`: writes what a simulated centre tells in many days into one file of records, to be taken into history.

In: how many days and contacts, and when they end. Out: a file, packed where its name ends in .gz; the same seed writes the same file.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from collectors.base import SourceContext
from collectors.connectors.simulator import profile_shift_ms
from collectors.simulation.plan import HOUR_MS
from collectors.simulation.scene import Scene, WorldState
from collectors.simulation.world import World
from pulse.clock import day_at
from pulse.runtime.whole_file import written_whole

_NOON = "12:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be written."""

    days: int
    contacts_per_day: int
    last_day: date
    zone: ZoneInfo
    seed: int


@dataclass(slots=True)
class Written:
    """What was written so far."""

    records: int = 0
    at: int = 0
    """The instant (epoch ms) the world stands at."""


def simulate(path: Path, wanted: Wanted) -> Iterator[Written]:
    """Writes the file hour by hour, and tells after each how far it has come."""
    begins_at, ends_at = _span(wanted)
    noon = day_at(wanted.last_day - timedelta(days=wanted.days - 1), wanted.zone) + 12 * HOUR_MS
    scene = Scene(wanted.seed, wanted.contacts_per_day, begins_at, profile_shift_ms(noon, wanted.zone, _NOON))
    world = World(scene, WorldState.beginning(begins_at, None), SourceContext(site="simulated", source="simulator", zone=wanted.zone.key))
    written, encoder = Written(at=begins_at), msgspec.json.Encoder()
    with _opened(path) as file:
        while written.at < ends_at:
            written.at = min(ends_at, written.at + HOUR_MS)
            records = world.advance(written.at)
            file.write(b"".join(encoder.encode(record) + b"\n" for record in records))
            written.records += len(records)
            yield written


def _span(wanted: Wanted) -> tuple[int, int]:
    first = wanted.last_day - timedelta(days=wanted.days - 1)
    return day_at(first, wanted.zone), day_at(wanted.last_day + timedelta(days=1), wanted.zone)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file; a packed one carries no name and no time of its own, so that the same content is the same file."""
    with written_whole(path) as part, part.open("wb") as plain:
        if path.suffix != ".gz":
            yield plain
            return
        with gzip.GzipFile(filename="", fileobj=plain, mode="wb", compresslevel=1, mtime=0) as packed:
            yield packed
