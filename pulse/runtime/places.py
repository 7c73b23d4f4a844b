"""Where a site keeps its things: the data folder, its lock, its key, its Redis socket."""

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pulse.config import Config
from pulse.runtime.refusal import RefusedToStart

_LONGEST_SOCKET_PATH = 100
"""A Unix socket's path ends at 108 bytes."""


class AlreadyRunning(RefusedToStart):
    """Another process works on the same data."""


@dataclass(frozen=True, slots=True)
class Places:
    """The data folder of one site, mode 0700."""

    root: Path

    @classmethod
    def of(cls, config: Config) -> "Places":
        """The site's places, made where they are missing."""
        places = cls(config.data_path)
        for folder in (places.root, places.redis, places.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return places

    @property
    def redis(self) -> Path:
        """The embedded server's folder."""
        return self.root / "redis"

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.root / "logs"

    @property
    def socket(self) -> Path:
        """The embedded server's socket; in a private folder of its own where the data folder's path is too long."""
        beside = self.redis / "redis.sock"
        if len(os.fsencode(beside)) <= _LONGEST_SOCKET_PATH:
            return beside
        short = Path(tempfile.gettempdir()) / f"pulse-{os.getuid()}-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]}"
        short.mkdir(mode=0o700, exist_ok=True)
        return short / "redis.sock"

    def site_key(self) -> bytes:
        """The site's secret, made once (0600): keys the customer hashes and signs wall tokens."""
        path = self.root / "site.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        return path.read_bytes()

    @contextmanager
    def locked(self, role: str) -> Iterator[None]:
        """Holds the lock of one role on this data; raises AlreadyRunning where another process holds it."""
        with (self.root / ("lock" if role == "up" else f"lock.{role}")).open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(f"{self.root}: another `pulse {role}` already works on this data") from error
            yield
