"""A receiver of webhooks on loopback, ours and an Alertmanager's, that notes when each message was there."""

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

_PATIENCE_S = 120.0
Heard = tuple[float, dict[str, Any]]
"""When (of the monotonic clock) a message was there, and its body."""


class Hooks:
    """What was received; one thread may wait while others hear."""

    def __init__(self, address: str) -> None:
        self.url = f"{address}/hook"
        self.heard: list[Heard] = []
        self._news = threading.Condition()
        self._refuses_until_s, self._says_when = 0.0, False

    def refuse_until(self, until_s: float, *, says_when: bool) -> None:
        """Answers 429 until an instant (of the monotonic clock), and says in how many seconds to come again, or not."""
        self._refuses_until_s, self._says_when = until_s, says_when

    def refused(self, at_s: float) -> dict[str, str] | None:
        """The headers of a refusal at an instant; None where none is due."""
        left_s = self._refuses_until_s - at_s
        if left_s <= 0:
            return None
        return {"Retry-After": str(math.ceil(left_s))} if self._says_when else {}

    def hear(self, at_s: float, body: bytes) -> None:
        """Notes a message."""
        told = msgspec.json.decode(body)
        with self._news:
            self.heard.append((at_s, told))
            self._news.notify_all()

    def wait_for(self, wanted: Callable[[list[Heard]], bool], patience_s: float = _PATIENCE_S) -> bool:
        """Waits until what was heard is what is wanted; False where it is not in time."""
        with self._news:
            return self._news.wait_for(lambda: wanted(self.heard), patience_s)

    def next(self, state: str, after: int) -> float:
        """When the first message with that state (`raised`, `firing` …) of those after the first `after` was there."""
        found = [at_s for at_s, body in self._after(state, after)]
        if not found and not self.wait_for(lambda _: any(True for _ in self._after(state, after))):
            raise TimeoutError(f"no message {state} within {_PATIENCE_S:.0f} s")
        return next(at_s for at_s, body in self._after(state, after))

    def _after(self, state: str, after: int) -> Iterator[Heard]:
        return (one for one in self.heard[after:] if state in (one[1].get("state"), one[1].get("status")))


class _Server(ThreadingHTTPServer):
    """A sender that is killed leaves its connection broken: that is no error of ours."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionResetError):
            super().handle_error(request, client_address)


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A receiver that listens until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refused = told.refused(at_s := time.monotonic())
            if refused is None:
                told.hear(at_s, body)
            self.send_response(200 if refused is None else 429)
            for name, value in (refused or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    told = Hooks(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
