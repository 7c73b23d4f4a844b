"""Who waits in a queue, known from its events, whatever the order in which they arrive.

In: beginnings and endings of waits. Out: how many wait, since when the oldest does, how many have overstayed.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any


class Waiting:
    """The contacts that wait in one queue; instants are epoch ms."""

    __slots__ = ("_since", "_sorted", "_unmatched")

    def __init__(self) -> None:
        self._since: dict[str, list[int]] = {}
        self._unmatched: dict[str, int] = {}
        self._sorted: list[int] | None = []

    def begin(self, contact: str, at: int) -> None:
        """A contact starts to wait, unless its ending has already arrived."""
        ended_at = self._unmatched.get(contact)
        if ended_at is not None and ended_at >= at:
            del self._unmatched[contact]
            return
        self._since.setdefault(contact, []).append(at)
        self._sorted = None

    def end(self, contact: str, at: int) -> None:
        """A contact's wait ends; one that never began is remembered, for its beginning may still come."""
        begun = self._since.get(contact)
        if begun is None:
            self._unmatched[contact] = at
            return
        begun.pop(0)
        if not begun:
            del self._since[contact]
        self._sorted = None

    def forget_before(self, at: int) -> None:
        """Lets go of endings older than `at` whose beginning never came."""
        self._unmatched = {contact: ended for contact, ended in self._unmatched.items() if ended >= at}

    def give_up_before(self, at: int) -> int:
        """Lets go of contacts that have waited since before `at` (epoch ms): their ending was lost. How many there were."""
        gone = sum(since < at for begun in self._since.values() for since in begun)
        if gone:
            kept = {contact: [since for since in begun if since >= at] for contact, begun in self._since.items()}
            self._since = {contact: begun for contact, begun in kept.items() if begun}
            self._sorted = None
        return gone

    @property
    def count(self) -> int:
        """Contacts waiting now."""
        return len(self._instants())

    @property
    def oldest_at(self) -> int | None:
        """Since when the oldest one waits; None where nobody does."""
        instants = self._instants()
        return instants[0] if instants else None

    def since_before(self, at: int) -> int:
        """How many have waited since before `at`."""
        return bisect_left(self._instants(), at)

    def dump(self) -> dict[str, Any]:
        """A plain map for the checkpoint."""
        return {"since": self._since, "unmatched": self._unmatched}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Waiting":
        """The contacts that `dump` wrote."""
        waiting = cls()
        waiting._since = {contact: list(begun) for contact, begun in stored["since"].items()}
        waiting._unmatched = dict(stored["unmatched"])
        waiting._sorted = None
        return waiting

    def _instants(self) -> list[int]:
        if self._sorted is None:
            self._sorted = sorted(at for begun in self._since.values() for at in begun)
        return self._sorted
