"""How long answered contacts waited: how many fall into each stretch of time, and how many wait no longer than a given time.

In: a tally with its distributions. Out: bars in the order of time, and percentiles; nothing where no single wait was told.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pulse.kpi.tally import Tally, middle_s

EDGES_S: Sequence[float] = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 4 * 3600, 24 * 3600)
"""Where one bar ends and the next begins, in seconds."""
SHARES = (0.5, 0.8, 0.9, 0.95, 0.99)
_ANSWERED = "wait_answered"


class Bar(NamedTuple):
    """The contacts that waited from so many seconds to under so many; the last bar has no end."""

    from_s: float
    to_s: float | None
    count: int
    share_ratio: float


class Waits(NamedTuple):
    """The bars from the first to the last that hold any, and how long so many wait at most."""

    bars: tuple[Bar, ...]
    percentiles: tuple[tuple[float, float | None], ...]
    count: int


def waits_of(tally: Tally) -> Waits:
    """The distribution of the waits of answered contacts; a bucket counts with its middle, which is off by 2.5 %."""
    counts = [0] * len(EDGES_S)
    for bucket, count in tally.buckets(_ANSWERED):
        wait_s = middle_s(bucket)
        counts[max(number for number, edge in enumerate(EDGES_S) if edge <= wait_s)] += count
    total = sum(counts)
    held = [number for number, count in enumerate(counts) if count]
    bars = tuple(_bar(number, counts[number], total) for number in range(held[0], held[-1] + 1)) if held else ()
    return Waits(bars, tuple((share, tally.quantile_s(_ANSWERED, share)) for share in SHARES), total)


def _bar(number: int, count: int, total: int) -> Bar:
    ends = EDGES_S[number + 1] if number + 1 < len(EDGES_S) else None
    return Bar(EDGES_S[number], ends, count, count / total)
