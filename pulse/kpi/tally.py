"""Counts and sums of contacts: the one thing that is stored, merged, subtracted and turned into ratios last.

All numbers are integers (durations in ms), so that the merge of parts is the whole to the last digit.
"""

import math
from collections.abc import Mapping
from typing import Any

_GROWTH = 1.05
_LOG_GROWTH = math.log(_GROWTH)


class Sketch:
    """How durations are distributed: counts by log buckets that grow by 5 %; a percentile is off by 2.5 % at most."""

    __slots__ = ("buckets",)

    def __init__(self, buckets: Mapping[int, int] | None = None) -> None:
        self.buckets: dict[int, int] = dict(buckets or {})

    def add(self, value_ms: int) -> None:
        """Counts one duration; 0 ms has a bucket of its own."""
        bucket = 0 if value_ms < 1 else 1 + int(math.log(value_ms) / _LOG_GROWTH)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def merge(self, other: "Sketch") -> None:
        """Adds another sketch to this one."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count

    def subtract(self, other: "Sketch") -> None:
        """Takes away what `other` had added."""
        _subtract(self.buckets, other.buckets)

    def quantile_s(self, share_ratio: float) -> float | None:
        """The duration in seconds that `share_ratio` of the counted ones do not exceed; None where none was counted."""
        total = sum(self.buckets.values())
        rank, seen = share_ratio * (total - 1), 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen > rank:
                return 0.0 if bucket == 0 else _GROWTH ** (bucket - 0.5) / 1000
        return None


class Tally:
    """What happened in one scope and stretch of time: counts by name, greatest values by name, sketches by name."""

    __slots__ = ("counts", "peaks", "sketches")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.peaks: dict[str, int] = {}
        self.sketches: dict[str, Sketch] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.as_map() == other.as_map()

    def __bool__(self) -> bool:
        return bool(self.counts or self.peaks or self.sketches)

    def add(self, name: str, amount: int = 1) -> None:
        """Adds to a count."""
        self.counts[name] = self.counts.get(name, 0) + amount

    def observe(self, name: str, duration_ms: int) -> None:
        """Counts a duration in the sketch `name` and raises the peak `name` to it."""
        sketch = self.sketches.get(name)
        if sketch is None:
            sketch = self.sketches[name] = Sketch()
        sketch.add(duration_ms)
        self.raise_peak(name, duration_ms)

    def raise_peak(self, name: str, value: int) -> None:
        """Keeps the greatest value seen under `name`."""
        if value > self.peaks.get(name, -1):
            self.peaks[name] = value

    def count(self, name: str) -> int:
        """A count; 0 where nothing was counted."""
        return self.counts.get(name, 0)

    def seconds(self, name: str) -> float:
        """A sum of durations kept in ms, in seconds."""
        return self.counts.get(name, 0) / 1000

    def by(self, prefix: str) -> dict[str, int]:
        """The counts whose names are `prefix` and a value, such as by("complaint_category=")."""
        start = len(prefix)
        return {name[start:]: count for name, count in self.counts.items() if name.startswith(prefix)}

    def merge(self, other: "Tally") -> None:
        """Adds another tally to this one."""
        counts = self.counts
        for name, amount in other.counts.items():
            counts[name] = counts.get(name, 0) + amount
        for name, value in other.peaks.items():
            self.raise_peak(name, value)
        for name, sketch in other.sketches.items():
            mine = self.sketches.get(name)
            if mine is None:
                self.sketches[name] = Sketch(sketch.buckets)
            else:
                mine.merge(sketch)

    def subtract(self, other: "Tally") -> None:
        """Takes away counts and sketches that were merged before; peaks stay, for a maximum cannot be taken away."""
        _subtract(self.counts, other.counts)
        for name, sketch in other.sketches.items():
            self.sketches[name].subtract(sketch)
            if not self.sketches[name].buckets:
                del self.sketches[name]

    def as_map(self) -> dict[str, dict[str, object]]:
        """A plain map for storage; `from_map` reads it."""
        return {
            "counts": dict(self.counts),
            "peaks": dict(self.peaks),
            "sketches": {name: {str(b): n for b, n in sketch.buckets.items()} for name, sketch in self.sketches.items()},
        }

    @classmethod
    def from_map(cls, stored: Mapping[str, Mapping[str, object]]) -> "Tally":
        """The tally that `as_map` wrote; raises KeyError or ValueError where it is another thing."""
        tally = cls()
        tally.counts = {name: _whole(count) for name, count in stored["counts"].items()}
        tally.peaks = {name: _whole(value) for name, value in stored["peaks"].items()}
        for name, buckets in stored["sketches"].items():
            if not isinstance(buckets, Mapping):
                raise ValueError(f"sketch {name}: got {buckets!r}, expected a map of buckets")
            tally.sketches[name] = Sketch({int(bucket): _whole(count) for bucket, count in buckets.items()})
        return tally


def merged(tallies: "list[Tally]") -> Tally:
    """A new tally that is the sum of the given ones."""
    total = Tally()
    for tally in tallies:
        total.merge(tally)
    return total


def _subtract(mine: dict[Any, int], theirs: Mapping[Any, int]) -> None:
    for key, amount in theirs.items():
        left = mine[key] - amount
        if left:
            mine[key] = left
        else:
            del mine[key]


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"got {value!r}, expected a whole number")
    return value
