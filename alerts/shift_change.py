"""From which shift to which one hands over at an instant, and until when that must be accepted. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pulse.kpi.shift import RunningShift, Shift, current_shift, next_shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One shift goes, another comes; None where there is none."""

    leaves: RunningShift | None = None
    takes: RunningShift | None = None

    def due_at(self, offered_at: int, within_s: float) -> int:
        """When it must have been accepted (epoch ms): so long after the offer or the beginning of the shift, whichever is later."""
        begins = offered_at if self.takes is None else max(offered_at, self.takes.start)
        return begins + round(within_s * 1000)


def change_at(shifts: Iterable[Shift], at: int, is_taken: Callable[[int], bool]) -> Change:
    """What is handed over at an instant (epoch ms); `is_taken` says whether the shift that begins at one was accepted by somebody.

    In the first half of a shift that nobody has taken over, that one; else the next.
    """
    known = tuple(shifts)
    running = current_shift(known, at)
    if running is not None and 2 * (at - running.start) < running.end - running.start and not is_taken(running.start):
        return Change(leaves=current_shift(known, running.start - 1), takes=running)
    return Change(leaves=running, takes=next_shift(known, at))
