"""A wall that is open for days: ten pushes a second into Chromium, and whether heap, nodes and the server's memory stay flat.

In: for how long. Out: one line of figures each time they are read, then how much each grew, fitted over all that came after the start.
`python -m bench._soak HOURS`; `make soak` does 72.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from bench._figure import Figure, at_most, line, machine
from bench._screen import Costs, live, page
from bench._served import Served, served
from bench._site import folder

PERIOD_S = 0.1
READINGS = 60
"""How often the figures are read, however long it takes."""
_SETTLING_RATIO = 0.2
"""The first part of the time, in which caches fill: it is printed, not fitted."""
MOST_GROWTH: Mapping[str, float] = MappingProxyType({"heap_mb": 0.05, "nodes": 0.01, "rss_mb": 0.05})
"""How much each may grow over the time that is fitted, as a ratio of its own mean."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was in use at one moment."""

    after_s: float
    pushes: int
    heap_mb: float
    """JavaScript heap of the wall after its garbage was collected."""
    nodes: int
    rss_mb: float
    """Resident memory of the serve process."""
    behind_ms: int
    """How much older the Board on the wall was than the newest."""


def soak(hours: float, told: Callable[[Reading], object]) -> list[Reading]:
    """Pushes for that long; `told` is given each reading as it is taken. The wall must show the last push in the end."""
    readings = []
    with folder() as root, served(root) as site, page() as opened:
        wall = live(opened, site.address, "wall", site.publish)
        costs = Costs(opened)
        for after_s, pushes, at in _pushed(site, hours * 3600):
            shown = int(wall.get_attribute("data-at") or 0)
            reading = Reading(
                after_s=after_s,
                pushes=pushes,
                heap_mb=costs.heap_mb(),
                nodes=costs.nodes(),
                rss_mb=site.rss_mb(),
                behind_ms=at - shown,
            )
            told(reading)
            readings.append(reading)
        opened.locator(f".wall[data-at='{at}']").wait_for()
    return readings


def growth(readings: Sequence[Reading], name: str) -> float:
    """How much a figure grew from the end of its settling to the last reading: the fitted line's rise, as a ratio of the mean."""
    settled = [reading for reading in readings if reading.after_s >= readings[-1].after_s * _SETTLING_RATIO]
    times = [reading.after_s for reading in settled]
    values = [float(getattr(reading, name)) for reading in settled]
    slope, _ = statistics.linear_regression(times, values)
    return slope * (times[-1] - times[0]) / statistics.fmean(values)


def figures(readings: Sequence[Reading]) -> Iterator[Figure]:
    """The growth of each figure beside its bound."""
    for name, most in MOST_GROWTH.items():
        value = growth(readings, name)
        goal, ok = at_most(most, value)
        yield Figure(bench="soak", figure=f"growth_of_{name}", value=value, unit="ratio", goal=goal, ok=ok)


def _pushed(site: Served, seconds: float) -> Iterator[tuple[float, int, int]]:
    """Pushes in even steps; after every part of the time: seconds since the start, pushes, the instant of the newest Board."""
    began_s = time.monotonic()
    due_s = itertools.count(1)
    next_s = next(due_s) * seconds / READINGS
    for number in itertools.count():
        time.sleep(max(0.0, began_s + number * PERIOD_S - time.monotonic()))
        at = site.publish()
        after_s = time.monotonic() - began_s
        if after_s >= next_s:
            yield after_s, number + 1, at
            next_s = next(due_s) * seconds / READINGS
        if after_s >= seconds:
            return


def main(hours: float) -> int:
    """Prints the curve and the growth; 1 where something grew too much."""
    print(line(machine()), flush=True)
    readings = soak(hours, lambda reading: print(line(reading), flush=True))
    found = list(figures(readings))
    for figure in found:
        print(line(figure), flush=True)
    return 0 if all(figure.ok for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 72))
