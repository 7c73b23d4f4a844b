"""A real Prometheus of the tests' own on loopback, what it scrapes, and the routes it tells of alerts."""

import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import uvicorn

BINARY = shutil.which("prometheus")
EVERY = "200ms"
_PATIENCE_S = 20
_CONFIG = """
global: {{scrape_interval: {every}, scrape_timeout: {every}, evaluation_interval: {every}}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: trunks, static_configs: [{{targets: ["{target}"]}}]}}]
alerting:
  alertmanagers:
    - scheme: http
      authorization: {{credentials_file: token}}
      static_configs: [{{targets: ["{pulse}"]}}]
"""
_RULES = """
groups:
  - name: telephony
    rules:
      - alert: TrunkDown
        expr: trunk_up == 0
        labels: {severity: critical}
        annotations: {summary: "no trunk since the last look"}
"""


def needs_prometheus():
    """Skips where there is no Prometheus, unless PULSE_REQUIRE=all: then its absence is a failure."""
    if BINARY is None:
        refuse = pytest.fail if os.environ.get("PULSE_REQUIRE") == "all" else pytest.skip
        refuse("there is no prometheus")


def wait_for(seen, what):
    """What is seen, once it is true; fails after some seconds."""
    deadline = time.monotonic() + _PATIENCE_S
    while not (found := seen()):
        assert time.monotonic() < deadline, f"{what}: not seen in time"
        time.sleep(0.05)  # between two looks
    return found


class Trunk:
    """What is scraped: whether the trunk of a queue is up."""

    def __init__(self):
        self.up = 1
        trunk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                text = f'trunk_up{{queue="support"}} {trunk.up}\n'.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_told):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


@contextmanager
def served(app):
    """An app on loopback; gives its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@contextmanager
def prometheus(folder, trunk, pulse, token):
    """Scrapes the trunk and tells `pulse` of its alerts; gives the process, once it has seen the trunk."""
    (folder / "prometheus.yml").write_text(_CONFIG.format(every=EVERY, target=trunk.address, pulse=pulse))
    (folder / "rules.yml").write_text(_RULES)
    (folder / "token").write_text(token)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own = f"127.0.0.1:{probe.getsockname()[1]}"
    options = [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        f"--web.listen-address={own}",
        "--rules.alert.resend-delay=200ms",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([BINARY, *options], cwd=folder, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{own}", timeout=1) as client:
            wait_for(lambda: _has_seen_the_trunk(client), "the first scrape")
        yield process
    finally:
        process.kill()
        process.wait()


def _has_seen_the_trunk(client):
    try:
        answer = client.get("/api/v1/query", params={"query": "trunk_up"})
        return answer.is_success and answer.json()["data"]["result"]
    except httpx.HTTPError:
        return False
