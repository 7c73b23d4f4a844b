"""What is slow to read and may be a little old: read in a thread of its own, so that a tick takes what is known and never waits.

In: a function that reads. Out: its newest answer.
"""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pulse.clock import Clock

_AGAIN_AFTER_TROUBLE_MS = 60_000
_JOIN_S = 0.5
About = TypeVar("About")
Told = TypeVar("Told")


class Reread(Generic[About, Told]):
    """Answers at once with what it knows, and reads again when that is older than `every_ms` or about something else."""

    def __init__(self, read: Callable[[About], Told], nothing: Told, clock: Clock, every_ms: int) -> None:
        self._read = read
        self._nothing = nothing
        self._clock = clock
        self._every_ms = every_ms
        self._known = nothing
        self._about: About | None = None
        self._due_at = 0
        self._thread: threading.Thread | None = None

    def __call__(self, about: About) -> Told:
        """What is known about it; `nothing` until it has been read once."""
        if about != self._about:
            self._about, self._known, self._due_at = about, self._nothing, 0
        if self._clock() >= self._due_at and not self.is_reading:
            self._due_at = self._clock() + self._every_ms
            self._thread = threading.Thread(target=self._refresh, args=(about,), daemon=True)
            self._thread.start()
        return self._known

    @property
    def is_reading(self) -> bool:
        """Whether it is being read at the moment."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being read is known."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def __enter__(self) -> "Reread[About, Told]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wait(_JOIN_S)

    def _refresh(self, about: About) -> None:
        try:
            told = self._read(about)
        except SQLAlchemyError as error:
            structlog.get_logger().warning("not_read_again", about=str(about), error=type(error).__name__)
            self._due_at = self._clock() + _AGAIN_AFTER_TROUBLE_MS
            return
        # Something else may have been asked for while this was read.
        if about == self._about:
            self._known = told
