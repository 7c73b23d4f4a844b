"""`pulse up`: the whole site on this machine, supervised."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from pulse.kpi.board import UnreadableBoard
from pulse.live.read import latest_board
from pulse.live.store import RedisLost, connected
from pulse.runtime.redis_server import answers, server_binary, server_command
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from pulse.runtime.supervisor import Command, Supervisor

ROOT = Path(__file__).parents[2]
PAGES: Mapping[str, str] = {
    "wall": "supervisors: put it on the big screen",
    "console": "shift managers: see why, acknowledge",
    "incident": "shift managers: every incident, open or closed, what happened",
    "silences": "shift managers: what nobody is told of, until when, by whom",
    "drills": "shift managers: practise an incident, see how fast people were",
    "handover": "shift managers: what the next shift must know, who takes over",
    "day": "executives: today and yesterday beside the targets",
    "snapshot": "executives: yesterday as it was frozen, to read, print, send",
    "trends": "analysts: figures over time, patterns, goals, what happened",
    "definitions": "everybody: what each figure means, what is promised",
    "review": "weekly meeting: missed targets, incidents, open actions",
    "rules": "managers: what calls people, what other keys would have done",
    "receipts": "managers: every message, who got it, what its tries brought",
    "noise": "managers: what alarms asked of people, by rule and by shift",
    "settings": "administrators: sources, opening hours, the program itself",
    "screens": "who looks after the walls: which report, their layouts",
    "roles": "everybody: who may do what",
}
"""Every page and whom it is for."""
_LOOPBACK = "127.0.0.1"
_START_S = 60.0
_FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""glibc gives each thread an arena of its own and keeps what was freed: 20 MB of 400 in all."""


class CannotStart(RefusedToStart):
    """One clear line why the site does not start."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages are."""

    host: str
    port: int

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach it."""
        return self.host not in (_LOOPBACK, "localhost", "::1")

    @property
    def own(self) -> str:
        """The host by which this machine reaches its own pages."""
        return _LOOPBACK if self.host in ("0.0.0.0", "::") else f"[{self.host}]" if ":" in self.host else self.host  # noqa: S104 - compared, not bound

    def check_free(self) -> None:
        """Raises CannotStart where something else listens there already."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise CannotStart(f"{self.host}:{self.port}: {error.strerror}; set [serve] port or --port") from error


def serve_arguments(address: Address) -> list[str]:
    """How the pages are served."""
    flags = {
        "server.address": address.host,
        "server.port": str(address.port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "runner.postScriptGC": "false",
    }
    given = [part for name, value in flags.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), *given]


def up(site: RunningSite, host: str | None, port: int | None, say: Callable[[str], None]) -> None:
    """Runs the site until a signal; raises ConfigError, CannotStart, AlreadyRunning or NoRedis before anything was started."""
    _check_config(site)
    address = Address(host or site.config.serve.host, port or site.config.serve.port)
    with site.places.locked("up"):
        address.check_free()
        site.places.tell_given_up(())
        supervisor = Supervisor(_commands(site, address), say, site.places.tell_given_up)
        try:
            if _started(supervisor, site, address):
                for line in addresses(site, address):
                    say(line)
                supervisor.run()
        finally:
            say("stopping")
            supervisor.stop()
            site.places.tell_given_up(())


def _check_config(site: RunningSite) -> None:
    """Asks a process of its own, so that the supervisor does not carry what only checking needs."""
    check = [sys.executable, "-m", "pulse.cli", "check-config", "--config", str(site.config.path)]
    checked = subprocess.run(check, env={**os.environ, "PYTHONPATH": _path()}, capture_output=True, text=True, check=False)
    if checked.returncode:
        raise CannotStart(checked.stderr.strip())


