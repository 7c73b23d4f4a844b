"""A sum as it stands in two columns: what is asked for often, and the distributions, which are most of it and seldom asked for.

In: a tally, or the text of what a row holds: years of rows come by here, and a text costs the least to fetch. Out: the other of the two.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Cast, ColumnExpressionArgument, Text, cast

from pulse.kpi.tally import Tally

_tally = msgspec.json.Decoder(Tally).decode
_spread = msgspec.json.Decoder(dict[str, int]).decode


def as_text(column: ColumnExpressionArgument[Any]) -> Cast[str]:
    """A column of JSON as the text that stands for it."""
    return cast(column, Text)


def in_columns(tally: Tally, as_json: Callable[[Any], str]) -> tuple[str, str | None]:
    """What is written of a tally: counts and peaks, and the counts of distributions, None where there are none."""
    counts, spread = tally.split()
    return as_json(Tally(counts=counts, peaks=tally.peaks)), as_json(spread) if spread else None


def of_columns(stored: str, spread: str | None = None) -> Tally:
    """The tally of a row."""
    tally = _tally(stored)
    if spread:
        tally.counts.update(_spread(spread))
    return tally
