"""The real Watch over a stream that is full already: real Redis, SQLite, checkpoints and Boards."""

import time
from pathlib import Path

import redis

from bench._contacts import QUEUES, contact_events, fill_stream
from pulse.clock import system_clock
from pulse.kpi.board import Board
from pulse.kpi.tally import Tally
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.live.publish import Publisher
from pulse.live.watch import Watch
from pulse.runtime.site import RunningSite
from sql.recorder import Recorder
from sql.session import open_database

A_BATCH = 200
"""Records in one batch."""


def site_in(root: Path) -> RunningSite:
    """An empty site."""
    config = root / "pulse.toml"
    config.write_text('[site]\nname = "bench"\n', encoding="utf-8")
    return RunningSite.of(config)


def fold_all(client: redis.Redis, site: RunningSite, records: int) -> float:
    """The seconds from the first read to the Board that holds all records, their checkpoint included."""
    contacts = records // 3
    fill_stream(client, site.keys, contact_events(contacts, system_clock()), A_BATCH)
    with open_database(site.database_url) as database:
        fold = Fold(site.fold_settings(), catalogue())
        watch = Watch(Publisher(client, site.keys), Boards(fold, _past), Recorder(database, site.config.site.name), system_clock)
        complete: list[bool] = [False]
        watch.on_board.append(lambda board: complete.append(_holds(board, contacts)))
        began_s = time.perf_counter()
        while not complete[-1]:
            watch.turn()
        watch.checkpoint(system_clock())
        took_s = time.perf_counter() - began_s
    if client.xlen(site.keys.records) != 1:
        raise RuntimeError("the Board was there before the last batch was read")
    return took_s


def _same_weekday() -> dict[str, tuple[str, Tally]]:
    tally = Tally.from_map({"counts": {"answered": 1000, "answered_within_target": 900}, "peaks": {}})
    return dict.fromkeys(QUEUES, ("voice", tally))


_WEEKDAYS = (_same_weekday(),)


def _past(_day_start: int) -> tuple[dict[str, tuple[str, Tally]], ...]:
    """A past, so that every scope of the Board has its budget."""
    return _WEEKDAYS


def _holds(board: Board, contacts: int) -> bool:
    counts = board.site.last_30m
    return counts["offered"] == counts["answered"] == contacts
