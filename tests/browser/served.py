import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
from boards import alerts, board
from sqlalchemy import update

from alerts.frame import AlertsFrame
from alerts.open_alerts import layer_of
from dashboard.fleet import screens
from pulse.kpi.board import encode_board
from pulse.kpi.interval import MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally
from pulse.live.keys import Keys
from pulse.live.publish import Publisher
from sql.documents import newest, save
from sql.models import Incident
from sql.recorder import Recorder
from sql.session import open_database

ROOT = Path(__file__).parents[2]
KEYS = Keys("harbour")


class Site:
    """A serve process on a free loopback port, and the watch process's pen: what is published here is on the screens."""

    def __init__(self, folder, server, login=""):
        self.redis, self.config = server, folder / "pulse.toml"
        self.data = folder / "var" / "pulse"
        self.data.mkdir(parents=True)
        (self.data / "site.key").write_bytes(b"0123456789abcdef")
        self.database_url = f"sqlite:///{self.data / 'history.db'}"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        head = '[site]\nname = "harbour"\nzone = "Europe/Berlin"\ndemo = true\n'
        self.config.write_text(head + login.replace("PAGES", self.url), encoding="utf-8")
        self._process = None

    def start(self):
        environment = {**os.environ, "PULSE_CONFIG": str(self.config), "REDIS_URL": self.redis.url}
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "streamlit_app.py",
            "--server.address",
            "127.0.0.1",
            "--server.port",
            str(self.port),
        ]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment)
        deadline = time.monotonic() + 60
        with httpx.Client(base_url=self.url) as client:
            while not _answers(client):
                assert self._process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)  # between two looks: who asks without a pause takes the time it starts with

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def publish(self, shown=None, **how):
        self._send(KEYS.board, encode_board(shown or board(now(), **how)))

    def publish_alerts(self, **how):
        self.publish_incidents(alerts(now(), **how).incidents)

    def publish_incidents(self, incidents):
        frame = AlertsFrame(at=now(), version=now(), incidents=tuple(incidents))
        with self.redis.client() as client:
            Publisher(client, KEYS).lay(KEYS.alerts, layer_of(frame))

    def saved_layout(self, name):
        with open_database(self.database_url) as database:
            saved = newest(database, "harbour", "layout")[name]
            return saved.version, saved.text

    @contextmanager
    def layout_saved(self, name, text):
        where = ("harbour", "layout", name)
        with open_database(self.database_url) as database:
            version = save(database, where, text, 0, ("tests", now()))
            yield
            save(database, where, "", version, ("tests", now()))

    def heartbeats(self):
        with self.redis.client() as client:
            return screens(client.hgetall(KEYS.screens), now())

    def stream_of_another_build(self):
        frame = httpx.get(f"{self.url}/api/snapshot").json() | {"build": "another"}
        return f"event: clock\ndata: {now()}\n\ndata: {json.dumps(frame)}\n\n"

    def store_incident(self, **how):
        shown = alerts(now(), **how).incidents[0]
        told = {name: getattr(shown, name) for name in ("id", "version", "rule", "kind", "scope", "level", "title", "why", "opened_at")}
        with open_database(self.database_url) as database, database.write() as session:
            session.merge(Incident(**told, site="harbour", signal=shown.signal.value, work=shown.work.value, contributors=[]))

    def change_incident(self, **values):
        with open_database(self.database_url) as database, database.write() as session:
            session.execute(update(Incident).where(Incident.id == 7).values(**values))

    def store_minutes(self):
        counted = Tally()
        for name, amount in (("offered", 10), ("answered", 9), ("answered_within_target", 8)):
            counted.add(name, amount)
        minute = now() // MINUTE_MS * MINUTE_MS - MINUTE_MS
        with open_database(self.database_url) as database:
            row = IntervalRow(minute, "support", "voice", counted)
            Recorder(database, "harbour").commit(stream_id="1-0", at=minute, state=b"", seen={}, rows=[row])

    def stored_incident(self):
        with open_database(self.database_url) as database, database.read() as session:
            return session.get(Incident, 7)

    def _send(self, key, data):
        with self.redis.client() as client:
            client.set(key, data)
            client.publish(key, data)


def _answers(client):
    try:
        return client.get("/_stcore/health").status_code == 200
    except httpx.TransportError:
        return False


def now():
    return time.time_ns() // 1_000_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
