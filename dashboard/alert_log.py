"""The versions of the open incidents: a snapshot that can be read page by page, and what changed since any version of late.

In: all rows, then those that change. Out: pages of one version, and deltas; pure. The law: a snapshot and the deltas after it,
in whatever parts they come, are the newest rows. Both are kept for a while only; whoever comes later reads a snapshot anew. A
version costs no more than it changed: its snapshot is made when the first console asks for a page of it.
"""

from collections import deque
from collections.abc import Iterable

import msgspec

from alerts.frame import order_of
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
    """The newest rows and what led to them; version 0 has none."""

    def __init__(self) -> None:
        self.version = 0
        """The newest version."""
        self._rows: dict[int, ConsoleRow] = {}
        self._deltas: deque[Delta] = deque()
        self._snapshots: dict[int, tuple[ConsoleRow, ...]] = {0: ()}

    def apply(self, rows: Iterable[ConsoleRow]) -> Delta | None:
        """Takes all rows as they are now; None where they are as they were."""
        newest = {row.id: row for row in rows}
        return self.change(newest.values(), [number for number in self._rows if number not in newest])

    def change(self, rows: Iterable[ConsoleRow], gone: Iterable[int]) -> Delta | None:
        """Takes some rows as they are now, and the ids of those that are no longer open; None where nothing is new in that."""
        changed = tuple(row for row in rows if self._rows.get(row.id) != row)
        left = tuple(number for number in gone if number in self._rows)
        if not changed and not left:
            return None
        delta = Delta(after=self.version, version=self.version + 1, changed=changed, gone=left)
        self.version = delta.version
        self._rows.update({row.id: row for row in changed})
        for number in left:
            del self._rows[number]
        self._deltas.append(delta)
        self._forget()
        return delta

    def since(self, version: int) -> Delta | None:
        """Everything after a version as one delta, empty where it is the newest; None where it is unknown or too long ago."""
        if not self._oldest <= version <= self.version:
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
        """At most `limit` rows of a version after the first `after`; None where nobody asked for it while it was new, or too long ago."""
        if version == self.version and version not in self._snapshots:
            self._snapshots[version] = tuple(sorted(self._rows.values(), key=order_of))
        snapshot = self._snapshots.get(version)
        if snapshot is None:
            return None
        end = after + limit
        return Page(version=version, total=len(snapshot), rows=snapshot[after:end], next=end if end < len(snapshot) else None)

    @property
    def _oldest(self) -> int:
        return self._deltas[0].after if self._deltas else self.version

    def _forget(self) -> None:
        while len(self._deltas) > KEPT_VERSIONS or sum(len(delta.changed) for delta in self._deltas) > max(KEPT_ROWS, len(self._rows)):
            self._deltas.popleft()
        for version in [version for version in self._snapshots if version < self._oldest]:
            del self._snapshots[version]
