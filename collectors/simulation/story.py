"""The story of the demo: a carrier is late, logistics is called and complained at, reinforcements put it right.

In: the instant a telling begins. Out: what happens then, for the world's agenda. It is told again every 20 minutes.
"""

from collections.abc import Iterator
from random import Random

from collectors.simulation.chance import arrivals
from collectors.simulation.staff import Member

STORY_EVERY_MS = 20 * 60_000
RUSH = ((20, 50, 18), (50, 110, 5))
"""From second, until second, times the normal calls: the first half minute takes all who were free."""
COMPLAINTS_FROM_S, COMPLAINTS_UNTIL_S = 25, 120
HELP_FROM_S, HELP_UNTIL_S = 110, 480

Happening = tuple[int, str, str, str, str]
"""Instant (epoch ms), kind, contact, queue, agent (of a rating: its value); sorts the same way in every run."""


def told(begins_at: int, random: Random, normal_per_minute: float, helpers: list[Member]) -> Iterator[Happening]:
    """All happenings of one telling; `normal_per_minute` is what logistics gets without it."""
    for from_s, until_s, factor in RUSH:
        extra = arrivals(random, (factor - 1) * normal_per_minute, (until_s - from_s) * 1000)
        for number, offset_ms in enumerate(extra):
            yield begins_at + from_s * 1000 + offset_ms, "arrive", f"lo{begins_at // 1000:x}s{from_s}-{number}", "logistics", ""
    second, number = COMPLAINTS_FROM_S + random.random(), 0
    while second < COMPLAINTS_UNTIL_S:
        yield begins_at + int(second * 1000), "late_parcel", f"lp{begins_at // 1000:x}-{number}", "logistics", ""
        second, number = second + random.uniform(3, 4), number + 1
    for number, helper in enumerate(helpers):
        yield begins_at + (HELP_FROM_S + 2 * number) * 1000, "join", "", "", helper.key
        yield begins_at + HELP_UNTIL_S * 1000, "leave", "", "", helper.key
