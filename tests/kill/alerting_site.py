"""A site that tells a webhook, with real processes of `pulse watch` that are killed, frozen and woken."""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

import msgspec
from own_redis import OwnRedis

from pulse.clock import system_clock
from pulse.kpi.records import Channel, QueueState
from pulse.live.ingest import Ingest
from pulse.live.read import latest_board
from pulse.runtime.redis_server import server_binary
from pulse.runtime.site import RunningSite
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, WatchLease
from sql.session import open_database

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30
LIMIT = 50
CONFIG = """
redis_url = "unix://{folder}/var/pulse/redis/redis.sock"
[site]
name = "harbour"
[rules.waiting]
kind = "threshold"
figure = "waiting"
raise_above = {limit}
level = 1
notify = ["hook"]
{timing}
[notify.hook]
kind = "webhook"
url = "{hook}"
allow_private = true
"""
AT_ONCE = 'raise_for = "0s"\nclear_for = "0s"'


class Hook:
    """A receiver of webhooks on loopback; what it answers can be changed."""

    def __init__(self):
        self.heard, self.status, self._news = [], 200, Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(hook.answer(body))
                self.end_headers()

            def log_message(self, *_):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def answer(self, body):
        with self._news:
            if self.status == 200:
                self.heard.append(body)
            self._news.notify_all()
            return self.status

    def told(self):
        """State and queue of each message, in the order in which they were there."""
        return [(body["state"], body["scope"]) for body in self.heard]

    def wait_for(self, *wanted):
        """Waits until all of the wanted states and queues were told."""
        with self._news:
            assert self._news.wait_for(lambda: set(wanted) <= set(self.told()), PATIENCE_S), f"heard {self.told()}, expected {wanted}"

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class AlertingSite:
    """Watches by number, a writer of queue states, and the receiver of messages."""

    def __init__(self, folder, timing=AT_ONCE):
        self.hook = Hook()
        config = folder / "pulse.toml"
        config.write_text(CONFIG.format(folder=folder, limit=LIMIT, timing=timing, hook=self.hook.url))
        self.site = RunningSite.of(config)
        self.redis = OwnRedis(server_binary(), self.site.places.root)
        self.watches = []
        self.began_at = system_clock()

    def start_watch(self):
        """One more `pulse watch`; its number."""
        command = [sys.executable, "-m", "pulse.cli", "watch", "--config", str(self.site.config.path)]
        with self.log(len(self.watches)).open("wb") as log:
            self.watches.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        return len(self.watches) - 1

    def start_holder(self):
        """A watch that has the lease and publishes."""
        number = self.start_watch()
        self.wait_until(lambda: "lease_taken" in self.said(number))
        self.wait_for_board()
        return number

    def start_standby(self):
        """A watch that stands by."""
        number = self.start_watch()
        self.wait_until(lambda: "standing_by" in self.said(number))
        return number

    def log(self, number):
        return self.site.places.logs / f"watch-{number}.log"

    def said(self, number):
        return self.log(number).read_text()

    def signal(self, number, which):
        os.kill(self.watches[number].pid, which)

    def kill(self, number):
        self.signal(number, signal.SIGKILL)
        assert self.watches[number].wait() == -signal.SIGKILL, f"watch ended by itself: {self.said(number)}"

    def wait_for_board(self):
        """Waits for a Board that is newer than this call."""
        asked_at = system_clock()
        self.wait_until(lambda: (board := self.board()) is not None and board.at > asked_at)

    def board(self):
        with self.redis.client() as client:
            return latest_board(client, self.site.keys)

    async def waiting(self, **counts):
        """How many wait in each queue, stored as a collector stores it."""
        at = system_clock()
        states = [
            QueueState(site="harbour", source="phone", queue=queue, channel=Channel.VOICE, at=at, received_at=at, waiting=count)
            for queue, count in counts.items()
        ]
        async with self.redis.async_client() as client:
            await Ingest(client, self.site.keys).store("phone", states, None, at)

    def rows(self, table):
        with open_database(self.site.database_url) as database, database.read() as session:
            return session.query(table).order_by(*table.__table__.primary_key).all()

    def lease(self):
        return self.rows(WatchLease)[0].number

    def open_incidents(self):
        return [incident.scope for incident in self.rows(Incident) if incident.closed_at is None]

    def wait_until_nothing_waits(self):
        """Waits until each message is known to be delivered."""
        self.wait_until(lambda: all(message.sent_at for message in self.rows(OutboxMessage)))

    def log_is_whole(self):
        with open_database(self.site.database_url) as database:
            return first_broken(database, "harbour") is None

    def wait_until(self, is_true):
        deadline = time.monotonic() + PATIENCE_S
        while not is_true():
            assert time.monotonic() < deadline, [self.said(number) for number in range(len(self.watches))]
            time.sleep(0.02)  # between two looks; what is waited for is what is seen

    def stop(self):
        for watch in self.watches:
            if watch.poll() is None:
                watch.kill()
                watch.wait()
        self.hook.stop()
        self.redis.stop()
