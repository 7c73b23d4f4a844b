"""Makes Boards, samples and configs for the tests of alerts; every default is a queue that does well."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from alerts.message import Attempt
from alerts.sample import Sample
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope, SourceCondition, SourceHealth
from pulse.text import Text

T0 = 1_795_435_200_000
"""2026-11-23 12:00 UTC, a Monday."""
WORDS = Text("words", "文字")


def ms(seconds: float) -> int:
    return T0 + round(seconds * 1000)


def still(seconds: float):
    """A clock that stands."""
    return lambda: ms(seconds)


def queue(service_level: float | None = 0.9, offered: int | None = 100, **facts: Any) -> Scope:
    window = {"service_level": service_level, "projected_service_level": service_level, "offered": offered}
    known = {"title": "Support", "goal_ratio": 0.8, "oldest_wait_s": 95.0, "last_30m": window}
    return Scope(**(known | facts))


def board(at: int = T0, site: Scope | None = None, sources: dict[str, SourceHealth] | None = None, **queues: Scope) -> Board:
    return Board(at=at, site=site or Scope(title="Site"), queues=queues, sources=sources or {})


def source(polled_at: int | None, condition: SourceCondition = SourceCondition.OK, **facts: Any) -> SourceHealth:
    return SourceHealth(source="phone", kind="ami", condition=condition, polled_at=polled_at, **facts)


def sample(reading: str, at: int, scope: str = "support", value: float = 0.5) -> Sample:
    breaching, clear = {"breach": (True, False), "between": (False, False), "clear": (False, True), "none": (None, None)}[reading]
    return Sample(scope=scope, at=at, title=WORDS, why=WORDS, breaching=breaching, clear=clear, value=value)


def config(folder: Path = Path(), rules: dict[str, Any] | None = None, notify: dict[str, Any] | None = None, **tables: Any):
    rule = {"kind": "sla_breach", "level": 3, "raise_for": "60s", "clear_for": "120s"}
    written = {"rules": {"sla": rule} if rules is None else rules, "notify": notify or {}, **tables}
    return checked_config(written, folder / "pulse.toml")


class FakeChannel:
    """A way out that answers as it is told; its last answer stays."""

    def __init__(self, *answers: Attempt) -> None:
        self.answers = list(answers) or [Attempt(delivered=True, status=200)]
        self.sent = []

    def send(self, message, now):
        self.sent.append((message, now))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        self.answers = []

    @property
    def keys(self):
        return [message.key for message, _ in self.sent]


class Receiver:
    """A real HTTP server on loopback that answers as it is told: (status, headers) or (status, headers, body), or None to drop the
    connection.
    """

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.standing: Any = (200, {})
        """What it answers when it is told nothing."""
        self.paths: list[str] = []
        self.sizes: list[int] = []
        self.got: list[tuple[dict[str, str], Any]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.paths.append(self.path)
                receiver.sizes.append(len(body))
                receiver.got.append((dict(self.headers), msgspec.json.decode(body)))
                answer = receiver.answers.pop(0) if receiver.answers else receiver.standing
                if answer is None:
                    self.close_connection = True
                    return
                told = answer[2].encode() if len(answer) > 2 else b""
                self.send_response(answer[0])
                for name, value in {"Content-Length": str(len(told)), **answer[1]}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_args):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _ in self.got]

    @property
    def bodies(self) -> list[Any]:
        return [body for _, body in self.got]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
