"""A sum as it stands in two columns: what is asked for often, and the distributions, which are most of it and seldom asked for.

In: a tally, or what a row holds. Out: the other of the two.
"""

from collections.abc import Callable
from typing import Any

from pulse.kpi.tally import Tally


def in_columns(tally: Tally, as_json: Callable[[Any], str]) -> tuple[str, str | None]:
    """What is written of a tally: counts and peaks, and the counts of distributions, None where there are none."""
    counts, spread = tally.split()
    return as_json({"counts": counts, "peaks": tally.peaks}), as_json(spread) if spread else None


def of_columns(stored: dict[str, dict[str, int]], spread: dict[str, int] | None) -> Tally:
    """The tally of a row that was just read; it takes over what it is given."""
    tally = Tally()
    tally.counts, tally.peaks = stored["counts"], stored["peaks"]
    if spread:
        tally.counts.update(spread)
    return tally
