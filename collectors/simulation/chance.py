"""Chance that can be repeated: every thing draws from a generator of its own, so no generator's state is ever kept.

In: a seed and the thing's name. Out: a generator, or instants drawn from it.
"""

from collections.abc import Iterator
from random import Random


def seeded(*thing: object) -> Random:
    """The generator of one thing; the same thing always draws the same."""
    return Random("|".join(map(str, thing)))  # noqa: S311 - a simulation, not a secret


def arrivals(random: Random, per_minute: float, duration_ms: int) -> Iterator[int]:
    """The offsets (ms) of Poisson arrivals within a stretch; none where the rate is zero."""
    if per_minute <= 0:
        return
    offset_ms = random.expovariate(per_minute) * 60_000
    while offset_ms < duration_ms:
        yield int(offset_ms)
        offset_ms += random.expovariate(per_minute) * 60_000
