"""A PostgreSQL of the benchmark's own: durable as a site's would be, on a socket, ended by its own process id."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_STARTS_S = 20.0
_LOOK_EVERY_S = 0.02


@contextmanager
def postgres(root: Path) -> Iterator[str]:
    """The URL of an empty database; raises FileNotFoundError where Debian's server is not installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not binaries:
        raise FileNotFoundError("no PostgreSQL server, expected Debian's package postgresql")
    home, own = root / "postgresql", _as_postgres()
    home.mkdir(mode=0o700)
    root.chmod(0o755)
    if own:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
    made = ["--pgdata=data", "--username=pulse", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([*own, binaries[-1] / "initdb", *made], check=True, stdout=subprocess.DEVNULL, cwd=home)
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={home}"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen([*own, binaries[-1] / "postgres", "-D", "data", *settings], cwd=home, stdout=log, stderr=log)
    try:
        url = f"postgresql://pulse@/postgres?host={home}"
        _await(url)
        yield url
    finally:
        server.terminate()
        server.wait(_STARTS_S)


def _as_postgres() -> list[str]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return [shutil.which("setpriv") or "setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]


def _await(url: str) -> None:
    deadline_s = time.monotonic() + _STARTS_S
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_LOOK_EVERY_S)
