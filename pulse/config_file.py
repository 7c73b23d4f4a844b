"""The config file while a process runs on it: noticed when it changes, read and checked whole, and only then taken over.

In: a file, and what else must be right about a config. Out: a `Reading` for each change: a config with the tables of the file that
may change while the process runs and all others as they were, or every fault.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pulse.config import Config, ConfigError, Fault, checked_config
from pulse.config_faults import every_fault

LIVE = ("rules", "notify", "teams", "escalation", "maintenance", "statements", "snapshot")
"""The tables that may change while a process runs; what sources, queues or places are is settled when it starts."""
Check = Callable[[Config], list[Fault]]
"""Every fault of a config that its own tables do not show."""
_Mark = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a changed file says."""

    sha: str
    """Of its text, in hexadecimal digits; empty where it cannot be read."""
    config: Config | None
    """None where it has faults: what was in force stays so."""
    faults: tuple[Fault, ...] = ()
    restart: tuple[str, ...] = ()
    """The keys it has changed that wait for a restart."""


class ConfigFile:
    """One file, and the tables of it that are in force."""

    def __init__(self, config: Config, check: Check) -> None:
        self._config = config
        self._check = check
        self._read: object = self
        """The mark of the file when it was read; at first none that a file can have."""
        self._seen: object = self
        self._sha: str | None = None

    def now(self) -> Reading:
        """What the file says at this moment."""
        self._read = _mark(self._config.path)
        text = _text(self._config.path)
        self._sha = _sha(text)
        return self._reading(text, self._sha)

    def look(self) -> Reading | None:
        """What the file says, where it has changed and has stood still since the look before; None otherwise.

        A file that is being written is left alone until it is whole.
        """
        mark, before = _mark(self._config.path), self._sha
        if mark == self._read:
            return None
        if mark != self._seen:
            self._seen = mark
            return None
        found = self.now()
        return None if self._sha == before else found

    def _reading(self, text: str | None, sha: str) -> Reading:
        if text is None:
            gone = Fault(where=str(self._config.path), message="it cannot be read, expected the file this process was started with")
            return Reading(sha=sha, config=None, faults=(gone,))
        restart: tuple[str, ...] = ()
        try:
            tables = tomllib.loads(text)
            if tables != self._config.written:
                self._right(tables)
                restart = tuple(_changed(self._config.written, tables))
                self._config = self._right(_joined(self._config.written, tables))
        except tomllib.TOMLDecodeError as error:
            return Reading(sha=sha, config=None, faults=(Fault(where=str(self._config.path), message=str(error)),))
        except ConfigError as error:
            return Reading(sha=sha, config=None, faults=tuple(error.faults), restart=restart)
        return Reading(sha=sha, config=self._config, restart=restart)

    def _right(self, tables: Mapping[str, Any]) -> Config:
        faults = every_fault(tables, self._config.path, self._check)
        if faults:
            raise ConfigError(faults)
        return checked_config(tables, self._config.path)


def _joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The tables that may change as they are now, and the others as they were."""
    settled = {name: table for name, table in before.items() if name not in LIVE}
    return settled | {name: after[name] for name in LIVE if name in after}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The keys that wait for a restart: of tables with names, each name by itself."""
    for key in dict.fromkeys((*before, *after)):
        was, is_now = before.get(key, {}), after.get(key, {})
        if key in LIVE or was == is_now:
            continue
        if not isinstance(was, Mapping) or not isinstance(is_now, Mapping):
            yield key
            continue
        yield from (f"{key}.{name}" for name in dict.fromkeys((*was, *is_now)) if was.get(name) != is_now.get(name))


def _mark(path: Path) -> _Mark:
    """What changes with the file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _sha(text: str | None) -> str:
    return "" if text is None else sha256(text.encode()).hexdigest()
