"""A sum as it stands in two columns: what is asked for often, and the distributions, which are most of it and seldom asked for.

In: a tally, or what a row holds. Out: the other of the two.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pulse.kpi.tally import Tally


def in_columns(tally: Tally, as_json: Callable[[Any], str]) -> tuple[str, str | None]:
    """What is written of a tally: counts and peaks, and the counts of distributions, None where there are none."""
    counts, spread = tally.split()
    return as_json({"counts": counts, "peaks": tally.peaks}), as_json(spread) if spread else None


def add_counts(tally: Tally, stored: Mapping[str, int], spread: Mapping[str, int] | None) -> None:
    """Adds what a row counted; its greatest values are left out. Years of rows come by here, so each is not made a tally first."""
    counts = tally.counts
    for name, amount in stored.items():
        counts[name] = counts.get(name, 0) + amount
    if spread:
        for name, amount in spread.items():
            counts[name] = counts.get(name, 0) + amount


def of_columns(stored: dict[str, dict[str, int]], spread: dict[str, int] | None) -> Tally:
    """The tally of a row that was just read; it takes over what it is given."""
    tally = Tally()
    tally.counts, tally.peaks = stored["counts"], stored["peaks"]
    if spread:
        tally.counts.update(spread)
    return tally
