"""How much a channel may send: so many messages in any stretch of so many seconds, known before the receiver says so.

In: instants. Out: leave to send, or the seconds until there will be one. Touches nothing and reads no clock.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `per_s` seconds."""

    count: int
    per_s: float


class Bucket:
    """Tokens of several limits; a message takes one of each or none.

    A token comes back `per_s` after it was taken. One that trickled back as in the textbook would let twice the count
    through in one stretch, and a receiver that counts stretches would block the channel for minutes.
    """

    def __init__(self, limits: Iterable[Limit]) -> None:
        self._taken: list[tuple[Limit, deque[int]]] = [(limit, deque(maxlen=limit.count)) for limit in limits]

    def take(self, now: int) -> float:
        """0.0 and a token of each limit is gone; else the seconds until every limit has one, and nothing is taken."""
        self._follow(now)
        wait_ms = max((self._wait_ms(limit, taken, now) for limit, taken in self._taken), default=0)
        if wait_ms > 0:
            return wait_ms / 1000
        for _, taken in self._taken:
            taken.append(now)
        return 0.0

    def _follow(self, now: int) -> None:
        """A clock that was set back must not keep the tokens for as long as it was set back."""
        for _, taken in self._taken:
            for place, at in enumerate(taken):
                taken[place] = min(at, now)

    @staticmethod
    def _wait_ms(limit: Limit, taken: deque[int], now: int) -> int:
        return taken[0] + round(limit.per_s * 1000) - now if len(taken) == limit.count else 0
