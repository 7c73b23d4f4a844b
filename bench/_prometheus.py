"""The rival of alerting: Prometheus and Alertmanager, as installed, on ports and in folders of our own, with what they scrape."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench._site import ended, free_port, wait_until

BINARIES = ("prometheus", "prometheus-alertmanager")
_CONFIG = """
global: {{scrape_interval: {every}, scrape_timeout: {every}, evaluation_interval: {every}}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: bench, static_configs: [{{targets: ["127.0.0.1:{exporter}"]}}]}}]
"""
_ROUTE = """
route: {{receiver: hook, group_by: [{grouped_by}], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers: [{{name: hook, webhook_configs: [{{url: "{url}", send_resolved: true}}]}}]
"""


def is_installed() -> bool:
    """Whether both are on this machine."""
    return all(shutil.which(name) for name in BINARIES)


class Exporter:
    """What Prometheus scrapes; the text may change at any moment."""

    def __init__(self) -> None:
        self.text = b""
        self.port = 0

    def waiting(self, counts: dict[str, int]) -> None:
        """How many wait, by queue."""
        self.text = "".join(f'waiting{{queue="{queue}"}} {count}\n' for queue, count in counts.items()).encode()


@dataclass(frozen=True, slots=True)
class Rival:
    """The running two."""

    exporter: Exporter
    address: str

    def metric(self, name: str) -> float | None:
        """The sum of one of Prometheus' own metrics; None before it has one."""
        with urlopen(f"{self.address}/metrics", timeout=10) as answer:
            rows = answer.read().decode().splitlines()
        found = [float(row.rpartition(" ")[2]) for row in rows if row.startswith(name)]
        return sum(found) if found else None


@contextmanager
def rival(root: Path, rules: str, hook: str, every: str = "1s", *, grouped_by: str = "alertname") -> Iterator[Rival]:
    """Both, with their fastest settings: one scrape and one evaluation each `every`, group_wait 0."""
    ports = {"alertmanager": free_port(), "prometheus": free_port()}
    with _exporting() as exporter:
        (root / "prometheus.yml").write_text(_CONFIG.format(every=every, exporter=exporter.port, **ports), encoding="utf-8")
        (root / "rules.yml").write_text(rules, encoding="utf-8")
        (root / "alertmanager.yml").write_text(_ROUTE.format(url=hook, grouped_by=grouped_by), encoding="utf-8")
        manager = _started(root, "prometheus-alertmanager", "alertmanager.yml", ports["alertmanager"], "--cluster.listen-address=")
        with ended(manager), ended(_started(root, "prometheus", "prometheus.yml", ports["prometheus"])):
            for port in ports.values():
                wait_until(lambda port=port: _is_ready(port), "prometheus")
            yield Rival(exporter, f"http://127.0.0.1:{ports['prometheus']}")


def one_rule(limit: int) -> str:
    """Their form of `waiting` above a limit."""
    return f"groups: [{{name: bench, rules: [{{alert: Waiting, expr: 'waiting > {limit}'}}]}}]"


def _started(root: Path, binary: str, config: str, port: int, *more: str) -> subprocess.Popen[bytes]:
    folder = root / binary
    folder.mkdir()
    place = f"--storage.{'tsdb.' if binary == 'prometheus' else ''}path={folder}"
    command = [binary, f"--config.file={config}", place, f"--web.listen-address=127.0.0.1:{port}", *more]
    with (root / f"{binary}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=root, stdout=log, stderr=log)


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def _exporting() -> Iterator[Exporter]:
    exporter = Exporter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = exporter.text
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_told: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    exporter.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield exporter
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
