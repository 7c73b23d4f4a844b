"""What a back-test measured in one scope, thin enough for a chart and with every extreme.

In: a Series and the alerts of its scope. Out: a `Line`. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, isnan

from alerts.backtest import Series, Stood

MOST_POINTS = 2_000
_KEPT_OF_A_BUCKET = 3
_MOST_SPANS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Values and limits by instant (epoch ms), nan where unknown; and from when until when an alert stood."""

    at: tuple[int, ...]
    value: tuple[float, ...]
    threshold: tuple[float, ...]
    stood: tuple[tuple[int, int], ...]


def line_of(series: Series, alerts: Sequence[Stood], most: int = MOST_POINTS) -> Line:
    """At most so many points: of each stretch its lowest, its highest and its first unknown one."""
    kept = list(_kept(series.value, most))
    return Line(
        at=tuple(series.at[place] for place in kept),
        value=tuple(series.value[place] for place in kept),
        threshold=tuple(series.threshold[place] for place in kept),
        stood=tuple(_spans(alerts)),
    )


def _kept(values: Sequence[float], most: int) -> Iterator[int]:
    if len(values) <= most:
        yield from range(len(values))
        return
    length = ceil(len(values) / (most // _KEPT_OF_A_BUCKET))
    for start in range(0, len(values), length):
        places = range(start, min(start + length, len(values)))
        known = [place for place in places if not isnan(values[place])]
        unknown = next((place for place in places if isnan(values[place])), None)
        extremes = {min(known, key=values.__getitem__), max(known, key=values.__getitem__)} if known else set()
        yield from sorted(extremes | ({unknown} if unknown is not None else set()))


def _spans(alerts: Sequence[Stood]) -> Iterator[tuple[int, int]]:
    """The alerts in order; those too close together to be told apart in a chart become one."""
    if not alerts:
        return
    apart_ms = (alerts[-1].until - alerts[0].raised_at) / _MOST_SPANS if len(alerts) > _MOST_SPANS else 0
    start, end = alerts[0].raised_at, alerts[0].until
    for alert in alerts[1:]:
        if alert.raised_at - end > apart_ms:
            yield start, end
            start = alert.raised_at
        end = max(end, alert.until)
    yield start, end
