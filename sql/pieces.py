"""Adds up what was counted in stretches that lie in each other: cut where one of them begins or ends, each piece is added up once."""

from bisect import bisect_right
from collections.abc import Sequence

from pulse.kpi.tally import Tally, add_to
from sql.parts import Span


class Pieces:
    """Tallies by name over each of some stretches."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._edges = sorted({edge for span in spans for edge in span})
        self._pieces: dict[int, dict[str, Tally]] = {}

    def add(self, at: int, name: str, tally: Tally) -> None:
        """Adds what was counted at an instant that lies in one of the stretches; the tally is taken over."""
        begin = self._edges[bisect_right(self._edges, at) - 1]
        add_to(self._pieces.setdefault(begin, {}), name, tally)

    def totals(self) -> list[dict[str, Tally]]:
        """What was counted in each stretch, by name."""
        return [self._total(span) for span in self._spans]

    def _total(self, span: Span) -> dict[str, Tally]:
        total: dict[str, Tally] = {}
        for begin, tallies in self._pieces.items():
            if span[0] <= begin < span[1]:
                for name, tally in tallies.items():
                    total.setdefault(name, Tally()).merge(tally)
        return total
