"""One level of an alert: how its samples move it from OK over pending to raised, and over clearing back.

In: what is known of it, a reading, how it moves. Out: the next. Pure: the same live, in back-tests and in drills.
"""

from dataclasses import dataclass, replace

from alerts.frame import Signal
from alerts.sample import Reading

PAUSE_MS = 60_000
"""Time without a sample (a restart) that still counts as breaching when a breach stands on both sides of it."""
GAP_MS = 5_000
"""Time without a sample that still counts as clear. Shorter: an all-clear must have been seen, a breach only remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a level must be breached or clear before it moves."""

    raise_for_ms: int = 60_000
    clear_for_ms: int = 120_000
    gap_ms: int = GAP_MS
    """Longest time between two samples that counts as clear; a replay of one Board a minute needs more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What is known of one level of a rule in one scope."""

    level: int | None = None
    """Which level it is of; None on those that were kept before rungs knew."""
    signal: Signal = Signal.OK
    no_data: bool = False
    """The newest sample knew nothing; says nothing about the signal."""
    proven_at: int | None = None
    """The newest sample that spoke for the move under way."""
    held_ms: int = 0
    """How long the move under way has been proven."""

    @property
    def stands(self) -> bool:
        """Whether it is raised, or raised and on its way to clear."""
        return self.signal in (Signal.RAISED, Signal.CLEARING)


def moved(rung: Rung, reading: Reading, at: int, pace: Pace) -> Rung:
    """The rung after a sample of the instant `at`, which must be later than the one before."""
    if reading is Reading.NO_DATA:
        return replace(rung, no_data=True)
    credit_ms = _credit_ms(rung, at, pace)
    known = replace(rung, no_data=False)
    match rung.signal:
        case Signal.OK:
            return _to_raise(_begun(known, Signal.PENDING, at), pace) if reading is Reading.BREACHING else known
        case Signal.PENDING:
            return _to_raise(_proven(known, credit_ms, at), pace) if reading is Reading.BREACHING else at_rest(known, Signal.OK)
        case Signal.RAISED:
            return _to_clear(_begun(known, Signal.CLEARING, at), pace) if reading is Reading.CLEAR else known
        case Signal.CLEARING:
            return _to_clear(_proven(known, credit_ms, at), pace) if reading is Reading.CLEAR else at_rest(known, Signal.RAISED)


def at_rest(rung: Rung, signal: Signal) -> Rung:
    """The rung in a state in which no move is under way."""
    return replace(rung, signal=signal, held_ms=0, proven_at=None)


def _credit_ms(rung: Rung, at: int, pace: Pace) -> int:
    """How much of the time since the last proof counts as proven by a sample that says the same again."""
    if rung.proven_at is None:
        return 0
    gap_ms = at - rung.proven_at
    if rung.signal is Signal.PENDING:
        return gap_ms if gap_ms <= PAUSE_MS else 0
    return gap_ms if gap_ms <= pace.gap_ms and not rung.no_data else 0


def _begun(rung: Rung, signal: Signal, at: int) -> Rung:
    return replace(rung, signal=signal, held_ms=0, proven_at=at)


def _proven(rung: Rung, credit_ms: int, at: int) -> Rung:
    return replace(rung, held_ms=rung.held_ms + credit_ms, proven_at=at)


def _to_raise(rung: Rung, pace: Pace) -> Rung:
    return rung if rung.held_ms < pace.raise_for_ms else at_rest(rung, Signal.RAISED)


def _to_clear(rung: Rung, pace: Pace) -> Rung:
    return rung if rung.held_ms < pace.clear_for_ms else at_rest(rung, Signal.OK)
