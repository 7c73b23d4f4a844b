"""What a snapshot is made of, as functions that are handed in: tallies of any stretch, Boards, and the facts of the one it is about.

In: nothing. Out: types. Stretches are [start, end) in epoch ms.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pulse.kpi.board import Board
from pulse.kpi.snapshot import BestCase, Happened
from pulse.kpi.tally import Tally

Spans = Sequence[tuple[int, int]]
"""Some stretches: they lie near each other and in each other, so all are asked for at once."""
Read = Callable[[Spans], Sequence[Mapping[str, Tally]]]
"""Of each stretch everything counted of each channel; channels that counted nothing are left out."""
ReadLines = Callable[[Spans], Sequence[Mapping[str, Tally]]]
"""Of each stretch everything counted of each line of business; nothing where nobody keeps that."""
LastBoards = Callable[[Spans], Sequence[Board | None]]
"""Of each stretch the last Board that was kept; None where none was."""
Offered = Callable[[Spans], Sequence[Mapping[str, int]]]
"""How many contacts each channel was offered in each of some days; of one of which nothing was recorded an empty mapping."""
Pair = tuple[str, str]
"""Class of a complaint and line of business."""


def no_lines(spans: Spans) -> Sequence[Mapping[str, Tally]]:
    """Of a site whose lines of business nobody counts."""
    return [{} for _ in spans]


def no_days(_days: Spans) -> Sequence[Mapping[str, int]]:
    """Of a site whose days of before nobody asks for."""
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened in a stretch beside what was counted."""

    incidents: Sequence[Happened] = ()
    best_case: BestCase | None = None
    customers: Mapping[Pair, int] | None = None
    """How many different customers complained; None where nobody tells who complained."""
    minutes: int = 0
    """Of how many minutes a Board was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where a snapshot is read from."""

    read: Read
    last_boards: LastBoards
    facts: Callable[[int, int], Facts]
    begun_at: int | None
    """When history began; a stretch of before is compared with only where it lies wholly in history. None where there is none."""
    lines: ReadLines = no_lines
    offered: Offered = no_days
