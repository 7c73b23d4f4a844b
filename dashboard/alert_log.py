"""The versions of the open incidents: a snapshot that can be read page by page, and what changed since any version of late.

In: the rows of each frame, whole. Out: pages of one version, and deltas; pure. The law: a snapshot and the deltas after it,
in whatever parts they come, are the newest rows. Both are kept for a while only; whoever comes later reads a snapshot anew.
"""

from collections import deque
from collections.abc import Iterable

import msgspec

from dashboard.incidents import ConsoleRow

KEPT_VERSIONS = 100
KEPT_ROWS = 10_000
"""How many changed rows the kept versions may hold together: the bound on memory."""


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """What the versions after `after` up to `version` changed; it may be laid over any version between the two."""

    after: int
    version: int
    changed: tuple[ConsoleRow, ...] = ()
    """Rows that are new or other than they were, whole."""
    gone: tuple[int, ...] = ()
    """The ids of incidents that are no longer open."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Part of the rows of one version, in the order of the frame."""

    version: int
    total: int
    """How many rows the version has."""
    rows: tuple[ConsoleRow, ...]
    next: int | None
    """After how many rows the next page begins; None where this is the last."""


class AlertLog:
    """The newest rows and the versions before them; version 0 has none."""

    def __init__(self) -> None:
        self._rows: dict[int, ConsoleRow] = {}
        self._deltas: deque[Delta] = deque()
        self._snapshots: dict[int, tuple[ConsoleRow, ...]] = {0: ()}

    @property
    def version(self) -> int:
        """The newest version."""
        return next(reversed(self._snapshots))

    def apply(self, rows: Iterable[ConsoleRow]) -> Delta | None:
        """Takes the rows of the newest frame; None where they are as they were."""
        # A row that stayed as it was stays the same object, so that a version costs no more than it changed.
        newest = {row.id: _kept(self._rows.get(row.id), row) for row in rows}
        changed = tuple(row for number, row in newest.items() if row is not self._rows.get(number))
        gone = tuple(number for number in self._rows if number not in newest)
        if not changed and not gone:
            return None
        delta = Delta(after=self.version, version=self.version + 1, changed=changed, gone=gone)
        self._rows = newest
        self._deltas.append(delta)
        self._snapshots[delta.version] = tuple(newest.values())
        self._forget()
        return delta

    def since(self, version: int) -> Delta | None:
        """Everything after a version as one delta, empty where it is the newest; None where it is unknown or too long ago."""
        if version not in self._snapshots:
            return None
        changed: dict[int, ConsoleRow] = {}
        gone: dict[int, None] = {}
        for delta in self._deltas:
            if delta.version <= version:
                continue
            for row in delta.changed:
                changed[row.id] = row
                gone.pop(row.id, None)
            for number in delta.gone:
                changed.pop(number, None)
                gone[number] = None
        return Delta(after=version, version=self.version, changed=tuple(changed.values()), gone=tuple(gone))

    def page(self, version: int, after: int, limit: int) -> Page | None:
        """At most `limit` rows of a version after the first `after`; None where the version is unknown or too long ago."""
        snapshot = self._snapshots.get(version)
        if snapshot is None:
            return None
        end = after + limit
        return Page(version=version, total=len(snapshot), rows=snapshot[after:end], next=end if end < len(snapshot) else None)

    def _forget(self) -> None:
        while len(self._deltas) > KEPT_VERSIONS or sum(len(delta.changed) for delta in self._deltas) > max(KEPT_ROWS, len(self._rows)):
            del self._snapshots[self._deltas.popleft().after]


def _kept(before: ConsoleRow | None, after: ConsoleRow) -> ConsoleRow:
    return before if before is not None and before == after else after
