"""A site that tells a webhook, with real processes of `pulse watch` that are killed, frozen and woken."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

import msgspec
from own_redis import OwnRedis

from alerts.open_alerts import open_alerts
from pulse.clock import system_clock
from pulse.kpi.records import Channel, QueueState
from pulse.live.ingest import Ingest
from pulse.live.read import latest_board
from pulse.runtime.redis_server import server_binary
from pulse.runtime.site import RunningSite
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, SignalState
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
SOURCE = """
[sources.phone]
kind = "http_json"
every = "500ms"
stale_after = "1s"
into = "QueueState"
fields = {{ queue = "id", channel = "'voice'", waiting = "waiting" }}
[sources.phone.request]
url = "{api}"
"""
AT_ONCE = 'raise_for = "0s"\nclear_for = "0s"'


class Api:
    """A telephone system that says by HTTP how many wait, until it is switched off."""

    def __init__(self):
        self.waiting = {}
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = msgspec.json.encode([{"id": queue, "waiting": count} for queue, count in api.waiting.items()])
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/queues"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Hook:
    """A receiver of webhooks on loopback, that may refuse or be gone for a while."""

    def __init__(self):
        self.heard, self.status, self.refused, self._news = [], 200, 0, Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(hook.answer(body))
                self.end_headers()

            def log_message(self, *_):
                return

        self._handler, self._port = Handler, 0
        self.listen()
        self.url = f"http://127.0.0.1:{self._port}/hook"

    def listen(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
        self._port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop_listening(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, body):
        with self._news:
            if self.status == 200:
                self.heard.append(body)
            else:
                self.refused += 1
            self._news.notify_all()
            return self.status

    def told(self):
        """State and queue of each alert that was told, in the order in which they were."""
        return [(alert["state"], alert["scope"]) for body in self.heard for alert in body.get("alerts", [body])]

    def wait_for(self, *wanted):
        """Waits until all of the wanted states and queues were told."""
        with self._news:
            assert self._news.wait_for(lambda: set(wanted) <= set(self.told()), PATIENCE_S), f"heard {self.told()}, expected {wanted}"


def command(config, *words):
    return [sys.executable, "-m", "pulse.cli", *words, "--config", str(config)]


class AlertingSite:
    """Processes by number, a writer of queue states, and the receiver of messages."""

    def __init__(self, folder, timing=AT_ONCE, api=None):
        self.hook = Hook()
        config = folder / "pulse.toml"
        source = "" if api is None else SOURCE.format(api=api.url)
        config.write_text(CONFIG.format(folder=folder, limit=LIMIT, timing=timing, hook=self.hook.url) + source)
        self.site = RunningSite.of(config)
        self.redis = OwnRedis(server_binary(), self.site.places.root)
        self.processes = []
        self.began_at = system_clock()

    def start_watch(self):
        """One more `pulse watch`; its number."""
        return self._start("watch", self.site.config.path)

    def start_watch_elsewhere(self):
        """One that stands by on another machine, as far as it can tell: with the same database and a data folder of its own."""
        here = self.site.config.path
        there = here.with_name("elsewhere.toml")
        there.write_text(f'database_url = "{self.site.database_url}"\ndata_dir = "elsewhere"\n{here.read_text()}')
        number = self._start("watch", there)
        self.wait_until(lambda: "standing_by" in self.said(number))
        return number

    async def freeze(self, number):
        """Stops a process between two of its transactions: within one it would keep everybody from writing."""
        self.signal(number, signal.SIGSTOP)
        while not self.can_write():
            self.signal(number, signal.SIGCONT)
            await asyncio.sleep(0)
            self.signal(number, signal.SIGSTOP)

    def can_write(self):
        database = sqlite3.connect(self.site.places.root / "history.db", timeout=0.05, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        else:
            return True
        finally:
            database.close()

    def start_collect(self):
        """`pulse collect`; its number."""
        return self._start("collect", self.site.config.path)

    def _start(self, role, config):
        with self.log(len(self.processes)).open("wb") as log:
            self.processes.append(subprocess.Popen(command(config, role), cwd=ROOT, stdout=log, stderr=log))
        return len(self.processes) - 1

    def run(self, *words):
        """One command of `pulse`, to its end."""
        subprocess.run(command(self.site.config.path, *words), cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE_S)

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
        return self.site.places.logs / f"process-{number}.log"

    def said(self, number):
        return self.log(number).read_text()

    def signal(self, number, which):
        os.kill(self.processes[number].pid, which)

    def kill(self, number):
        self.signal(number, signal.SIGKILL)
        assert self.processes[number].wait() == -signal.SIGKILL, f"watch ended by itself: {self.said(number)}"

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

    def alerts(self):
        """The frame of open alerts, by queue; none before the first."""
        with self.redis.client() as client:
            frame = open_alerts(client, self.site.keys)
        return {} if frame is None else {row.scope: row for row in frame.incidents}

    def open_incidents(self):
        return [incident.scope for incident in self.rows(Incident) if incident.closed_at is None]

    def wait_until_nothing_waits(self):
        """Waits until each message is known to be delivered."""
        self.wait_until(lambda: all(message.sent_at for message in self.messages()))

    def messages(self):
        return self.rows(OutboxMessage)

    def states(self):
        """The signal state of each alert, as stored."""
        return [row.state for row in self.rows(SignalState)]

    def log_is_whole(self):
        with open_database(self.site.database_url) as database:
            return first_broken(database, "harbour") is None

    def wait_until(self, is_true):
        deadline = time.monotonic() + PATIENCE_S
        while not is_true():
            assert time.monotonic() < deadline, [self.said(number) for number in range(len(self.processes))]
            time.sleep(0.02)  # between two looks; what is waited for is what is seen

    def stop(self):
        for watch in self.processes:
            if watch.poll() is None:
                watch.kill()
                watch.wait()
        self.hook.stop_listening()
        self.redis.stop()
