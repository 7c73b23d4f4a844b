"""A sum as it stands in two columns: what is asked for often, and the distributions, which are most of it and seldom asked for.

In: a tally, or the text of what a row holds: years of rows come by here, and a text costs the least to fetch. Out: the other of the two.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Cast, ColumnExpressionArgument, Text, cast

from pulse.kpi.tally import Tally


class _Stored(msgspec.Struct, gc=False):
    """What `Tally.as_map` wrote."""

    counts: dict[str, int]
    peaks: dict[str, int]


_stored = msgspec.json.Decoder(_Stored).decode
_spread = msgspec.json.Decoder(dict[str, int]).decode


def as_text(column: ColumnExpressionArgument[Any]) -> Cast[str]:
    """A column of JSON as the text that stands for it."""
    return cast(column, Text)


def in_columns(tally: Tally, as_json: Callable[[Any], str]) -> tuple[str, str | None]:
    """What is written of a tally: counts and peaks, and the counts of distributions, None where there are none."""
    counts, spread = tally.split()
    return as_json({"counts": counts, "peaks": tally.peaks}), as_json(spread) if spread else None


def add_counts(tally: Tally, stored: str, spread: str | None) -> None:
    """Adds what a row counted; its greatest values are left out."""
    _add(tally.counts, _stored(stored).counts, spread)


def add_columns(tally: Tally, stored: str, spread: str | None) -> None:
    """Adds what a row counted, and its greatest values."""
    read = _stored(stored)
    _add(tally.counts, read.counts, spread)
    for name, value in read.peaks.items():
        tally.raise_peak(name, value)


def of_columns(stored: str, spread: str | None = None) -> Tally:
    """The tally of a row."""
    tally, read = Tally(), _stored(stored)
    tally.counts, tally.peaks = read.counts, read.peaks
    if spread:
        tally.counts.update(_spread(spread))
    return tally


def _add(counts: dict[str, int], stored: dict[str, int], spread: str | None) -> None:
    for name, amount in stored.items():
        counts[name] = counts.get(name, 0) + amount
    if spread:
        for name, amount in _spread(spread).items():
            counts[name] = counts.get(name, 0) + amount
