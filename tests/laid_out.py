"""Databases of SQLite with all tables and nothing in them: copies of one, for laying out tables takes longer than most tests."""

import tempfile
from functools import cache
from pathlib import Path

from sql.session import open_database, sqlite_url


def laid_out(path: Path) -> str:
    """The URL of a new database in that file."""
    path.write_bytes(_as_new())
    return sqlite_url(path)


@cache
def _as_new() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "history.db"
        open_database(sqlite_url(made)).close()
        return made.read_bytes()
