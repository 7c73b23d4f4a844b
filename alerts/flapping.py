"""Whether a signal comes and goes too often for people to be told each time.

In: when it was raised lately. Out: whether it flaps. Pure.
"""

from dataclasses import dataclass, replace

FLAPS = 4
WITHIN_MS = 10 * 60_000
"""So many raises within this time are flapping; so long without one, it has come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaps:
    """When a signal was raised lately (epoch ms), and whether it flaps."""

    raised_at: tuple[int, ...] = ()
    flapping: bool = False


def flapped(flaps: Flaps, at: int) -> tuple[Flaps, bool]:
    """After a raise: the last few of them, and whether flapping begins with it."""
    raised_at = (*(one for one in flaps.raised_at if 0 <= at - one < WITHIN_MS), at)[-FLAPS:]
    flapping = flaps.flapping or len(raised_at) >= FLAPS
    return Flaps(raised_at=raised_at, flapping=flapping), flapping and not flaps.flapping


def calmed(flaps: Flaps, at: int) -> Flaps:
    """The same, unless it flapped and has come to rest."""
    if not flaps.flapping or (flaps.raised_at and 0 <= at - flaps.raised_at[-1] < WITHIN_MS):
        return flaps
    return replace(flaps, flapping=False, raised_at=())
