"""Sources that count for themselves: what a new reading adds to the one before.

In: CounterWindow records. Out: deltas; a first cumulative reading adds nothing, for it cannot be placed in time.
"""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import milliseconds
from pulse.kpi.records import CounterWindow
from pulse.kpi.tally import Tally

_COUNTED = ("offered", "answered", "abandoned", "overflowed")
_SUMMED = (("wait_s", "wait_answered_ms"), ("talk_s", "talk_ms"), ("hold_s", "hold_ms"), ("acw_s", "acw_ms"))


def series_of(reading: CounterWindow) -> str:
    """Readings of one series replace each other: a cumulative counter, or one interval read again and again."""
    return reading.source if reading.cumulative else f"{reading.source}@{reading.start}"


def growth(before: CounterWindow | None, reading: CounterWindow, goal: QueueGoal) -> Tally:
    """What `reading` counts more than `before`.

    A cumulative counter whose epoch changed, or that fell, was reset and counts from 0. None in either is left out.
    """
    if before is None and reading.cumulative:
        return Tally()
    base = None if before is None or was_reset(before, reading) else before
    tally = Tally()
    for name in _COUNTED:
        _grow(tally, name, getattr(reading, name), getattr(base, name, None))
    for name, counted in _SUMMED:
        _grow(tally, counted, _ms(getattr(reading, name)), _ms(getattr(base, name, None)))
    for name, counted in (("answered_within", "answered_within_target"), ("abandoned_within", "abandoned_within_target")):
        _grow(tally, counted, getattr(reading, name).get(goal.target_s), getattr(base, name, {}).get(goal.target_s))
    if "answered" in tally.counts and reading.wait_s is not None:
        tally.add("wait_answered_known", tally.count("answered"))
    _count_handled(tally, reading)
    return tally


def was_reset(before: CounterWindow, reading: CounterWindow) -> bool:
    """Whether the source began to count anew between two readings."""
    fell = any((getattr(reading, name) or 0) < (getattr(before, name) or 0) for name in _COUNTED)
    return reading.cumulative and (before.epoch != reading.epoch or fell)


def _count_handled(tally: Tally, reading: CounterWindow) -> None:
    if reading.talk_s is not None and tally.count("answered"):
        tally.add("handled", tally.count("answered"))
        tally.add("handled_known", tally.count("answered"))


def _grow(tally: Tally, name: str, now: int | None, before: int | None) -> None:
    if now is not None and now - (before or 0) > 0:
        tally.add(name, now - (before or 0))


def _ms(duration_s: float | None) -> int | None:
    return None if duration_s is None else milliseconds(duration_s)
