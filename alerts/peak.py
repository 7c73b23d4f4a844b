"""The worst value an alert reached.

In: the worst one until now, and a sample. Out: the worst one with it. Pure.
"""

from alerts.sample import Sample


def worst_of(peak: float | None, said: Sample) -> float | None:
    """The value that lies furthest beyond its limit; what has no limit or breaches none is none."""
    if said.value is None or said.threshold is None or not said.breaching:
        return peak
    limit = said.threshold
    return said.value if peak is None or abs(said.value - limit) > abs(peak - limit) else peak
