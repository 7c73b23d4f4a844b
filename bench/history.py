"""History at 50 million contacts a year: rows recorded a second, a day summed up, a snapshot and a trend read, on both databases.

The rivals are the drivers themselves with the same rows, and the same question asked of single contacts.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bench._figure import Figure, at_least, at_most
from bench._postgres import postgres
from bench._site import folder
from dashboard.report.from_history import snapshot_now
from dashboard.report.stretch import stretch_of
from pulse.config import Config, load_config
from pulse.kpi.interval import IntervalRow
from pulse.kpi.snapshot import Edition
from pulse.kpi.tally import Tally
from sql.bulk import as_json_of, insert_rows
from sql.due import Grain
from sql.partitions import make_ready
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp
from sql.rollup_tables import Rollup
from sql.session import Database, open_database, sqlite_url

_QUEUES = tuple(f"queue{number:02}" for number in range(50))
_DAY_MS = 86_400_000
_START = 20_000 * _DAY_MS
_DAYS = 396
_PER_YEAR = 50_000_000
_REPEATS = 5
_CONFIG = '[site]\nname = "site"\nzone = "UTC"\n'


def figures() -> Iterator[Figure]:
    """What recording, summing up and reading cost, SQLite first."""
    rows = _minutes(_START + _DAYS * _DAY_MS)
    with folder() as root:
        (root / "pulse.toml").write_text(_CONFIG, encoding="utf-8")
        config = load_config(root / "pulse.toml")
        with open_database(sqlite_url(root / "history.db")) as database:
            yield from _of("sqlite", database, config, rows, 200_000, _raw_sqlite(root / "raw.db", rows))
        with postgres(root) as url, open_database(url) as database:
            yield from _of("postgresql", database, config, rows, 100_000, _raw_postgresql(url, rows))


def _of(name: str, database: Database, config: Config, rows: list[IntervalRow], wanted: float, raw_per_s: float) -> Iterator[Figure]:
    recorder = Recorder(database, "site")
    took_s = _took_s(lambda: recorder.commit(stream_id="1-0", at=_START, state=b"", seen={}, rows=rows))
    per_s = len(rows) / took_s
    goal, ok = at_least(wanted, per_s)
    against = f"the driver alone, the same rows and their commit: {raw_per_s:.0f}/s"
    yield Figure(
        bench="history", figure=f"rows_recorded_{name}", value=per_s, unit="1/s", goal=goal, ok=ok, ratio=per_s / raw_per_s, against=against
    )
    _write_days(database)
    rollup = RollUp(database, "site", ZoneInfo("UTC"))
    yield _at_most(f"day_rolled_up_{name}", _took_s(lambda: rollup.catch_up(_START + (_DAYS + 3) * _DAY_MS)), "s", 1)
    yield _at_most(f"snapshot_{name}", _best_ms(lambda: _snapshot(database, config)), "ms", 50)
    yield _at_most(f"trend_of_a_year_{name}", _best_ms(lambda: _trend(database)), "ms", 500)


def _at_most(figure: str, value: float, unit: str, limit: float) -> Figure:
    goal, ok = at_most(limit, value)
    return Figure(bench="history", figure=figure, value=value, unit=unit, goal=goal, ok=ok)


def _snapshot(database: Database, config: Config) -> None:
    day = date(1970, 1, 1) + timedelta(days=20_000 + _DAYS)
    stretch = stretch_of(Edition.DAILY, day, config.zone)
    found = snapshot_now(database, config, stretch, 0)
    assert any(figure.value and figure.last_year for figure in found.figures)


def _trend(database: Database) -> None:
    found = Rolled(database, "site", ZoneInfo("UTC")).by(Grain.DAY, _START + 30 * _DAY_MS, _START + (_DAYS + 1) * _DAY_MS)
    assert len(found) == _DAYS - 29


def _minutes(start: int) -> list[IntervalRow]:
    """A day of 50 queues, minute by minute, with what some two contacts a minute count."""
    random = Random(7)
    return [IntervalRow(start + minute * 60_000, queue, "voice", _tally(random, 2)) for minute in range(1440) for queue in _QUEUES]


def _tally(random: Random, contacts: int) -> Tally:
    tally = Tally()
    answered = max(1, round(contacts * 0.95))
    for name, count in (
        ("offered", contacts),
        ("answered", answered),
        ("answered_within_target", max(1, round(answered * 0.8))),
        ("wait_answered_known", answered),
        ("handled", answered),
        ("handled_known", answered),
        ("csat_responses", contacts // 5),
        ("complaints", contacts // 50),
    ):
        tally.add(name, count)
    for name, mean in (("wait_answered_ms", 15_000), ("talk_ms", 250_000), ("acw_ms", 40_000)):
        tally.add(name, answered * random.randrange(mean // 2, mean * 2))
    for _ in range(min(answered, 60)):
        tally.observe("waits", random.randrange(100, 90_000))
    tally.raise_peak("wait_left", random.randrange(90_000))
    return tally


def _write_days(database: Database) -> None:
    """The days before, as their sums: what 50 million contacts a year leave behind."""
    random, a_day = Random(9), _PER_YEAR // 365 // len(_QUEUES)
    for number in range(_DAYS):
        at = _START + number * _DAY_MS
        with database.write() as session:
            as_json = as_json_of(session)
            if number == 0:
                # History began with a quarter: a site's first rows are never days.
                insert_rows(session, Rollup, [_row(Grain.QUARTER, at, _QUEUES[0], _tally(random, 1), as_json)])
            make_ready(session, Rollup, [at])
            insert_rows(session, Rollup, [_row(Grain.DAY, at, queue, _tally(random, a_day), as_json) for queue in _QUEUES])


def _row(grain: Grain, at: int, queue: str, tally: Tally, as_json: Callable[[Any], str]) -> tuple[Any, ...]:
    counts, spread = tally.split()
    return ("site", grain.value, at, queue, "voice", as_json({"counts": counts, "peaks": tally.peaks}), as_json(spread))


def _raw_sqlite(path: Path, rows: list[IntervalRow]) -> float:
    import msgspec  # noqa: PLC0415

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE raw (site, at, queue, channel, tally, PRIMARY KEY (site, at, queue, channel))")
        made = ((row.at, row.queue, row.channel, msgspec.json.encode(row.tally.as_map()).decode()) for row in rows)

        def write() -> None:
            connection.executemany("INSERT INTO raw VALUES ('site', ?, ?, ?, ?)", made)
            connection.commit()

        return len(rows) / _took_s(write)


def _raw_postgresql(url: str, rows: list[IntervalRow]) -> float:
    import msgspec  # noqa: PLC0415
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE raw (site text, at bigint, queue text, channel text, tally jsonb, PRIMARY KEY (site, at, queue, channel))"
        )

        def write() -> None:
            with cursor.copy("COPY raw FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(("site", row.at, row.queue, row.channel, msgspec.json.encode(row.tally.as_map()).decode()))
            connection.commit()

        return len(rows) / _took_s(write)


def _took_s(act: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    act()
    return time.perf_counter() - began_s


def _best_ms(act: Callable[[], None]) -> float:
    """The quickest of some: what it costs where nobody else is at work."""
    return min(_took_s(act) for _ in range(_REPEATS)) * 1000
