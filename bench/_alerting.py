"""A site whose rule tells a webhook: a private Redis, the real `pulse watch`, and the collectors' door into it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio

from bench._site import ROOT, board_after, ended, redis_at, wait_until
from pulse.clock import system_clock
from pulse.kpi.records import Channel, QueueState
from pulse.live.ingest import Ingest
from pulse.runtime.redis_server import own_url
from pulse.runtime.site import RunningSite

LIMIT = 50
_RULE = """
[rules.{name}]
kind = "threshold"
figure = "waiting"
raise_above = {limit}
level = 1
raise_for = "{raise_for_s}s"
clear_for = "0s"
notify = ["hook"]
"""
_CONFIG = """
redis_url = "{redis}"
[site]
name = "bench"
{rules}
[notify.hook]
kind = "webhook"
url = "{hook}"
allow_private = true
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """The running site."""

    site: RunningSite
    door: Ingest
    process: subprocess.Popen[bytes]
    runner: asyncio.Runner

    def waiting(self, counts: Mapping[str, int]) -> None:
        """How many wait, by queue: one batch, as a collector stores it."""
        at = system_clock()
        states = [
            QueueState(site="bench", source="bench", queue=queue, channel=Channel.VOICE, at=at, received_at=at, waiting=count)
            for queue, count in counts.items()
        ]
        self.runner.run(self.door.store("bench", states, None, at))


def site_with_rules(root: Path, hook: str, names: Sequence[str] = ("waiting",), *, raise_for_s: int = 0) -> RunningSite:
    """An empty site with rules of level I that are raised after so many seconds and cleared at once."""
    socket = root / "var" / "pulse" / "redis" / "redis.sock"
    rules = "".join(_RULE.format(name=name, limit=LIMIT, raise_for_s=raise_for_s) for name in names)
    (root / "pulse.toml").write_text(_CONFIG.format(redis=f"unix://{socket}", rules=rules, hook=hook), encoding="utf-8")
    return RunningSite.of(root / "pulse.toml")


@contextmanager
def watched(site: RunningSite) -> Iterator[Watched]:
    """`pulse watch` of the site, after its first Board."""
    began_at = system_clock()
    with redis_at(site.places), asyncio.Runner() as runner:
        process = _watch(site, site.places.logs / "watch.log")
        with ended(process):
            wait_until(lambda: board_after(site, began_at), "pulse watch")
            client = redis.asyncio.Redis.from_url(own_url(site.places))
            yield Watched(site, Ingest(client, site.keys), process, runner)
            runner.run(client.aclose())


@contextmanager
def another_watch(site: RunningSite) -> Iterator[subprocess.Popen[bytes]]:
    """One more `pulse watch` of a site, once it stands by or has the lease."""
    log = site.places.logs / "another.log"
    process = _watch(site, log)
    with ended(process):
        wait_until(lambda: any(word in log.read_text(encoding="utf-8") for word in ("standing_by", "lease_taken")), "another pulse watch")
        yield process


def _watch(site: RunningSite, written: Path) -> subprocess.Popen[bytes]:
    site.places.logs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pulse.cli", "watch", "--config", str(site.config.path)]
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    with written.open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
