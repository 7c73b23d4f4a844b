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
raise_for = "0s"
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


def site_with_rules(root: Path, hook: str, names: Sequence[str] = ("waiting",)) -> RunningSite:
    """An empty site with rules of level I that are raised and cleared at once."""
    socket = root / "var" / "pulse" / "redis" / "redis.sock"
    rules = "".join(_RULE.format(name=name, limit=LIMIT) for name in names)
    (root / "pulse.toml").write_text(_CONFIG.format(redis=f"unix://{socket}", rules=rules, hook=hook), encoding="utf-8")
    return RunningSite.of(root / "pulse.toml")


@contextmanager
def watched(site: RunningSite) -> Iterator[Watched]:
    """`pulse watch` of the site, after its first Board."""
    began_at = system_clock()
    with redis_at(site.places), asyncio.Runner() as runner:
        process = _watch(site)
        with ended(process):
            wait_until(lambda: board_after(site, began_at), "pulse watch")
            client = redis.asyncio.Redis.from_url(own_url(site.places))
            yield Watched(site, Ingest(client, site.keys), process, runner)
            runner.run(client.aclose())


def _watch(site: RunningSite) -> subprocess.Popen[bytes]:
    site.places.logs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pulse.cli", "watch", "--config", str(site.config.path)]
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    with (site.places.logs / "watch.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