def _commands(site: RunningSite, address: Address) -> list[Command]:
    site.places.site_key()
    environment = {
        **_FRUGAL,
        **os.environ,
        "REDIS_URL": site.redis_url,
        "PULSE_CONFIG": str(site.config.path),
        "PULSE_PORT": str(address.port),
        "PYTHONUNBUFFERED": "1",
    }
    logs = site.places.logs
    pulse = [sys.executable, "-m", "pulse.cli"]
    config = ["--config", str(site.config.path)]
    commands = [
        Command("watch", [*pulse, "watch", *config], environment, logs / "watch.log"),
        Command("collect", [*pulse, "collect", *config], environment, logs / "collect.log"),
        Command("serve", serve_arguments(address), environment, logs / "serve.log"),
    ]
    if site.config.given_redis_url is None:
        own = Command("redis", server_command(server_binary(), site.places), {**_FRUGAL, **os.environ}, logs / "redis.log")
        commands.insert(0, own)
    return [replace(command, environment={**command.environment, "PYTHONPATH": _path()}) for command in commands]


def _path() -> str:
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))


def _started(supervisor: Supervisor, site: RunningSite, address: Address) -> bool:
    """Whether all processes run and answer; False where a stop was asked for before. Raises CannotStart where one does not."""
    if site.config.given_redis_url is not None:
        if not answers(site.redis_url):
            raise CannotStart(f"redis_url: nothing answers at {_without_password(site.redis_url)}, expected a running Redis")
    else:
        supervisor.start("redis")
        if not supervisor.wait_for(lambda: answers(site.redis_url), "redis", _START_S):
            raise CannotStart(f"redis did not start; see {site.places.logs / 'redis.log'}")
    for name in ("serve", "watch", "collect"):
        supervisor.start(name)
    waits = {"serve": lambda: _pages_answer(address), "watch": lambda: _has_board(site)}
    for name, is_ready in waits.items():
        if not supervisor.wait_for(is_ready, name, _START_S):
            if supervisor.is_stopping:
                return False
            raise CannotStart(f"{name} did not start; see {site.places.logs / f'{name}.log'}")
    return True


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _pages_answer(address: Address) -> bool:
    try:
        with urlopen(f"http://{address.own}:{address.port}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _has_board(site: RunningSite) -> bool:
    try:
        with connected(site.redis_url) as client:
            return latest_board(client, site.keys) is not None
    except (*RedisLost, UnreadableBoard):
        # A Redis of one's own may still hold the Board of an earlier version: watch writes the next within a second.
        return False


def addresses(site: RunningSite, address: Address) -> Iterator[str]:
    """The lines that say where everything is; raises CannotStart."""
    local = f"http://{address.own}:{address.port}"
    demo = "  (DEMO data)" if site.config.site.demo else ""
    yield f"{site.site_title} is up{demo}"
    for page, what in PAGES.items():
        yield f"  {page:<11} {local}/{page:<11} {what}"
    if address.is_public:
        yield f"  for TVs     {wall_address(site, address)}"
        yield f"              read-only and signed; {_for_people(site)}"
    yield f"  ?lang=zh behind an address is Chinese; data in {site.places.root}; ctrl-C stops everything"


def wall_address(site: RunningSite, address: Address) -> str:
    """The signed, read-only address of the wall for screens elsewhere; raises CannotStart."""
    # A process of its own: the supervisor does not carry SQL.
    ask = [sys.executable, "-m", "pulse.cli", "wall-token", "for-up", "--config", str(site.config.path)]
    asked = subprocess.run(ask, env={**os.environ, "PYTHONPATH": _path()}, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise CannotStart(f"wall-token: {asked.stderr.strip()}")
    host = _own_address() if address.host == "0.0.0.0" else address.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{address.port}/wall?token={asked.stdout.strip()}"


def _for_people(site: RunningSite) -> str:
    login = site.config.login
    return f"people log in at {login.rules.origin}" if login else "the other pages stay on this machine"


def _own_address() -> str:
    """The address other machines know this one by; asks the routing table, sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
