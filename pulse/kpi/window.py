"""Sliding windows over one queue's counts: (now - w, now] for 5 and 30 minutes, today and the running shift.

In: tallies by second. Out: the sums of the windows, and what each minute adds to history, once.
Contributions are held by the second; one that lies ahead of `now` waits until `now` has come there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pulse.kpi.tally import Tally, merged

_MINUTE_S = 60
_FIVE_MINUTES_S = 300
_THIRTY_MINUTES_S = 1800


class SlidingWindow:
    """The sum over the seconds after `boundary` (exclusive), kept up by adding and subtracting."""

    __slots__ = ("boundary", "span_s", "total")

    def __init__(self, span_s: int) -> None:
        self.span_s = span_s
        self.boundary = -1
        self.total = Tally()

    def add(self, minute: int, whole: Tally, seconds: Mapping[int, Tally]) -> None:
        """Adds a minute's new tallies: `whole` is the sum of `seconds`; seconds that have already left stay out."""
        if minute * _MINUTE_S > self.boundary:
            self.total.merge(whole)
            return
        for second, tally in seconds.items():
            if second > self.boundary:
                self.total.merge(tally)

    def move_to(self, now_s: int, minutes: "Minutes") -> bool:
        """Lets go of the seconds that have left (now - span, now]; tells whether there were any."""
        before, self.boundary = self.boundary, max(self.boundary, now_s - self.span_s)
        gone = list(minutes.between(before, self.boundary)) if self.boundary > before else []
        for tally in gone:
            self.total.subtract(tally)
        if any(self._held_peak(tally) for tally in gone):
            self.total.peaks = merged(minutes.between(self.boundary, None)).peaks
        return bool(gone)

    def _held_peak(self, gone: Tally) -> bool:
        return any(value >= self.total.peaks.get(name, 0) for name, value in gone.peaks.items())


class Minutes:
    """Tallies by second and, so that whole minutes can be added and taken away at once, by minute."""

    __slots__ = ("seconds", "wholes")

    def __init__(self) -> None:
        self.seconds: dict[int, dict[int, Tally]] = {}
        self.wholes: dict[int, Tally] = {}

    def add(self, minute: int, whole: Tally, seconds: Mapping[int, Tally]) -> None:
        """Keeps a minute's new tallies; `whole` is their sum."""
        if minute not in self.wholes:
            self.wholes[minute] = merged([whole])
            self.seconds[minute] = dict(seconds)
            return
        self.wholes[minute].merge(whole)
        kept = self.seconds[minute]
        for second, tally in seconds.items():
            if second in kept:
                kept[second].merge(tally)
            else:
                kept[second] = tally

    def between(self, after: int, until: int | None) -> Iterator[Tally]:
        """Tallies that together hold the seconds in (after, until]; None as `until` is without end."""
        for minute, whole in self.wholes.items():
            first, last = minute * _MINUTE_S, minute * _MINUTE_S + _MINUTE_S - 1
            if last <= after or (until is not None and first > until):
                continue
            if first > after and (until is None or last <= until):
                yield whole
            else:
                yield from (tally for at, tally in self.seconds[minute].items() if after < at and (until is None or at <= until))

    def forget(self, until: int) -> None:
        """Drops the minutes that lie wholly at or before the second `until`."""
        for minute in [minute for minute in self.wholes if minute * _MINUTE_S + _MINUTE_S - 1 <= until]:
            del self.wholes[minute], self.seconds[minute]


class QueueWindows:
    """All windows of one queue; where nobody looks at a Board they do not slide, and only history is counted."""

    __slots__ = ("fresh", "last_5m", "last_30m", "minutes", "shift", "slides", "today", "version")

    def __init__(self, slides: bool = True) -> None:
        self.slides = slides
        self.fresh: dict[int, Tally] = {}
        self.minutes = Minutes()
        self.last_5m = SlidingWindow(_FIVE_MINUTES_S)
        self.last_30m = SlidingWindow(_THIRTY_MINUTES_S)
        self.today = Tally()
        self.shift = Tally()
        self.version = 0
        """Grows whenever a window's sum changes."""

    def at(self, second: int) -> Tally:
        """The tally to count a contact of this second into."""
        if not self.slides:
            second -= second % _MINUTE_S
        tally = self.fresh.get(second)
        if tally is None:
            tally = self.fresh[second] = Tally()
        return tally

    def roll(self, now_s: int, day_start_s: int, shift_start_s: int | None = None) -> list[tuple[int, Tally]]:
        """Moves all windows to `now_s`; gives what newly settled by minute (epoch minutes), once, for history.

        Day and shift begin on whole minutes; without a shift nothing counts in it.
        """
        settled = self._settle(now_s) if self.fresh else []
        if not self.slides:
            return settled
        self._add_since(self.today, day_start_s, settled)
        if shift_start_s is not None:
            self._add_since(self.shift, shift_start_s, settled)
        moved = [self.last_5m.move_to(now_s, self.minutes), self.last_30m.move_to(now_s, self.minutes)]
        if settled or any(moved):
            self.minutes.forget(self.last_30m.boundary)
        self.version += bool(settled) or any(moved)
        return settled

    def new_day(self) -> None:
        """Empties today."""
        self.today = Tally()
        self.version += 1

    def new_shift(self) -> None:
        """Empties the running shift."""
        self.shift = Tally()
        self.version += 1

    def dump(self) -> dict[str, Any]:
        """A plain map for the checkpoint."""
        seconds = {second: tally for minute in self.minutes.seconds.values() for second, tally in minute.items()}
        return {
            "fresh": {str(second): tally.as_map() for second, tally in self.fresh.items()},
            "seconds": {str(second): tally.as_map() for second, tally in seconds.items()},
            "boundaries": [self.last_5m.boundary, self.last_30m.boundary],
            "today": self.today.as_map(),
            "shift": self.shift.as_map(),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any], slides: bool = True) -> "QueueWindows":
        """The windows that `dump` wrote."""
        windows = cls(slides)
        windows.fresh = {int(second): Tally.from_map(tally) for second, tally in stored["fresh"].items()}
        windows.last_5m.boundary, windows.last_30m.boundary = stored["boundaries"]
        windows._keep({int(second): Tally.from_map(tally) for second, tally in stored["seconds"].items()})
        windows.today = Tally.from_map(stored["today"])
        windows.shift = Tally.from_map(stored["shift"]) if "shift" in stored else Tally()
        return windows

    def _settle(self, now_s: int) -> list[tuple[int, Tally]]:
        due = [second for second in self.fresh if second <= now_s]
        if not self.slides:
            return [(second // _MINUTE_S, self.fresh.pop(second)) for second in due]
        return self._keep({second: self.fresh.pop(second) for second in due})

    @staticmethod
    def _add_since(window: Tally, start_s: int, settled: Iterable[tuple[int, Tally]]) -> None:
        for minute, whole in settled:
            if minute * _MINUTE_S >= start_s:
                window.merge(whole)

    def _keep(self, seconds: Mapping[int, Tally]) -> list[tuple[int, Tally]]:
        by_minute: dict[int, dict[int, Tally]] = {}
        for second, tally in seconds.items():
            by_minute.setdefault(second // _MINUTE_S, {})[second] = tally
        settled = []
        for minute, parts in by_minute.items():
            whole = merged(parts.values())
            self.last_5m.add(minute, whole, parts)
            self.last_30m.add(minute, whole, parts)
            self.minutes.add(minute, whole, parts)
            settled.append((minute, whole))
        return settled
