"""Rows in bulk, past the object mapper: what goes wrong is told as everything else of a database."""

from zoneinfo import ZoneInfo

import pytest

from pulse.kpi.interval import MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally
from sql.due import Grain
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.session import DatabaseUnreadable, open_database, sqlite_url

AT, ROWS, PAGE = 1_795_435_200_000, 2_000, 4096


def minutes():
    tally = Tally.from_map({"counts": {"offered": 1}, "peaks": {}})
    return [IntervalRow(AT + number * MINUTE_MS, "support", "voice", tally) for number in range(ROWS)]


def test_a_file_that_is_broken_in_its_midst_is_told_as_a_database_that_cannot_be_read(tmp_path):
    path = tmp_path / "history.db"
    with open_database(sqlite_url(path)) as database:
        Recorder(database, "site").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=minutes())
    content = bytearray(path.read_bytes())
    broken = len(content) * 3 // 4 // PAGE * PAGE
    content[broken : broken + PAGE] = b"\xff" * PAGE
    path.write_bytes(content)

    with open_database(sqlite_url(path)) as database, pytest.raises(DatabaseUnreadable):
        Rolled(database, "site", ZoneInfo("UTC")).by(Grain.QUARTER, AT, AT + ROWS * MINUTE_MS)
