"""Which alerts a Board is held against: all that are new, on their way or have something to say, and of those that stand still the
next in turn.

In: alerts with their states. Out: a turn. While few stand, each has its turn at every Board. While tens of thousands do, a Board
costs no more: whoever stands still waits a few seconds until it is looked at again, and all else goes on as fast as ever.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from alerts.frame import Signal
from alerts.lifecycle import State, is_at_rest
from alerts.sampling import Key
from alerts.sweep import NOTHING_KNOWN, Known

MOST = 1_000
"""Of the alerts that stand still so many have their turn at one Board."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one Board is held against."""

    keys: Collection[Key] = ()
    known: Known = NOTHING_KNOWN


class Turns:
    """The alerts that are not at rest."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pressing: dict[Key, None] = {}
        self._steady = OrderedDict[Key, None]()
        self._waiting = defaultdict[str, set[str]](set)

    def __contains__(self, key: Key) -> bool:
        return key in self._pressing or key in self._steady

    def keep(self, key: Key, state: State, *, always: bool = False) -> bool:
        """Takes in how an alert is now; one that others depend on is looked at always. Whether it is not at rest."""
        may_wait = _is_steady(state) and not always
        if not may_wait or any(rung.signal is not Signal.RAISED for rung in state.rungs):
            self._waiting[key.rule].discard(key.scope)
        else:
            self._waiting[key.rule].add(key.scope)
        if is_at_rest(state):
            self._pressing.pop(key, None)
            self._steady.pop(key, None)
            return False
        (self._steady if may_wait else self._pressing)[key] = None
        (self._pressing if may_wait else self._steady).pop(key, None)
        return True

    def next(self) -> Turn:
        """What the next Board is held against."""
        steady = list(islice(self._steady, self._most))
        for key in steady:
            self._steady.move_to_end(key)
        keys = {**self._pressing, **dict.fromkeys(steady)}
        kept = defaultdict[str, list[str]](list)
        for key in keys:
            kept[key.rule].append(key.scope)
        return Turn(keys, Known(kept, self._waiting))


def _is_steady(state: State) -> bool:
    """Whether no move is under way and nothing is to be said: only a sample that says otherwise than the one before changes it."""
    if state.voice.owes is not None or state.flaps.flapping:
        return False
    return not is_at_rest(state) and all(rung.signal in (Signal.OK, Signal.RAISED) for rung in state.rungs)
