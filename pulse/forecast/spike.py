"""The first detector: is a count higher than chance explains, and which part of it makes the rise.

In: an observed count, the mean expected and the dispersion. Out: a `Spike` with expected value, excess, "1 in N days"
and the smallest count that would have been seen; and the shares of the rise. Pure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """When a count is a spike: both conditions must hold."""

    max_p: float = 1e-3
    min_excess: float = 5.0
    looks_per_day: float = 48.0
    """How many separate windows a day has; turns a probability into "1 in N days"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """What the detector says of one count."""

    observed: int
    expected: float
    excess: float
    p_value: float
    """The chance of a count at least this high, the count itself taken half (mid-p)."""
    one_in_days: float
    """How rarely chance alone gives such a count; infinite where the probability is too small to write."""
    smallest_visible: int
    """The smallest count that would be a spike."""
    is_spike: bool


@dataclass(frozen=True, slots=True)
class Share:
    """`value` of `dimension` makes `share_ratio` of a rise; above 1 where other values fell."""

    dimension: str
    value: str
    share_ratio: float


@dataclass(frozen=True, slots=True)
class Part:
    """The observed and the expected count of one value of a dimension."""

    observed: int
    expected: float

    @property
    def rise(self) -> float:
        """Observed less expected."""
        return self.observed - self.expected


def upper_tail(count: int, mean: float, dispersion: float = 1.0) -> float:
    """The mid-p upper tail P(X > count) + P(X = count) / 2, as a probability.

    X is negative binomial with the given mean and variance dispersion × mean, Poisson where the dispersion is 1.
    Raises ValueError for a negative count or mean, or a dispersion below 1.
    """
    if count < 0 or mean < 0 or dispersion < 1:
        raise ValueError(f"got count {count}, mean {mean}, dispersion {dispersion}, expected count and mean >= 0, dispersion >= 1")
    if mean == 0:
        return 0.5 if count == 0 else 0.0
    if count < mean:
        return 1 - _mid_lower_tail(count, mean, dispersion)
    return math.exp(_log_chance(count, mean, dispersion)) * _terms_from(count, mean, dispersion)


def judge(observed: int, expected: float, dispersion: float, criteria: Criteria) -> Spike:
    """The verdict on a count; raises ValueError as `upper_tail` does."""
    p_value = upper_tail(observed, expected, dispersion)
    return Spike(
        observed=observed,
        expected=expected,
        excess=observed - expected,
        p_value=p_value,
        one_in_days=math.inf if p_value == 0 else 1 / (p_value * criteria.looks_per_day),
        smallest_visible=smallest_visible(expected, dispersion, criteria),
        is_spike=_is_spike(observed, expected, p_value, criteria),
    )


def smallest_visible(expected: float, dispersion: float, criteria: Criteria) -> int:
    """The smallest count that meets the criteria: what the volume of the hour allows one to see."""
    below = math.ceil(expected + criteria.min_excess) - 1
    step = 1
    while not _meets(below + step, expected, dispersion, criteria):
        step *= 2
    above = below + step
    while above - below > 1:
        middle = (above + below) // 2
        if _meets(middle, expected, dispersion, criteria):
            above = middle
        else:
            below = middle
    return above


def contributors(dimensions: Mapping[str, Mapping[str, Part]], rise: float, enough_ratio: float = 0.7) -> tuple[Share, ...]:
    """The shortest list of values of one dimension that makes `enough_ratio` of the rise, greatest share first.

    Of two lists of one length the later dimension wins: give narrower dimensions later. Where no dimension explains
    enough, the three greatest shares of the one that explains most; nothing where nothing rose.
    """
    if rise <= 0:
        return ()
    ranked = [_ranked(dimension, parts, rise) for dimension, parts in dimensions.items()]
    enough = [explained for shares in ranked if (explained := _first_covering(shares, enough_ratio))]
    if enough:
        return min(reversed(enough), key=len)
    return max((shares[:3] for shares in ranked), key=_total, default=())


def _ranked(dimension: str, parts: Mapping[str, Part], rise: float) -> tuple[Share, ...]:
    shares = [Share(dimension, value, part.rise / rise) for value, part in parts.items() if part.rise > 0]
    return tuple(sorted(shares, key=lambda share: (-share.share_ratio, share.value)))


def _first_covering(shares: tuple[Share, ...], enough_ratio: float) -> tuple[Share, ...]:
    lists = (shares[:length] for length in range(1, len(shares) + 1))
    return next((short for short in lists if _total(short) >= enough_ratio), ())


def _total(shares: tuple[Share, ...]) -> float:
    return math.fsum(share.share_ratio for share in shares)


def _meets(count: int, expected: float, dispersion: float, criteria: Criteria) -> bool:
    return _is_spike(count, expected, upper_tail(count, expected, dispersion), criteria)


def _is_spike(count: int, expected: float, p_value: float, criteria: Criteria) -> bool:
    return p_value <= criteria.max_p and count - expected >= criteria.min_excess


def _next_over_this(count: int, mean: float, dispersion: float) -> float:
    """P(X = count + 1) / P(X = count): in this form nothing special happens where the dispersion is 1."""
    return (mean + count * (dispersion - 1)) / (dispersion * (count + 1))


def _log_chance(count: int, mean: float, dispersion: float) -> float:
    """ln P(X = count)."""
    over = dispersion - 1
    log_chance_of_none = -mean * (math.log1p(over) / over if over > 0 else 1.0)
    return log_chance_of_none + math.fsum(math.log(_next_over_this(k, mean, dispersion)) for k in range(count))


def _terms_from(count: int, mean: float, dispersion: float) -> float:
    """(P(X = count) / 2 + P(X > count)) / P(X = count), for a count not below the mean: the terms shrink there."""
    total, term, k = 0.5, 1.0, count
    while term > _NEGLIGIBLE * total:
        term *= _next_over_this(k, mean, dispersion)
        total += term
        k += 1
    return total


def _mid_lower_tail(count: int, mean: float, dispersion: float) -> float:
    """P(X < count) + P(X = count) / 2, summed downward from the count: the terms shrink that way below the mean's mode."""
    logs = [_log_chance(0, mean, dispersion)]
    for k in range(count):
        logs.append(logs[-1] + math.log(_next_over_this(k, mean, dispersion)))
    return math.fsum(math.exp(log) for log in logs[:-1]) + math.exp(logs[-1]) / 2
