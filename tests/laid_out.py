"""Databases as new, for a test each: in a file, in memory, and whatever else has a URL.

Making one takes longer than most tests: tables are laid out once, and an engine stays, for it remembers how a statement is written in SQL.
"""

import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sql.session import Database, open_database, sqlite_url


def laid_out(path: Path) -> str:
    """The URL of a new database in that file; who still has an earlier one open goes on seeing that."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(_file())
    return sqlite_url(path)


@contextmanager
def opened(url: str):
    """The database there, which has its tables; in the end all connections are given back."""
    database = _database(url)
    yield database
    database.close()


@contextmanager
def in_memory():
    """A database that is gone in the end; one at a time."""
    database, as_new = _memory()
    _driver(database).deserialize(as_new)
    yield database


_database = cache(open_database)


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "history.db"
        open_database(sqlite_url(made)).close()
        return made.read_bytes()


@cache
def _memory() -> tuple[Database, bytes]:
    database = open_database("sqlite://")
    return database, _driver(database).serialize()


def _driver(database: Database):
    """The one connection of a database in memory."""
    with database.read() as session:
        return session.connection().connection.driver_connection
