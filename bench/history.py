"""History at 50 million contacts a year: rows recorded a second, a day summed up, a snapshot and a trend read, on both databases.

The rivals are the drivers themselves with the same rows and their commit, and the database asked for the sums of the same minutes.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from sqlalchemy import text

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
_REPEATS, _TURNS = 5, 5
_CONFIG = '[site]\nname = "site"\nzone = "UTC"\n'


def figures() -> Iterator[Figure]:
    """What recording, summing up and reading cost, SQLite first."""
    rows = _minutes(_START + _DAYS * _DAY_MS)
    with folder() as root:
        (root / "pulse.toml").write_text(_CONFIG, encoding="utf-8")
        config = load_config(root / "pulse.toml")
        with open_database(sqlite_url(root / "history.db")) as database, closing(sqlite3.connect(root / "raw.db")) as raw:
            raw.execute("PRAGMA journal_mode=WAL")
            yield from _of(Side("sqlite", database, partial(_raw_sqlite, raw), 200_000), config, rows)
        with postgres(root) as url, open_database(url) as database, psycopg.connect(url) as raw_postgresql:
            yield from _of(Side("postgresql", database, partial(_raw_postgresql, raw_postgresql), 100_000), config, rows)


class Side(NamedTuple):
    """One of the two databases."""

    name: str
    database: Database
    raw: Callable[[int, list[IntervalRow]], float]
    """Rows a second by the driver alone, into a table of this turn's own."""
    wanted: float
    """Rows a second by the recorder."""


def _of(side: Side, config: Config, rows: list[IntervalRow]) -> Iterator[Figure]:
    """The quickest of some turns, each beside its rivals: what it costs where nobody else is at work."""
    turns = [_turn(side, number, rows) for number in range(_TURNS)]
    raw, recorded = (max(one) for one in zip(*(turn[:2] for turn in turns), strict=True))
    rolled_up_s, asked_s = (min(one) for one in zip(*(turn[2:] for turn in turns), strict=True))
    goal, ok = at_least(side.wanted, recorded)
    alone = f"the driver alone, the same rows and their commit: {raw:.0f}/s"
    yield Figure(
        bench="history",
        figure=f"rows_recorded_{side.name}",
        value=recorded,
        unit="1/s",
        goal=goal,
        ok=ok,
        ratio=recorded / raw,
        against=alone,
    )
    asked = f"the database asked for the quarters alone: {asked_s:.3g} s"
    rolled_up = _at_most(f"day_rolled_up_{side.name}", rolled_up_s, "s", 1)
    yield msgspec.structs.replace(rolled_up, ratio=rolled_up_s / asked_s, against=asked)
    yield _at_most(f"snapshot_{side.name}", _best_ms(lambda: _snapshot(side.database, config)), "ms", 50)
    yield _at_most(f"trend_of_a_year_{side.name}", _best_ms(lambda: _trend(side.database)), "ms", 500)


def _turn(side: Side, number: int, rows: list[IntervalRow]) -> tuple[float, float, float, float]:
    """Raw rows and rows recorded a second, then how long (s) the day was summed up, and how long the database alone took."""
    site, raw = "site" if number == 0 else f"site {number}", side.raw(number, rows)
    recorder = Recorder(side.database, site)
    recorded = len(rows) / _took_s(lambda: recorder.commit(stream_id="1-0", at=_START, state=b"", seen={}, rows=rows))
    _write_days(side.database, site)
    rollup = RollUp(side.database, site, ZoneInfo("UTC"))
    rolled_up_s = _took_s(lambda: rollup.catch_up(_START + (_DAYS + 3) * _DAY_MS))
    return raw, recorded, rolled_up_s, _took_s(lambda: _asked(side, site))


def _asked(side: Side, site: str) -> None:
    """The quarters of the day, without greatest values, hours and the day: by the database's own functions."""
    if side.name == "sqlite":
        each = "json_each(queues) q, json_each(q.value) c, json_each(c.value, '$.counts') n"
    else:
        each = "json_each(queues) q, json_each(q.value) c, json_each_text(c.value -> 'counts') n"
    sums = "SELECT at - at % 900000, q.key, c.key, n.key, sum(CAST(n.value AS BIGINT))"
    query = f"{sums} FROM minutes, {each} WHERE site = :site GROUP BY 1, 2, 3, 4"
    with side.database.read() as session:
        assert session.execute(text(query), {"site": site}).all()


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


def _write_days(database: Database, site: str) -> None:
    """The days before, as their sums: what 50 million contacts a year leave behind."""
    random, a_day = Random(9), _PER_YEAR // 365 // len(_QUEUES)
    for number in range(_DAYS):
        at = _START + number * _DAY_MS
        with database.write() as session:
            as_json = as_json_of(session)
            if number == 0:
                # History began with a quarter: a site's first rows are never days.
                insert_rows(session, Rollup, [_row(site, Grain.QUARTER, at, _QUEUES[0], _tally(random, 1), as_json)])
            make_ready(session, Rollup, [at])
            insert_rows(session, Rollup, [_row(site, Grain.DAY, at, queue, _tally(random, a_day), as_json) for queue in _QUEUES])


def _row(site: str, grain: Grain, at: int, queue: str, tally: Tally, as_json: Callable[[Any], str]) -> tuple[Any, ...]:
    counts, spread = tally.split()
    return (site, grain.value, at, queue, "voice", as_json(Tally(counts=counts, peaks=tally.peaks)), as_json(spread))


def _raw_sqlite(connection: sqlite3.Connection, number: int, rows: list[IntervalRow]) -> float:
    connection.execute(f"CREATE TABLE raw{number} (site, at, queues, PRIMARY KEY (site, at))")

    def write() -> None:
        connection.executemany(f"INSERT INTO raw{number} VALUES ('site', ?, ?)", _written(rows))
        connection.commit()

    return len(rows) / _took_s(write)


def _raw_postgresql(connection: psycopg.Connection, number: int, rows: list[IntervalRow]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE raw{number} (site text, at bigint, queues json, PRIMARY KEY (site, at))".encode())
        cursor.execute(f"ALTER TABLE raw{number} ALTER COLUMN queues SET STORAGE EXTERNAL".encode())

        def write() -> None:
            with cursor.copy(f"COPY raw{number} FROM STDIN".encode()) as copy:
                for row in _written(rows):
                    copy.write_row(("site", *row))
            connection.commit()

        return len(rows) / _took_s(write)


def _written(rows: list[IntervalRow]) -> Iterator[tuple[int, str]]:
    """What stands in a row of the table: all queues of a minute, each known by one channel here."""
    for at, queues in groupby(rows, attrgetter("at")):
        yield at, msgspec.json.encode({row.queue: {row.channel: row.tally} for row in queues}).decode()


def _took_s(act: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    act()
    return time.perf_counter() - began_s


def _best_ms(act: Callable[[], None]) -> float:
    """The quickest of some: what it costs where nobody else is at work."""
    return min(_took_s(act) for _ in range(_REPEATS)) * 1000
