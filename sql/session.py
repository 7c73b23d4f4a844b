"""Opens the database: SQLite in WAL mode, or PostgreSQL by its URL.

In: a URL. Out: a `Database` with `read()` and `write()` sessions. What is special to SQLite is in this file, what is special to
PostgreSQL in sql/postgresql.py.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, NoReturn

import msgspec
from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from pulse.config import ConfigError, Fault
from sql.models import SCHEMA_VERSION, SchemaVersion
from sql.partitions import make_rest
from sql.schema import TABLES
from sql.views import drop_views, make_views

BUSY_TIMEOUT_S = 10.0
_BUSY_AGAIN_S = 0.01
_WHERE = "database_url or DATABASE_URL"
_DRIVERS = {"sqlite": "sqlite3", "postgresql": "psycopg", "postgresql+psycopg": "psycopg"}
_EXTRA = "expected the extra pulseboard[postgres]"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_KIND = 0xFF
"""The bits of an extended error code of SQLite that say which kind it is."""
WRITES = "pulse_writes"
"""The option of an engine whose transactions write."""
_MARKS = "marks"
"""Where a session that stands still keeps what is due in it, once that was read."""
DatabaseLost = (OperationalError, InterfaceError, InternalError)
"""What is raised while the database cannot be reached or written, or undid what stood still; trying again may help."""


class NewerSchema(RuntimeError):
    """The database was written by a newer program than this one."""


DatabaseUnreadable = (SQLAlchemyError, NewerSchema, OSError)
"""What is raised where the database does not answer, for whatever reason: it is away, broken, or a newer program's."""


Guard = Callable[[Session], None]


class Database:
    """One database: sessions that only read, and sessions that write in one transaction."""

    def __init__(self, engine: Engine, guard: Guard = lambda _: None) -> None:
        self._readers = engine
        self._writers = engine.execution_options(**{WRITES: True})
        self._guard = guard

    def guarded(self, guard: Guard) -> "Database":
        """The same database, where a guard looks at each transaction that writes before anything else does; what it raises undoes it."""
        return Database(self._readers, guard)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one unchanging state; what it writes is thrown away."""
        with Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def standing_still(self) -> Iterator["Database"]:
        """The same database to read from, where all that is read is of one unchanging state, and costs one transaction."""
        with self.read() as session:
            session.info[_MARKS] = {}
            yield _Still(session)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is the only writer from its first statement on; commits at the end, or undoes all if an error leaves it."""
        with Session(self._writers, expire_on_commit=False) as session, session.begin():
            self._guard(session)
            yield session

    def close(self) -> None:
        """Gives back all connections."""
        self._readers.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def marks_while_still(session: Session) -> dict[str, Sequence[Row[str, int]]] | None:
    """By site what is due in a database that stands still, as far as it was read; None where it may change."""
    found: dict[str, Sequence[Row[str, int]]] | None = session.info.get(_MARKS)
    return found


class _Still(Database):
    """A database of which one session is all there is."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def read(self) -> Iterator[Session]:
        yield self._session

    def write(self) -> NoReturn:
        raise TypeError("a database that stands still cannot be written")


def open_database(url: str) -> Database:
    """The database behind a SQLAlchemy URL, its tables made if they are not there; a file of SQLite too.

    Raises ConfigError where no such database can be opened, NewerSchema where a newer program laid it out.
    """
    database = Database(_engine(checked_url(url)))
    try:
        with database.write() as session:
            _lay_out(session)
    except BaseException:
        database.close()
        raise
    return database


def checked_url(url: str) -> URL:
    """The URL of a database this program can open, if it is there; raises ConfigError. What it says of passwords is told to nobody."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unfit("what is no URL") from None
    if parsed.drivername not in _DRIVERS:
        raise _unfit(f"{parsed.drivername}://")
    driver = _DRIVERS[parsed.drivername]
    if find_spec(driver) is None:
        raise ConfigError([Fault(where=_WHERE, message=f"got {parsed.drivername}://, and {driver} is not installed; {_EXTRA}")])
    return parsed


def _unfit(found: str) -> ConfigError:
    return ConfigError([Fault(where=_WHERE, message=f"got {found}, expected one of {', '.join(f'{name}://' for name in _DRIVERS)}")])


def schema_of(database: Database) -> int | None:
    """The number of the layout the tables have; None where they have none."""
    with database.read() as session:
        found = session.get(SchemaVersion, 1)
        return None if found is None else found.version


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def _lay_out(session: Session) -> None:
    TABLES.create_all(session.connection())
    found = session.get(SchemaVersion, 1)
    if found is None:
        session.add(SchemaVersion(id=1, version=SCHEMA_VERSION))
    elif found.version > SCHEMA_VERSION:
        raise NewerSchema(f"database: got schema {found.version}, expected {SCHEMA_VERSION} or less; run the newer program")
    elif found.version < SCHEMA_VERSION:
        from sql.migrations import migrate  # noqa: PLC0415 - a database that is up to date does not carry what changes one

        drop_views(session.connection())
        migrate(session.connection(), found.version, SCHEMA_VERSION)
        found.version = SCHEMA_VERSION
    make_rest(session.connection())
    make_views(session.connection())


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        from sql.postgresql import postgresql_engine  # noqa: PLC0415 - its driver is not everywhere

        return postgresql_engine(url)
    engine = create_engine(url, json_serializer=to_json, json_deserializer=msgspec.json.decode)
    if url.database:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: _on_begin does, with the right lock.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={round(BUSY_TIMEOUT_S * 1000)}").close()
    _to_wal(connection)
    for pragma in (
        # FULL, not NORMAL: the stream is trimmed below the checkpoint, so a checkpoint that a power cut takes back loses records.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _to_wal(connection: Any) -> None:
    # Two that make a new file at once: SQLite answers "locked" to one of them without waiting as its busy timeout says.
    deadline = monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND not in _BUSY or monotonic() > deadline:
                raise
            sleep(_BUSY_AGAIN_S)
        else:
            return


def _on_begin(connection: Connection) -> None:
    # A writer that began as a reader could not wait for its turn: SQLite refuses the upgrade at once.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def to_json(value: Any) -> str:
    """What stands for a value in a column of JSON."""
    return msgspec.json.encode(value).decode()
