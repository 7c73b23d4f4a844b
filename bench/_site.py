"""Sites to measure: a private Redis, and a whole `pulse up`; each ends only what it has started."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import redis

from pulse.clock import system_clock
from pulse.live.read import latest_board
from pulse.runtime.places import Places
from pulse.runtime.redis_server import answers, own_url, server_binary, server_command
from pulse.runtime.site import RunningSite

ROOT = Path(__file__).parents[1]
_START_S = 60.0
_STOP_S = 15.0
_LOOK_EVERY_S = 0.02


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pulse-bench-") as name:
        yield Path(name)


@contextmanager
def redis_at(places: Places, *more: str) -> Iterator[redis.Redis]:
    """The site's own server, as `pulse up` starts it, with `more` arguments; and a client."""
    places.redis.mkdir(parents=True, exist_ok=True)
    command = [*server_command(server_binary(), places), *more]
    with ended(subprocess.Popen(command, stdout=subprocess.DEVNULL)):
        wait_until(lambda: answers(own_url(places)), "redis-server")
        with redis.Redis.from_url(own_url(places)) as client:
            yield client


@contextmanager
def up(config: Path) -> Iterator[tuple[RunningSite, str, subprocess.Popen[bytes]]]:
    """`pulse up` on a free port, live: the site, its address and the supervisor's process."""
    port = free_port()
    command = [sys.executable, "-m", "pulse.cli", "up", "--config", str(config), "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    began_at = system_clock()
    with (config.parent / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    with ended(process):
        site, address = RunningSite.of(config), f"http://127.0.0.1:{port}"
        wait_until(lambda: page_answers(address) and board_after(site, began_at), "pulse up")
        yield site, address, process


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends the process on the way out."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def page_answers(address: str) -> bool:
    """Whether the wall's page is served."""
    try:
        with urlopen(f"{address}/wall", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def board_after(site: RunningSite, at: int) -> bool:
    """Whether a Board of a later instant than `at` (epoch ms) has been published."""
    with suppress(redis.RedisError), redis.Redis.from_url(own_url(site.places)) as client:
        board = latest_board(client, site.keys)
        return board is not None and board.at > at
    return False


def wait_until(ready: Callable[[], bool], what: str) -> None:
    """Looks until it is ready; raises TimeoutError after a minute."""
    deadline = time.monotonic() + _START_S
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not ready after {_START_S:.0f} s")
        time.sleep(_LOOK_EVERY_S)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
