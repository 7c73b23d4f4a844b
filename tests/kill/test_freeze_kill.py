"""`pulse snapshot freeze` killed right before and right after its commit: run again, there is one snapshot, one log line, one notice."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from laid_out import laid_out, opened
from made import tally

from pulse.clock import system_clock
from pulse.kpi.interval import MINUTE_MS, IntervalRow
from sql.recorder import Recorder

ROOT = Path(__file__).parents[2]
DAY_MS = 86_400_000
CONFIG = """
[site]
name = "harbour"
[notify.boss]
kind = "webhook"
url = "https://example.org/hook"
[snapshot]
notify = ["boss"]
"""
KEPT = {"snapshots": "1", "transitions": "kind = 'snapshot'", "notices": "1"}
DYING = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from pulse.cli import app

last, statements = sys.argv.pop(1), []

@event.listens_for(Engine, "before_cursor_execute")
def _(connection, cursor, statement, *_):
    statements.append(statement)

def end(moment):
    if moment == last and statements[-1].startswith("INSERT INTO notices"):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "commit", lambda _: end("before"))
event.listen(Session, "after_commit", lambda _: end("after"))
app()
"""


def freezing(site, last="never"):
    command = [sys.executable, "-c", DYING, last, "snapshot", "freeze", "--config", str(site / "pulse.toml")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def counts(site):
    with closing(sqlite3.connect(site / "var" / "pulse" / "history.db")) as connection:
        return [connection.execute(f"SELECT count(*) FROM {table} WHERE {which}").fetchone()[0] for table, which in KEPT.items()]


def test_a_freeze_that_is_killed_leaves_nothing_or_all_of_it_and_run_again_freezes_once(tmp_path):
    (tmp_path / "pulse.toml").write_text(CONFIG)
    (tmp_path / "var" / "pulse").mkdir(parents=True)
    with opened(laid_out(tmp_path / "var" / "pulse" / "history.db")) as database:
        minutes = [(system_clock() - days * DAY_MS) // MINUTE_MS * MINUTE_MS for days in (1, 2)]
        rows = [IntervalRow(at, "support", "voice", tally(offered=10, answered=9, answered_within_target=7)) for at in minutes]
        Recorder(database, "harbour").commit(stream_id="1-0", at=0, state=b"", seen={}, rows=rows)

    for step, kept in (("before", [0, 0, 0]), ("after", [1, 1, 1])):
        assert freezing(tmp_path, step).returncode == -signal.SIGKILL
        assert counts(tmp_path) == kept

    again = freezing(tmp_path)

    assert "it was frozen before, nothing is changed" in again.stdout
    assert counts(tmp_path) == [1, 1, 1]
