"""The order of queues on a wall: worst first, and steady, because rows that dance cannot be read from ten metres."""

from collections.abc import Mapping

from dashboard.status import Status, rank
from pulse.kpi.board import Scope

HOLD_MS = 10_000


class QueueOrder:
    """Sorts anew at most every ten seconds; at once when a queue turns critical, comes or goes."""

    def __init__(self, hold_ms: int = HOLD_MS) -> None:
        self._hold_ms = hold_ms
        self._sorted_at: int | None = None
        self._order: tuple[str, ...] = ()
        self._critical: frozenset[str] = frozenset()

    def of(self, queues: Mapping[str, Scope], statuses: Mapping[str, Status], at: int) -> tuple[str, ...]:
        """The queues' names at `at` (epoch ms): graver status first, then the least time left, then the name."""
        critical = frozenset(name for name, status in statuses.items() if status is Status.CRITICAL)
        if self._must_sort(queues, critical, at):
            self._order = tuple(sorted(queues, key=lambda name: _place(name, queues[name], statuses[name])))
            self._sorted_at = at
        self._critical = critical
        return self._order

    def _must_sort(self, queues: Mapping[str, Scope], critical: frozenset[str], at: int) -> bool:
        if self._sorted_at is None or queues.keys() != set(self._order):
            return True
        return bool(critical - self._critical) or not 0 <= at - self._sorted_at < self._hold_ms


def _place(name: str, scope: Scope, status: Status) -> tuple[int, float, str]:
    left_s = scope.contact_time_left_s
    return (-rank(status), float("inf") if left_s is None else left_s, name)
