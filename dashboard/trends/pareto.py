"""Few causes make most complaints: the causes by how often, and what share they make together with all before them.

In: counts by name. Out: rows, the most frequent first.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Cause(NamedTuple):
    """One class or line of business."""

    name: str
    complaints: int
    cumulated_ratio: float
    """The share of this and all before it."""
    customers: int | None
    """How many different customers complained; None where nobody tells who they are."""


def pareto(complaints: Mapping[str, int], customers: Mapping[str, int]) -> list[Cause]:
    """The causes; those of equal number by name. `customers` is empty where no customer is known."""
    total, seen, found = sum(complaints.values()), 0, []
    for name, count in sorted(complaints.items(), key=lambda pair: (-pair[1], pair[0])):
        seen += count
        found.append(Cause(name, count, seen / total, customers.get(name, 0) if customers else None))
    return found
