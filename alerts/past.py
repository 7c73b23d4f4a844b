"""The past as a rule would have known it at each instant of a stretch of history: nothing of what came later.

In: history, a config and a stretch (epoch ms). Out: Boards, and what rules ask besides them. Contacts that were told late are
counted in the minute they belong to; the live site learnt of them later.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from alerts.backtest import Past
from alerts.baseline import DAYS, HourlyBaseline, Hours
from alerts.days_read import Days
from alerts.judged import Counts, JudgedLately
from alerts.ruleset import LoadedRule
from alerts.sample import Baseline
from alerts.slim import slim_reader, windows_of
from pulse.config import Config
from pulse.kpi.board import Board, UnreadableBoard, read_board_json
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.service_level import JUDGED_BY, Judged
from pulse.kpi.tally import Tally
from sql.history import History

_HOUR_MS = 3_600_000
_MOST_MINUTES_OFF = 5
"""The Board of a minute that was not kept is taken from so many minutes before at most, as the live site does."""
_BASELINE_MS = (DAYS + 1) * 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when (epoch ms); the end is left out."""

    start: int
    end: int


class Recorded:
    """One site's history over a stretch, read for one rule."""

    def __init__(self, history: History, config: Config, stretch: Stretch) -> None:
        self._history = history
        self._config = config
        self._stretch = stretch
        self._hours: Hours | None = None
        self._now = 0
        self._baseline = HourlyBaseline(self._hours_before, config.zone)
        self._judged = JudgedLately(self._counts, config.queue_goal, config.site_goal)
        self._minutes: _Minutes | None = None
        self._counted: tuple[int, dict[float, Counts]] = (0, {})
        self._behind: dict[float, _Behind] = {}
        self._read: Callable[[bytes], Board] = read_board_json
        self.unreadable = 0
        """Boards that could not be read."""

    def boards(self, rule: LoadedRule) -> Iterator[Board]:
        """The Boards of the stretch with what the rule looks at, oldest first; the past is asked with the same eyes."""
        self._read = slim_reader(windows_of(rule))
        self._behind = {}
        return self._boards(self._stretch.start, self._stretch.end)

    def past(self) -> Past:
        """What a rule may ask, each time only of what lay before."""
        return Past(
            expected=self._expected,
            judged=self._judged_at,
            board_ago=self._board_ago,
            daily=Days(self._history, self._config).at,
            name_of=self._config.name_of,
        )

    def _boards(self, start: int, end: int) -> Iterator[Board]:
        for _, data in self._history.boards(self._config.site.name, start, end):
            try:
                board = self._read(data)
            except UnreadableBoard:
                self.unreadable += 1
                continue
            yield board

    def _expected(self, now: int, scope: str, name: str, window_s: float) -> Baseline | None:
        self._now = now
        return self._baseline(now, scope, name, window_s)

    def _hours_before(self, start: int, end: int) -> Hours:
        if self._hours is None:
            self._hours = self._history.hourly_complaints(self._config.site.name, self._stretch.start - _BASELINE_MS, self._stretch.end)
        # The row of the running hour was finished later: only hours that were over then were known whole.
        return {hour: counts for hour, counts in self._hours.items() if start // _HOUR_MS <= hour < end // _HOUR_MS}

    def _judged_at(self, now: int, scope: str, stretch_s: float) -> Judged | None:
        self._now = now
        return self._judged(scope, stretch_s)

    def _counts(self, lengths: tuple[float, ...]) -> Mapping[float, Counts]:
        if self._counted[0] != self._now:
            self._counted = (self._now, {})
        known = self._counted[1]
        for length_s in lengths:
            if length_s not in known:
                known[length_s] = self._minutes_back(length_s).between(self._now - round(length_s * 1000), self._now)
        return known

    def _minutes_back(self, length_s: float) -> "_Minutes":
        start = self._stretch.start - round(length_s * 1000)
        if self._minutes is None or start < self._minutes.start:
            self._minutes = _Minutes(self._history, self._config.site.name, Stretch(start, self._stretch.end))
        return self._minutes

    def _board_ago(self, now: int, ago_s: float) -> Board | None:
        if ago_s not in self._behind:
            ago_ms = round(ago_s * 1000)
            start = self._stretch.start - ago_ms - _MOST_MINUTES_OFF * MINUTE_MS
            self._behind[ago_s] = _Behind(self._boards(start, self._stretch.end))
        return self._behind[ago_s].at(now - round(ago_s * 1000))


class _Behind:
    """Boards that follow some time behind."""

    def __init__(self, boards: Iterator[Board]) -> None:
        self._boards = boards
        self._next = next(boards, None)
        self._last: Board | None = None

    def at(self, at: int) -> Board | None:
        """The Board of the minute that holds `at`, or of one of the few before it; `at` must not go back."""
        while self._next is not None and self._next.at // MINUTE_MS <= at // MINUTE_MS:
            self._last, self._next = self._next, next(self._boards, None)
        if self._last is None or at // MINUTE_MS - self._last.at // MINUTE_MS > _MOST_MINUTES_OFF:
            return None
        return self._last


class _Minutes:
    """The judged counts of each queue as running sums, so that any stretch is a difference."""

    def __init__(self, history: History, site: str, stretch: Stretch) -> None:
        self.start = stretch.start
        rows: dict[str, tuple[str, list[int], list[tuple[int, ...]]]] = {}
        for at, queue, channel, counts in history.minute_counts(site, stretch.start, stretch.end, JUDGED_BY):
            _, minutes, found = rows.setdefault(queue, (channel, [], []))
            minutes.append(at)
            found.append(counts)
        nothing = (0,) * len(JUDGED_BY)
        self._queues = {
            queue: (channel, minutes, list(accumulate(found, _added, initial=nothing))) for queue, (channel, minutes, found) in rows.items()
        }

    def between(self, start: int, end: int) -> Counts:
        """Channel and counts of each queue in [start, end); queues without a contact are left out."""
        totals = {}
        for queue, (channel, minutes, sums) in self._queues.items():
            first, last = bisect_left(minutes, start), bisect_left(minutes, end)
            if first < last:
                tally = Tally()
                for name, before, until in zip(JUDGED_BY, sums[first], sums[last], strict=True):
                    tally.add(name, until - before)
                totals[queue] = (channel, tally)
        return totals


def _added(sums: tuple[int, ...], counts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(before + count for before, count in zip(sums, counts, strict=True))
