import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import redis
from made import contact
from own_redis import OwnRedis

from pulse.clock import system_clock
from pulse.live.ingest import Ingest
from pulse.live.read import latest_board
from pulse.runtime.redis_server import server_binary
from pulse.runtime.site import RunningSite

ROOT = Path(__file__).parents[2]
QUEUES = ("support", "billing", "sales")
COUNTED = ("offered", "answered", "abandoned")
PATIENCE_S = 30


def noon_zone():
    """The time zone in which it is about noon: the site's day does not end while a test runs."""
    behind = datetime.now(UTC).hour - 12
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


class KilledSite:
    """`pulse watch` as a process of its own over a Redis of our own, a writer, and the log of what was written."""

    def __init__(self, folder):
        config = folder / "pulse.toml"
        config.write_text(f'redis_url = "unix://{folder}/var/pulse/redis/redis.sock"\n[site]\nname = "harbour"\nzone = "{noon_zone()}"\n')
        self.site = RunningSite.of(config)
        self.redis = OwnRedis(server_binary(), self.site.places.root)
        self.log = Counter()
        self.watch = None
        self._batches = 0

    def start_watch(self):
        command = [sys.executable, "-m", "pulse.cli", "watch", "--config", str(self.site.config.path)]
        with (self.site.places.logs / "watch.log").open("ab") as log:
            self.watch = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def kill_watch(self):
        self.watch.send_signal(signal.SIGKILL)
        assert self.watch.wait() == -signal.SIGKILL, "watch ended by itself"

    def stop_watch(self):
        self.watch.terminate()
        assert self.watch.wait(10) == 0

    def stop(self):
        if self.watch is not None and self.watch.poll() is None:
            self.watch.kill()
            self.watch.wait()
        self.redis.stop()

    async def write(self):
        """One more batch into the stream; each tenth is stored twice, as by a collector that crashed before it knew."""
        batch = self._next_batch()
        async with self.redis.async_client() as client:
            for _ in range(1 + (self._batches % 10 == 0)):
                await self._stored(Ingest(client, self.site.keys), batch)

    async def write_until(self, signal_seen):
        """Goes on writing until something is seen."""
        deadline = time.monotonic() + PATIENCE_S
        while not signal_seen():
            assert self.watch.poll() is None, "watch ended by itself"
            assert time.monotonic() < deadline, "watch makes no progress"
            await self.write()

    def wait_for(self, told):
        """Waits, without writing, until all that was written has been `told`."""
        deadline = time.monotonic() + PATIENCE_S
        while told() != self.log:
            assert self.watch.poll() is None, "watch ended by itself"
            assert time.monotonic() < deadline, f"told {told()}, written {self.log}"
            time.sleep(0.02)  # between two looks; what is waited for is the count

    def board_counts(self):
        """What the last Board says of today, by queue and name."""
        with self.redis.client() as client:
            board = latest_board(client, self.site.keys)
        if board is None:
            return Counter()
        return Counter({(queue, name): scope.today[name] for queue, scope in board.queues.items() for name in COUNTED})

    def history_counts(self):
        """The sum of all minutes, by queue and name."""
        found = Counter()
        for (queues,) in self._rows("select queues from minutes"):
            for queue, channels in msgspec.json.decode(queues).items():
                for tally in channels.values():
                    found.update({(queue, name): tally["counts"].get(name, 0) for name in COUNTED})
        return found

    def checkpoint_id(self):
        return next(iter(self._rows("select stream_id from checkpoint")), None)

    def stream_begin(self):
        """The first entry that is left."""
        with self.redis.client() as client:
            return client.xrange(self.site.keys.records, count=1)[:1]

    def is_reading(self):
        with self.redis.client() as client:
            return any(one["cmd"] == "xread" for one in client.client_list())

    def _rows(self, query):
        path = self.site.places.root / "history.db"
        if not path.exists():
            return []
        database = sqlite3.connect(path)
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            database.close()

    async def _stored(self, door, batch):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return await door.store("phone", batch, {"batch": self._batches}, system_clock())
            except redis.RedisError:
                assert time.monotonic() < deadline, "redis-server stays away"

    def _next_batch(self):
        self._batches += 1
        at, batch = system_clock(), []
        for number, queue in enumerate(QUEUES):
            end = "abandoned" if (self._batches + number) % 3 == 0 else "answered"
            events = [("offered", at - 2000, {}), (end, at, {"wait_s": 2.0})]
            batch += [contact(type_, f"{self._batches}", when, queue=queue, **facts) for type_, when, facts in events]
            self.log.update({(queue, "offered"): 1, (queue, end): 1})
        return batch
