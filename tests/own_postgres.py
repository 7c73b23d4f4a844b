"""A PostgreSQL that all workers of a run of tests share: made by the first, ended when the last of them is gone, however it went."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sql.models import SCHEMA_VERSION
from sql.schema import TABLES
from sql.session import open_database

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_IN_HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "wal_level=minimal", "max_wal_senders=0")
_UNTIL_UNUSED = """(
  "$@" >log 2>&1 &
  exec 9<"$USERS"
  flock 9
  kill -INT $!
  wait
  cd / && rm -rf "$OLDPWD"
) </dev/null >/dev/null 2>&1 &"""
"""Nobody's child: it ends when nobody holds the lock any more, however they ended."""

_AS_NEW = "; ".join(
    [f"DELETE FROM {table.name}" for table in reversed(TABLES.sorted_tables)]
    + [f"ALTER SEQUENCE {table.name}_id_seq RESTART" for table in TABLES.sorted_tables if table.autoincrement_column is not None]
    + [f"INSERT INTO schema_version VALUES (1, {SCHEMA_VERSION})"]
)


def binaries() -> Path | None:
    """Where the newest server on this machine is; None where none is."""
    found = shutil.which("initdb")
    return BINARIES[-1] if BINARIES else Path(found).parent if found else None


class Postgres:
    """A server on a unix socket, which makes databases."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._numbers = count()
        self._laid_out = None

    def url(self, name: str) -> str:
        return f"postgresql://pulse@/{name}?host={self.socket}"

    def empty(self) -> str:
        """The URL of a new database without a table."""
        name = f"of_{os.getpid()}_{next(self._numbers)}"
        self._do(self.url("postgres"), f"CREATE DATABASE {name}")
        return self.url(name)

    def laid_out(self) -> str:
        """The URL of a database with all tables and nothing in them: the same for each test of a process, for making one takes long."""
        if self._laid_out is None:
            self._laid_out = self.empty()
            open_database(self._laid_out).close()
        self._do(self._laid_out, _AS_NEW)
        return self._laid_out

    def _do(self, url: str, statement: str) -> None:
        with psycopg.connect(url, autocommit=True, options="-c lock_timeout=5s") as connection:
            connection.execute(statement)


@contextmanager
def shared_postgres(shared: Path):
    """The server of a run of tests; `shared` is a folder all of them know."""
    bin_dir = binaries()
    if bin_dir is None:
        refuse = pytest.fail if os.environ.get("PULSE_REQUIRE") == "all" else pytest.skip
        refuse("there is no PostgreSQL server (Debian: postgresql)")
    # Not below `shared`: that is root's alone, and too long a path for a socket.
    folder = Path(tempfile.gettempdir()) / f"pulse-{sha256(bytes(shared)).hexdigest()[:16]}"
    users = shared / "postgres.users"
    with (shared / "postgres.start").open("w") as starting, users.open("w") as used:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(used, fcntl.LOCK_SH)
        if not folder.exists():
            _start(bin_dir, folder, users)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield Postgres(folder)


def _start(bin_dir: Path, folder: Path, users: Path) -> None:
    folder.mkdir(mode=0o700)
    as_postgres = ()
    if os.geteuid() == 0:
        # The server refuses to run as root.
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_postgres = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups")
    made = ("initdb", "--pgdata=data", "--username=pulse", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
    subprocess.run([*as_postgres, bin_dir / made[0], *made[1:]], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    settings = [part for one in (*_IN_HASTE, f"unix_socket_directories={folder}") for part in ("-c", one)]
    server = [*as_postgres, bin_dir / "postgres", "-D", "data", *settings]
    subprocess.run(
        ["sh", "-c", _UNTIL_UNUSED, "sh", *server], check=True, cwd=folder, start_new_session=True, env={**os.environ, "USERS": users}
    )
    _await(folder)


def _await(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(Postgres(folder).url("postgres")).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
