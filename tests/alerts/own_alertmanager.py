"""A real Alertmanager of the tests' own on loopback, that posts what it is told to a receiver."""

import os
import shutil
import socket
import subprocess
import time

import httpx
import pytest

BINARY = shutil.which("prometheus-alertmanager")
_PATIENCE_S = 20
_CONFIG = """
route: {{receiver: pulse, group_by: [site, incident], group_wait: 0s, group_interval: 1s}}
receivers: [{{name: pulse, webhook_configs: [{{url: "{url}", send_resolved: true}}]}}]
"""


def needs_alertmanager():
    """Skips where there is no Alertmanager, unless PULSE_REQUIRE=all: then its absence is a failure."""
    if BINARY is None:
        refuse = pytest.fail if os.environ.get("PULSE_REQUIRE") == "all" else pytest.skip
        refuse("there is no prometheus-alertmanager")


class OwnAlertmanager:
    """Runs until it is stopped; it forgets alerts when it is started again."""

    def __init__(self, folder, told_to):
        self._folder = folder
        (folder / "alertmanager.yml").write_text(_CONFIG.format(url=told_to))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._process = self._client = None

    def start(self):
        command = [BINARY, "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]
        with (self._folder / "alertmanager.log").open("ab") as log:
            listening = f"--web.listen-address={self.url.removeprefix('http://')}"
            self._process = subprocess.Popen([*command, listening], cwd=self._folder, stdout=log, stderr=log)
        self._client = httpx.Client(base_url=self.url, timeout=5)
        self.wait_for(self._answers)

    def stop(self):
        self._client.close()
        self._process.kill()
        self._process.wait()

    def alerts(self):
        """What it knows now, by incident: (state, labels, endsAt)."""
        return {one["labels"]["incident"]: one for one in self._client.get("/api/v2/alerts").json()}

    def wait_for(self, seen):
        """Waits for what is seen; fails after some seconds."""
        deadline = time.monotonic() + _PATIENCE_S
        while not seen():
            assert time.monotonic() < deadline, "not seen in time"
            time.sleep(0.02)  # between two looks

    def _answers(self):
        try:
            return self._client.get("/-/ready").is_success
        except httpx.HTTPError:
            return False
