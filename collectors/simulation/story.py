"""The story of the demo: a carrier is late, logistics is called and complained at, reinforcements put it right.

In: the instant a telling begins. Out: what happens then, for the world's agenda. It is told again every 20 minutes.
"""

from collections.abc import Iterator
from random import Random

from collectors.simulation.staff import Member

STORY_EVERY_MS = 20 * 60_000
RUSH = ((20, 50, 2.5), (50, 110, 6.0))
"""From second, until second, seconds between calls beside the normal ones: the first half minute takes all who were free."""
COMPLAINTS_FROM_S, COMPLAINTS_UNTIL_S, COMPLAINTS_EVERY_S = 25, 120, 3.5
HELP_FROM_S, HELP_UNTIL_S = 110, 600

Happening = tuple[int, str, str, str, str]
"""Instant (epoch ms), kind, contact, queue, agent (of a rating: its value); sorts the same way in every run."""


def told(begins_at: int, random: Random, helpers: list[Member]) -> Iterator[Happening]:
    """All happenings of one telling."""
    for from_s, until_s, every_s in RUSH:
        for number, second in enumerate(_spread(random, from_s, until_s, every_s)):
            yield begins_at + int(second * 1000), "arrive", f"lo{begins_at // 1000:x}s{from_s}-{number}", "logistics", ""
    for number, second in enumerate(_spread(random, COMPLAINTS_FROM_S, COMPLAINTS_UNTIL_S, COMPLAINTS_EVERY_S)):
        yield begins_at + int(second * 1000), "late_parcel", f"lp{begins_at // 1000:x}-{number}", "logistics", ""
    for number, helper in enumerate(helpers):
        yield begins_at + (HELP_FROM_S + 2 * number) * 1000, "join", "", "", helper.key
        yield begins_at + HELP_UNTIL_S * 1000, "leave", "", "", helper.key


def _spread(random: Random, from_s: float, until_s: float, every_s: float) -> Iterator[float]:
    """Instants about every so many seconds, never two telling alike."""
    second = from_s + random.random()
    while second < until_s:
        yield second
        second += every_s * random.uniform(0.85, 1.15)
