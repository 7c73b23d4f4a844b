"""Which limit would have raised at most so many alerts a day.

In: a `Run` of the rule with its limit drawn as wide as it goes, so that every value that counts at all is marked. Out: keys for the
rule's table. Searched on the recorded values through the signal machine; whoever asks runs the rule once more to confirm it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.backtest import READINGS, Run, Series, Walk, replayed
from alerts.sample import Reading, Sample
from alerts.tuning import Tuning
from pulse.text import Text

DAY_MS = 86_400_000
_STEPS = 96
_BREACHING, _NO_DATA = READINGS.index(Reading.BREACHING), READINGS.index(Reading.NO_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A limit and how many alerts the recorded values would have given."""

    limit: float
    alerts: int


def days_of(run: Run) -> float:
    """How many days the run covers; the last Board stands for its step."""
    if run.first_at is None or run.last_at is None:
        return 0.0
    return (run.last_at - run.first_at + run.every_ms) / DAY_MS


def suggested(widest: Run, tuning: Tuning, per_day: float) -> Found | None:
    """The most watchful limit with at most `per_day` alerts on an average day; None where nothing was measured.

    Fewer alerts at a stricter limit are taken for granted: one long alert can also fall apart into several, which the rerun shows.
    """
    limits, most = candidates(widest, tuning), per_day * days_of(widest)
    if not limits:
        return None
    kept, first, last = Found(limit=limits[0], alerts=count_at(widest, tuning, limits[0])), 0, len(limits) - 1
    while first < last:
        middle = (first + last + 1) // 2
        found = Found(limit=limits[middle], alerts=count_at(widest, tuning, limits[middle]))
        if found.alerts <= most:
            kept, first = found, middle
        else:
            last = middle - 1
    return kept


def candidates(widest: Run, tuning: Tuning) -> list[float]:
    """Limits from strict to watchful: the worst value that counts, then values exceeded by ever larger shares of them."""
    values = sorted(
        (value for one in widest.series.values() for value, code in zip(one.value, one.reading, strict=True) if code == _BREACHING),
        reverse=not tuning.is_low,
    )
    known = [value for value in values if value == value]  # noqa: PLR0124 - nan is what is not equal to itself
    ranks = {round(len(known) ** (step / _STEPS)) - 1 for step in range(_STEPS + 1)} if known else set()
    return list(dict.fromkeys(known[rank] for rank in sorted(ranks)))


def count_at(widest: Run, tuning: Tuning, limit: float) -> int:
    """How many alerts the recorded values would have raised at a limit."""
    total = 0
    for one in widest.series.values():
        walk = Walk(replayed(widest.rule.policy, widest.every_ms))
        for at, reading in _readings(one, tuning, limit):
            walk.take(at, reading, None, lambda at=at, reading=reading: _sample(at, reading))  # type: ignore[misc]
        total += len(walk.done) + len(walk.standing())
    return total


def _readings(one: Series, tuning: Tuning, limit: float) -> Iterator[tuple[int, Reading]]:
    sign = -1 if tuning.is_low else 1
    raise_from, clear_to = sign * limit, sign * limit - tuning.clears_after
    breaching, between, clear = Reading.BREACHING, Reading.BETWEEN, Reading.CLEAR
    for at, value, code in zip(one.at, one.value, one.reading, strict=True):
        if code == _NO_DATA:
            yield at, Reading.NO_DATA
        elif code == _BREACHING and sign * value > raise_from:
            yield at, breaching
        else:
            yield at, between if sign * value > clear_to else clear


def _sample(at: int, reading: Reading) -> Sample:
    breaching, clear = (None, None) if reading is Reading.NO_DATA else (reading is Reading.BREACHING, reading is Reading.CLEAR)
    return Sample(scope="", at=at, title=Text("", ""), why=Text("", ""), breaching=breaching, clear=clear)
