"""The open incidents on their way to consoles: pages of a snapshot, then what changes, each made once for all of them.

In: open incidents as they change, and beats. Out: JSON. A console loads the pages, then lays over them what its stream tells;
`epoch` names this run of the server, because versions begin anew with each.
"""

from collections.abc import Callable, Iterable

import msgspec

from alerts.frame import Changes, IncidentRow
from dashboard.alert_log import AlertLog, Delta, Page
from dashboard.incidents import console_rows, only_name
from pulse.clock import Clock

MOST_ROWS = 500
"""The most rows of one page."""
_encode = msgspec.json.Encoder().encode


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a stream tells: a delta, which is empty in a beat; without one the console must load anew."""

    epoch: str
    at: int
    sent: int
    delta: Delta | None


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a snapshot; `at` is None until there was a frame."""

    epoch: str
    at: int | None
    sent: int
    page: Page


class AlertStream:
    """Versions of the open incidents, and what each console is told of them."""

    def __init__(self, clock: Clock, epoch: str) -> None:
        self.epoch = epoch
        self._clock = clock
        self._log = AlertLog()
        self._at: int | None = None
        self._told: dict[int, bytes] = {}

    def take(self, rows: Iterable[IncidentRow], at: int, place_of: Callable[[str], dict[str, str]] = only_name) -> bytes:
        """Takes all open incidents as of `at` (epoch ms); gives what consoles that had all before are told."""
        before, self._at = self._log.version, at
        self._log.apply(console_rows(rows, place_of))
        return self._tell(before)

    def change(self, changes: Changes, place_of: Callable[[str], dict[str, str]] = only_name) -> bytes:
        """Takes what changed; gives what consoles that had all before are told."""
        before, self._at = self._log.version, changes.at
        self._log.change(console_rows(changes.changed, place_of), changes.gone)
        return self._tell(before)

    def beat(self, at: int) -> bytes:
        """What was told still holds at `at` (epoch ms); gives what consoles are told."""
        self._at = at
        return self._tell(self._log.version)

    def follow(self, epoch: str | None, version: int | None) -> Callable[[bytes], bytes]:
        """For one console that holds a version of an epoch: turns each telling into the one this console needs."""
        held = self._log.version if version is None else version if epoch == self.epoch else None

        def told(_newest: bytes) -> bytes:
            nonlocal held
            since, held = held, self._log.version
            return self._telling(since)

        return told

    def page(self, version: int | None, after: int, limit: int) -> bytes | None:
        """At most `limit` rows of a version after the first `after`, of the newest where none is named; None where it is gone."""
        page = self._log.page(self._log.version if version is None else version, max(0, after), max(1, min(limit, MOST_ROWS)))
        if page is None:
            return None
        return _encode(Loaded(epoch=self.epoch, at=self._at, sent=self._clock(), page=page))

    def _tell(self, since: int) -> bytes:
        self._told = {}
        return self._telling(since)

    def _telling(self, since: int | None) -> bytes:
        """Made once for all consoles that hold the same version."""
        key = -1 if since is None else since
        if key not in self._told:
            delta = None if since is None else self._log.since(since)
            self._told[key] = _encode(Told(epoch=self.epoch, at=self._at or 0, sent=self._clock(), delta=delta))
        return self._told[key]
