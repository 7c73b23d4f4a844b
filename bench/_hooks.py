"""A receiver of webhooks on loopback, ours and an Alertmanager's, that notes when each message was there."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

_PATIENCE_S = 60.0
Heard = tuple[float, dict[str, Any]]
"""When (of the monotonic clock) a message was there, and its body."""


class Hooks:
    """What was received; one thread may wait while others hear."""

    def __init__(self, address: str) -> None:
        self.url = f"{address}/hook"
        self.heard: list[Heard] = []
        self._news = threading.Condition()

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


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A receiver that listens until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.hear(time.monotonic(), body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Hooks(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
