"""A serve process on a private Redis, and the watch process's pen: what is published here is on its screens."""

import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
import redis

from alerts.frame import AlertsFrame, Changes, IncidentRow
from alerts.open_alerts import layer_of
from bench._site import ROOT, ended, free_port, page_answers, redis_at, wait_until
from bench._watched import fold_all, site_in
from pulse.clock import system_clock
from pulse.kpi.board import Board, encode_board
from pulse.live.publish import Publisher
from pulse.live.read import latest_board
from pulse.runtime.redis_server import own_url
from pulse.runtime.site import RunningSite
from pulse.runtime.up import Address, serve_arguments

_RECORDS = 12_000
_MOST_WAITING = 40


@dataclass(frozen=True, slots=True)
class Served:
    """The running process, its address, and the Board of twelve busy queues that it shows."""

    site: RunningSite
    client: redis.Redis
    address: str
    process: psutil.Process
    board: Board

    def publish(self) -> int:
        """The Board as of now, with other numbers waiting in every queue; gives its instant (epoch ms)."""
        at = system_clock()
        waiting = at // 100 % _MOST_WAITING
        queues = {
            name: msgspec.structs.replace(queue, waiting=(waiting + place) % _MOST_WAITING)
            for place, (name, queue) in enumerate(self.board.queues.items())
        }
        total = msgspec.structs.replace(self.board.site, waiting=sum(queue.waiting or 0 for queue in queues.values()))
        self._send(self.site.keys.board, encode_board(msgspec.structs.replace(self.board, at=at, site=total, queues=queues)))
        return at

    def publish_alerts(self, frame: AlertsFrame) -> None:
        """All open incidents."""
        Publisher(self.client, self.site.keys).lay(self.site.keys.alerts, layer_of(frame))

    def publish_row(self, after: AlertsFrame, row: IncidentRow) -> AlertsFrame:
        """One row that is other than it was; gives all of them as of now."""
        changes = Changes(at=system_clock(), after=after.version, version=after.version + 1, changed=(row,))
        Publisher(self.client, self.site.keys).lay(self.site.keys.alerts, layer_of(changes))
        rows = tuple(row if row.id == one.id else one for one in after.incidents)
        return AlertsFrame(at=changes.at, version=changes.version, incidents=rows)

    def cpu_s(self) -> float:
        """The CPU time the serve process has used."""
        times = self.process.cpu_times()
        return times.user + times.system

    def rss_mb(self) -> float:
        """Its resident memory."""
        return self.process.memory_info().rss / 1e6

    def _send(self, key: str, data: bytes) -> None:
        with self.client.pipeline(transaction=False) as pipe:
            pipe.set(key, data)
            pipe.publish(key, data)
            pipe.execute()


@contextmanager
def served(root: Path) -> Iterator[Served]:
    """A serve process as `pulse up` starts it, with its first Board."""
    site = site_in(root)
    site.places.site_key()
    with redis_at(site.places) as client:
        fold_all(client, site, _RECORDS)
        board = latest_board(client, site.keys)
        if board is None:
            raise RuntimeError("there is no Board to show")
        with serving(site) as (address, process):
            yield Served(site, client, address, process, board)


@contextmanager
def serving(site: RunningSite) -> Iterator[tuple[str, psutil.Process]]:
    """A serve process of the site, whose Redis runs: its address and the process, once it answers."""
    port = free_port()
    environment = {"PULSE_CONFIG": str(site.config.path), "REDIS_URL": own_url(site.places), "PATH": "/usr/bin:/bin"}
    with (site.places.root / "serve.log").open("wb") as log:
        command = serve_arguments(Address("127.0.0.1", port))
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    with ended(process):
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: page_answers(address), "pulse serve")
        yield address, psutil.Process(process.pid)


def every(period_s: float, times: int) -> Iterator[int]:
    """Counts up in even steps of time, however long what is done in between takes."""
    began_s = time.monotonic()
    for number in range(times):
        time.sleep(max(0.0, began_s + number * period_s - time.monotonic()))
        yield number


def raise_open_files(needed: int) -> None:
    """Lets this process and those it starts open that many files; raises RuntimeError where the machine forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise RuntimeError(f"{needed} open files are needed, the machine allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
