"""What is told of the open incidents, and when: what changed of them, beats in between, and everything to who lost it.

In: rows as they change, ten times a second. Out: the news to publish now, if any. What a person acts on is told at once, what a
rule merely words anew waits for the second.
"""

from collections.abc import Sequence
from itertools import islice

from alerts.frame import AlertsFrame, Beat, Changes, IncidentRow, News
from alerts.open_rows import OpenRows

EVERY_MS = 1_000
MOST_ROWS = 5_000
"""The most rows that are told at once; the others follow with the next news."""


class Announcer:
    """Holds the rows as they are and knows what is not told of them yet; `lost` makes the next news whole."""

    def __init__(self) -> None:
        self.rows = OpenRows()
        self._version = 0
        self._is_lost = True
        self._pressing: dict[int, None] = {}
        self._reworded: dict[int, None] = {}
        self._told_at = 0

    def put(self, row: IncidentRow) -> None:
        """An incident as it is now."""
        before = self.rows.get(row.id)
        if before == row:
            return
        self.rows.put(row)
        is_pressing = before is None or _acted_on(before) != _acted_on(row)
        (self._pressing if is_pressing else self._reworded)[row.id] = None

    def drop(self, number: int) -> None:
        """An incident is closed."""
        if self.rows.drop(number):
            self._pressing[number] = None

    def news(self, now: int) -> News | None:
        """What must be told now (epoch ms); None where nothing must. After a clock that was set back everything is due."""
        if self._is_lost:
            return self._whole(now)
        is_due = not 0 <= now - self._told_at < EVERY_MS
        numbers = {**self._pressing, **(self._reworded if is_due else {})}
        if is_due:
            self._told_at = now
        if numbers:
            return self._changes(list(islice(numbers, MOST_ROWS)), now)
        return Beat(at=now, version=self._version) if is_due else None

    def lost(self) -> None:
        """The last news did not arrive, or what was kept of those before is not there any more."""
        self._is_lost = True

    def _whole(self, now: int) -> AlertsFrame:
        # Versions of two processes must never be taken for each other: each begins at its clock.
        self._version = max(self._version + 1, now)
        self._is_lost, self._told_at = False, now
        self._pressing, self._reworded = {}, {}
        return AlertsFrame(at=now, version=self._version, incidents=self.rows.in_order)

    def _changes(self, numbers: Sequence[int], now: int) -> Changes:
        after, self._version = self._version, self._version + 1
        rows = {number: self.rows.get(number) for number in numbers}
        for number in numbers:
            self._pressing.pop(number, None)
            self._reworded.pop(number, None)
        return Changes(
            at=now,
            after=after,
            version=self._version,
            changed=tuple(row for row in rows.values() if row is not None),
            gone=tuple(number for number, row in rows.items() if row is None),
        )


def _acted_on(row: IncidentRow) -> object:
    return row.id, row.version, row.level, row.signal, row.work, row.no_data, row.owner, row.not_told, row.flapping, row.muted
