"""Counts and sums of contacts: the one thing that is stored, merged, subtracted and turned into ratios last.

All numbers are integers (durations in ms), so that the merge of parts is the whole to the last digit. How durations
are distributed is kept as counts too: one by log bucket, the buckets growing by 5 %, so a percentile is off by 2.5 %.
"""

import math
from collections.abc import Iterable, Mapping, MutableMapping
from functools import cache
from typing import TypeVar

import msgspec

_GROWTH = 1.05
_LOG_GROWTH = math.log(_GROWTH)
_Name = TypeVar("_Name")
_BUCKET = "#"
_BUCKETS = 900
"""So many hold any duration of 64 bits."""


class Tally(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """What happened in one scope and stretch of time: counts by name, and greatest values by name.

    It is JSON as it stands: `{"counts": {…}, "peaks": {…}}`. It holds numbers only, so Python's collector need not look at it:
    a day of a busy site is some hundred thousand of them.
    """

    counts: dict[str, int] = msgspec.field(default_factory=dict)
    peaks: dict[str, int] = msgspec.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.counts or self.peaks)

    def add(self, name: str, amount: int = 1) -> None:
        """Adds to a count; adding nothing leaves no trace."""
        if amount:
            counts = self.counts
            counts[name] = counts.get(name, 0) + amount

    def observe(self, name: str, duration_ms: int) -> None:
        """Counts a duration in its bucket of the distribution `name`."""
        bucket = 0 if duration_ms < 1 else 1 + int(math.log(duration_ms) / _LOG_GROWTH)
        self.add(_bucket_name(name, bucket))

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

    def quantile_s(self, name: str, share_ratio: float) -> float | None:
        """The duration in seconds that `share_ratio` of the observed ones do not exceed; None where none was observed."""
        buckets = self.buckets(name)
        needed, seen = share_ratio * sum([count for _, count in buckets]), 0
        for bucket, count in buckets:
            seen += count
            if seen >= needed:
                return middle_s(bucket)
        return None

    def buckets(self, name: str) -> list[tuple[int, int]]:
        """The buckets of a distribution with their counts, the shortest first; `middle_s` says of what durations."""
        counts, bucket_of = self.counts, _buckets_of(name)
        return sorted([(bucket_of[key], counts[key]) for key in counts.keys() & bucket_of.keys()])

    def merge(self, other: "Tally") -> None:
        """Adds another tally to this one."""
        counts = self.counts
        if counts:
            for name, amount in other.counts.items():
                counts[name] = counts.get(name, 0) + amount
        else:
            counts.update(other.counts)
        for name, value in other.peaks.items():
            self.raise_peak(name, value)

    def split(self) -> tuple[dict[str, int], dict[str, int]]:
        """The plain counts, and the counts of distributions by name and bucket: many, and seldom asked for."""
        counts = self.counts
        spread = {name: count for name, count in counts.items() if _BUCKET in name}
        return {name: count for name, count in counts.items() if _BUCKET not in name} if spread else counts, spread

    def subtract(self, other: "Tally") -> None:
        """Takes away counts that were merged before; peaks stay, for a maximum cannot be taken away."""
        counts = self.counts
        for name, amount in other.counts.items():
            left = counts[name] - amount
            if left:
                counts[name] = left
            else:
                del counts[name]

    def as_map(self) -> dict[str, dict[str, int]]:
        """A plain map for storage; `from_map` reads it."""
        return {"counts": self.counts, "peaks": self.peaks}

    @classmethod
    def from_map(cls, stored: Mapping[str, Mapping[str, int]]) -> "Tally":
        """The tally that `as_map` wrote; raises KeyError where it is another thing."""
        return cls(dict(stored["counts"]), dict(stored["peaks"]))


def add_to(totals: MutableMapping[_Name, Tally], name: _Name, tally: Tally) -> None:
    """Adds a tally to the total of its name; the first one is taken over as the total, and grows."""
    known = totals.setdefault(name, tally)
    if known is not tally:
        known.merge(tally)


def merged(tallies: Iterable[Tally]) -> Tally:
    """A new tally that is the sum of the given ones."""
    total = Tally()
    for tally in tallies:
        total.merge(tally)
    return total


def middle_s(bucket: int) -> float:
    """The duration in seconds that stands for a bucket: the middle of it."""
    return 0.0 if bucket == 0 else _GROWTH ** (bucket - 0.5) / 1000


@cache
def _buckets_of(name: str) -> dict[str, int]:
    """Each bucket of a distribution by the name of its count: what both have in common is found faster than names are read."""
    return {_bucket_name(name, bucket): bucket for bucket in range(_BUCKETS)}


@cache
def _bucket_name(name: str, bucket: int) -> str:
    return f"{name}{_BUCKET}{bucket}"
