"""Shifts: which one runs at an instant, from when and until when.

In: the hours of each shift and an instant. Out: a `RunningShift`, or None between shifts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from pulse.kpi.hours import OpenHours
from pulse.text import Language, Text

_HORIZON_MS = 8 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as the config plans it; its hours say on which days it runs."""

    name: str
    title: Text
    hours: OpenHours


class RunningShift(msgspec.Struct, frozen=True, kw_only=True):
    """A shift that runs; instants are epoch ms, the end is left out."""

    name: str
    titles: dict[str, str]
    """By language."""
    start: int
    end: int

    def titled(self, language: str) -> str:
        """The title in a language; the English one where there is none in it."""
        return self.titles.get(language, self.titles[Language.EN.value])


def current_shift(shifts: Iterable[Shift], at: int) -> RunningShift | None:
    """The shift that runs at an instant (epoch ms); of two that overlap the one that began later. None between shifts."""
    found = [running for shift in shifts if (running := _running(shift, at))]
    return max(found, key=lambda running: (running.start, running.name), default=None)


def next_shift(shifts: Iterable[Shift], at: int) -> RunningShift | None:
    """The shift that begins next after an instant (epoch ms); None where none does within eight days."""
    known = tuple(shifts)
    begins = [opens for shift in known for opens, _ in shift.hours.open_stretches(at, at + _HORIZON_MS) if opens > at]
    return current_shift(known, min(begins)) if begins else None


def _running(shift: Shift, at: int) -> RunningShift | None:
    stretch = shift.hours.stretch_at(at)
    if stretch is None:
        return None
    return RunningShift(name=shift.name, titles=shift.title.by_language(), start=stretch[0], end=stretch[1])
