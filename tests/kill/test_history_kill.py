"""`pulse backfill` killed at any moment, while it takes a file in and while it sums it up: run again, it gives the same rows, once."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pulse.runtime.simulating import Wanted, simulate

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
RECORDS = 2_000
TABLES = ("minutes", "contacts", "complaints", "slices", "rollups", "rollups_due", "hourly_counts", "repeats", "agent_time")


def site_in(folder):
    folder.mkdir()
    (folder / "pulse.toml").write_text('[site]\nname = "harbour"\nzone = "Asia/Kolkata"\n[retention]\nminutes = "36500d"\n')
    return folder


def a_morning(file):
    """The first hours of a simulated day."""
    list(simulate(file, Wanted(days=1, contacts_per_day=3000, last_day=date(2026, 11, 20), zone=ZoneInfo("Asia/Kolkata"), seed=3)))
    records = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(records[:RECORDS]))
    return file


def backfilling(site, file):
    command = [sys.executable, "-m", "pulse.cli", "backfill", str(file), "--at-once", "300", "--config", str(site / "pulse.toml")]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def asked(site, question):
    """What the database answers; nothing before it is laid out."""
    try:
        with closing(sqlite3.connect(f"file:{site}/var/pulse/history.db?mode=ro", uri=True)) as connection:
            return connection.execute(question).fetchall()
    except sqlite3.OperationalError:
        return []


def kill_once(process, has_come):
    deadline = time.monotonic() + PATIENCE_S
    while not has_come():
        assert process.poll() is None, "it ended before it came so far"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def rows(site):
    return {table: sorted(asked(site, f"SELECT * FROM {table}")) for table in TABLES}


def test_a_backfill_that_is_killed_while_reading_and_while_summing_up_gives_the_same_rows_once(tmp_path):
    file = a_morning(tmp_path / "morning.jsonl")
    whole, broken = site_in(tmp_path / "whole"), site_in(tmp_path / "broken")
    beside = backfilling(whole, file)

    kill_once(backfilling(broken, file), lambda: asked(broken, "SELECT 1 FROM backfills WHERE position > 900"))
    kill_once(backfilling(broken, file), lambda: asked(broken, "SELECT 1 FROM rollups LIMIT 1"))
    assert backfilling(broken, file).wait() == 0
    assert beside.wait() == 0

    assert rows(broken) == rows(whole)
    assert len(rows(whole)["contacts"]) > 100
    assert asked(whole, "SELECT DISTINCT grain FROM rollups ORDER BY 1") == [("15m",), ("1d",), ("1h",)]
