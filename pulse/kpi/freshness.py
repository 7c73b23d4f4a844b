"""Whether a number can still be believed: one rule of staleness for screens, rules and the fold.

In: the health of sources and a Board's instant. Out: how much of a scope its sources still show.
"""

from enum import StrEnum

from pulse.kpi.board import Board, Scope, SourceCondition, SourceHealth

BOARD_BELIEVED_MS = 10_000
"""For how long a Board speaks of now; one is made every second."""
MISSED_POLLS = 3
LEAST_STALE_S = 10.0
_SILENT_FOR_GOOD = frozenset({SourceCondition.ENDED, SourceCondition.STOPPED})


class Sight(StrEnum):
    """How much its sources still show of a scope."""

    WHOLE = "whole"
    PARTIAL = "partial"
    """Some source is silent: a breach can be believed, an all-clear cannot."""
    NONE = "none"


def is_old(board_at: int | None, now: int) -> bool:
    """Whether a Board of an instant (epoch ms) says nothing of now any more; True where there is none."""
    return board_at is None or now - board_at > BOARD_BELIEVED_MS


def stale_after_s(every_s: float) -> float:
    """For how many seconds a source that is polled every `every_s` is believed: three polls, and 10 s at least."""
    return max(LEAST_STALE_S, MISSED_POLLS * every_s)


def is_stale(health: SourceHealth, now: int) -> bool:
    """Whether a source's last successful poll is too long ago at `now` (epoch ms), or no further one is to come."""
    if health.polled_at is None or health.condition in _SILENT_FOR_GOOD:
        return True
    limit_s = stale_after_s(health.every_s) if health.stale_after_s is None else health.stale_after_s
    return now - health.polled_at > limit_s * 1000


def sight(board: Board, scope: Scope) -> Sight:
    """How far a scope of the Board can be believed; whole where the Board knows no sources, as in an offline fold."""
    names = scope.sources or tuple(board.sources)
    stale = [is_stale(board.sources[name], board.at) for name in names if name in board.sources]
    if not any(stale):
        return Sight.WHOLE
    return Sight.NONE if all(stale) else Sight.PARTIAL
