"""The order of queues on a wall: worst first, and steady, because rows that dance cannot be read from ten metres."""

from collections.abc import Mapping

from dashboard.status import Status, rank
from pulse.kpi.board import Scope

HOLD_MS = 10_000


class QueueOrder:
    """Sorts anew every ten seconds, and when a queue comes or goes; between, a queue that gets worse goes up at once, none goes down."""

    def __init__(self, hold_ms: int = HOLD_MS) -> None:
        self._hold_ms = hold_ms
        self._sorted_at: int | None = None
        self._order: tuple[str, ...] = ()
        self._worst: dict[str, int] = {}

    def of(self, queues: Mapping[str, Scope], statuses: Mapping[str, Status], at: int) -> tuple[str, ...]:
        """The queues' names at `at` (epoch ms): graver status first, then the least time left, then the name."""
        if self._must_sort(queues, at):
            self._order = tuple(sorted(queues, key=lambda name: _place(name, queues[name], statuses[name])))
            self._worst = {}
            self._sorted_at = at
        self._worst = {name: max(rank(statuses[name]), self._worst.get(name, 0)) for name in self._order}
        self._order = tuple(sorted(self._order, key=lambda name: -self._worst[name]))
        return self._order

    def _must_sort(self, queues: Mapping[str, Scope], at: int) -> bool:
        if self._sorted_at is None or queues.keys() != set(self._order):
            return True
        return not 0 <= at - self._sorted_at < self._hold_ms


def _place(name: str, scope: Scope, status: Status) -> tuple[int, float, str]:
    left_s = scope.contact_time_left_s
    return (-rank(status), float("inf") if left_s is None else left_s, name)
