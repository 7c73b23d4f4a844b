"""Two years of twelve queues as history keeps them: counted by minute, summed up to quarters, hours and days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench._contacts import QUEUES
from bench._site import folder
from pulse.clock import day_at
from pulse.kpi.interval import QUARTER_MS, IntervalRow
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally
from sql.recorder import Recorder
from sql.rollup import RollUp
from sql.session import Database, open_database, sqlite_url

LAST = date(2026, 11, 22)
_ZONE = ZoneInfo("Europe/Berlin")
_DAYS = 728
_QUARTERS = range(28, 88)
"""Those of a day in which contacts come: from seven to ten in the evening."""


@contextmanager
def remembering_site() -> Iterator[tuple[Path, int]]:
    """The config of a site with such a history, and how many minutes of queues were recorded; gone afterwards."""
    with folder() as root:
        config = root / "pulse.toml"
        config.write_text('[site]\nname = "site"\nzone = "Europe/Berlin"\n', encoding="utf-8")
        data = root / "var" / "pulse"
        data.mkdir(parents=True)
        with open_database(sqlite_url(data / "history.db")) as database:
            rows = _record(database)
        yield config, rows


def _record(database: Database) -> int:
    recorder, random, rows = Recorder(database, "site"), Random(7), 0
    for number in range(_DAYS):
        midnight = day_at(LAST - timedelta(days=_DAYS - 1 - number), _ZONE)
        day = [
            IntervalRow(midnight + quarter * QUARTER_MS, queue, Channel.VOICE, _tally(random)) for quarter in _QUARTERS for queue in QUEUES
        ]
        recorder.commit(stream_id=f"{number}-0", at=midnight, state=b"", seen={}, rows=day)
        rows += len(day)
    RollUp(database, "site", _ZONE).catch_up(day_at(LAST + timedelta(days=2), _ZONE))
    return rows


def _tally(random: Random) -> Tally:
    """A quarter of an hour of a queue."""
    offered = random.randint(1, 30)
    answered = offered * 9 // 10
    tally = Tally()
    for name, count in (
        ("offered", offered),
        ("answered", answered),
        ("answered_within_target", answered * 8 // 10),
        ("abandoned", offered - answered),
        ("abandoned_within_target", (offered - answered) // 3),
        ("short_abandoned", (offered - answered) // 4),
        ("complaints", offered // 20),
        ("handled", answered),
        ("handled_known", answered),
        ("talk_ms", answered * 190_000),
        ("hold_ms", answered * 9_000),
        ("acw_ms", answered * 41_000),
        ("wait_answered_known", answered),
        ("wait_answered_ms", answered * 17_000),
        ("agent_busy_ms", answered * 199_000),
        ("agent_ready_ms", 900_000),
        ("agent_acw_ms", answered * 41_000),
        ("agent_paused_ms", 300_000),
        ("csat_responses", answered // 4),
        ("csat_sum", answered),
        *((f"complaint_category={word}", 1) for word in ("speed", "attitude", "process")),
        *((f"complaint_line={word}", 1) for word in ("logistics", "billing", "product")),
    ):
        tally.add(name, count)
    for _ in range(8):
        tally.observe("wait_answered", random.randint(1_000, 200_000))
    tally.raise_peak("wait_left", random.randint(1_000, 200_000))
    return tally
