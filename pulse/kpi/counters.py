"""Sources that count for themselves: what a new reading adds to the one before.

In: CounterWindow records. Out: deltas; a first cumulative reading adds nothing, for it cannot be placed in time.
"""

import msgspec

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import milliseconds, untold
from pulse.kpi.records import CounterWindow
from pulse.kpi.tally import Tally

_COUNTED = ("offered", "answered", "abandoned", "overflowed")
_SUMMED = (("wait_s", "wait_answered_ms"), ("talk_s", "talk_ms"), ("hold_s", "hold_ms"), ("acw_s", "acw_ms"))


def series_of(reading: CounterWindow) -> str:
    """Readings of one series replace each other: a cumulative counter, or one interval read again and again."""
    return reading.source if reading.cumulative else f"{reading.source}@{reading.start}"


def growth(before: CounterWindow | None, reading: CounterWindow, goal: QueueGoal) -> Tally:
    """What `reading` counts more than `before`.

    A cumulative counter whose epoch changed, or that fell, was reset and counts from 0. What either of the two does
    not tell is left out, and marked as untold where the newer one does not.
    """
    tally = Tally()
    for name in _COUNTED:
        if getattr(reading, name) is None:
            tally.add(untold(name))
    if before is None and reading.cumulative:
        return tally
    base = None if before is None or was_reset(before, reading) else before
    for name in _COUNTED:
        tally.add(name, _more(getattr(reading, name), getattr(base, name) if base else 0))
    for name, counted in _SUMMED:
        tally.add(counted, _more(_ms(getattr(reading, name)), _ms(getattr(base, name)) if base else 0))
    _count_waits(tally, reading, base, goal)
    if reading.wait_s is not None:
        tally.add("wait_answered_known", tally.count("answered"))
    _count_handled(tally, reading)
    return tally


def was_reset(before: CounterWindow, reading: CounterWindow) -> bool:
    """Whether the source began to count anew between two readings."""
    pairs = [(getattr(before, name), getattr(reading, name)) for name in _COUNTED]
    fell = any(earlier is not None and later is not None and later < earlier for earlier, later in pairs)
    return reading.cumulative and (before.epoch != reading.epoch or fell)


def carried(before: CounterWindow | None, reading: CounterWindow) -> CounterWindow:
    """The reading to compare the next one with: what it does not tell stands as it stood before, unless it was reset."""
    if before is None or not reading.cumulative or was_reset(before, reading):
        return reading
    missing = [name for name in (*_COUNTED, *(name for name, _ in _SUMMED)) if getattr(reading, name) is None]
    return msgspec.structs.replace(reading, **{name: getattr(before, name) for name in missing})


def _count_waits(tally: Tally, reading: CounterWindow, base: CounterWindow | None, goal: QueueGoal) -> None:
    for name in ("answered", "abandoned"):
        within = _within(reading, name, goal.target_s)
        if within is None:
            tally.add(f"{name}_wait_unknown", tally.count(name))
        else:
            tally.add(f"{name}_within_target", _more(within, _within(base, name, goal.target_s) if base else 0))
    short = _within(reading, "abandoned", goal.short_s)
    if short is None:
        tally.add(untold("short_abandoned"))
    else:
        tally.add("short_abandoned", _more(short, _within(base, "abandoned", goal.short_s) if base else 0))


def _within(reading: CounterWindow, name: str, limit_s: float) -> int | None:
    counted: int | None = getattr(reading, f"{name}_within").get(limit_s)
    return counted


def _count_handled(tally: Tally, reading: CounterWindow) -> None:
    if reading.talk_s is not None and tally.count("answered"):
        tally.add("handled", tally.count("answered"))
        tally.add("handled_known", tally.count("answered"))


def _more(now: int | None, before: int | None) -> int:
    return 0 if now is None or before is None else max(0, now - before)


def _ms(duration_s: float | None) -> int | None:
    return None if duration_s is None else milliseconds(duration_s)
