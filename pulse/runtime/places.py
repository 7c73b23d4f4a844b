"""Where a site keeps its things: the data folder, its lock, its key, its Redis socket."""

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pulse.config import GIVEN_UP, Config
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
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise RefusedToStart(f"{folder}: {error.strerror}, expected a data folder that can be written; set data_dir") from error
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
        if short.is_symlink() or short.stat().st_uid != os.getuid() or short.stat().st_mode & 0o077:
            raise RefusedToStart(f"{short}: belongs to somebody else or is open to others, expected a folder of our own, mode 0700")
        return short / "redis.sock"

    def tell_given_up(self, names: Sequence[str]) -> None:
        """Keeps the names of processes that stay down, for the screens to say so; none takes the word back."""
        path = self.root / GIVEN_UP
        if not names:
            path.unlink(missing_ok=True)
            return
        written = path.with_suffix(".new")
        written.write_text("\n".join(names), encoding="utf-8")
        written.replace(path)

    @property
    def site_key_path(self) -> Path:
        """Where the site's secret is."""
        return self.root / "site.key"

    def site_key(self) -> bytes:
        """The site's secret, made once (0600): keys the customer hashes and signs wall tokens."""
        path = self.site_key_path
        if not path.exists():
            with tempfile.NamedTemporaryFile(dir=self.root, prefix="site.key.") as made:
                made.write(secrets.token_bytes(32))
                made.flush()
                os.fsync(made.fileno())
                # A link is made whole or not at all: whoever comes second uses the first one's key.
                with suppress(FileExistsError):
                    os.link(made.name, path)
        return path.read_bytes()

    def known_site_key(self) -> bytes | None:
        """The same where it was made; None where it was not."""
        path = self.site_key_path
        return path.read_bytes() if path.is_file() else None

    @contextmanager
    def locked(self, role: str) -> Iterator[None]:
        """Holds the lock of one role on this data; raises AlreadyRunning where another process holds it."""
        path = self.root / ("lock" if role == "up" else f"lock.{role}")
        try:
            opened = path.open("a+")
        except OSError as error:
            raise RefusedToStart(f"{path}: {error.strerror}, expected a data folder that can be written; set data_dir") from error
        with opened as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(f"{self.root}: another `pulse {role}` already works on this data") from error
            yield
