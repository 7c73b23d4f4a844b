"""What a rule would have raised on recorded Boards: the rules and the signal machine of the live site, nothing of its own.

In: Boards in time order, a loaded rule, and what rules may ask of the time before each Board. Out: a `Run`: every alert that would
have stood, and what the rule measured. Pure.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import nan

from alerts.frame import Signal
from alerts.lifecycle import Policy, SignalMoved, State, changes_nothing, step
from alerts.ruleset import LoadedRule
from alerts.sample import Baseline, Context, Reading, Sample
from alerts.sampling import laddered
from pulse.kpi.board import Board
from pulse.kpi.service_level import Judged
from pulse.text import Text, itself

MINUTE_MS = 60_000
_GAP_SHARE = 1.5
"""A clear stretch may miss half a step between two Boards, not a whole one."""
READINGS = tuple(Reading)
_CODES = {reading: code for code, reading in enumerate(READINGS)}
_UNTOLD = Text("", "")


def _no_baseline(_now: int, _scope: str, _name: str, _window_s: float) -> Baseline | None:
    return None


def _none_judged(_now: int, _scope: str, _stretch_s: float) -> Judged | None:
    return None


def _none_daily(_now: int, _scope: str, _name: str, _count: int) -> Sequence[float | None]:
    return ()


def _no_board(_now: int, _ago_s: float) -> Board | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What rules may ask besides the Board, each as it was known at an instant (the first argument) and not later."""

    expected: Callable[[int, str, str, float], Baseline | None] = _no_baseline
    judged: Callable[[int, str, float], Judged | None] = _none_judged
    board_ago: Callable[[int, float], Board | None] = _no_board
    daily: Callable[[int, str, str, int], Sequence[float | None]] = _none_daily
    name_of: Callable[[str], Text] = itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """One alert that would have stood."""

    scope: str
    raised_at: int
    until: int
    """When it was cleared, or the last Board."""
    is_cleared: bool
    title: Text
    why: Text
    """As it was when it was raised."""
    value: float | None
    worst: float | None
    """The value furthest beyond the limit while it stood."""
    threshold: float | None

    @property
    def lasted_s(self) -> float:
        """How long it stood, or has stood so far."""
        return (self.until - self.raised_at) / 1000

    @property
    def cleared_at(self) -> int | None:
        """None while it still stands at the end."""
        return self.until if self.is_cleared else None


@dataclass(frozen=True, slots=True)
class Series:
    """What the rule measured in one scope, one entry a Board; a value that is not known is nan."""

    at: "array[int]" = field(default_factory=lambda: array("q"))
    value: "array[float]" = field(default_factory=lambda: array("d"))
    threshold: "array[float]" = field(default_factory=lambda: array("d"))
    reading: bytearray = field(default_factory=bytearray)

    def add(self, at: int, sample: Sample, reading: Reading) -> None:
        """Appends one entry."""
        self.at.append(at)
        self.value.append(nan if sample.value is None else sample.value)
        self.threshold.append(nan if sample.threshold is None else sample.threshold)
        self.reading.append(_CODES[reading])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a rule would have done over a stretch of Boards."""

    rule: LoadedRule
    every_ms: int
    first_at: int | None
    last_at: int | None
    """None where there was no Board."""
    boards: int
    failed: int
    """Boards on which the rule itself failed."""
    alerts: tuple[Stood, ...]
    """In the order in which they were raised."""
    series: dict[str, Series]

    @property
    def unknown_ratio(self) -> float | None:
        """The share of samples that knew nothing; None where there was no sample."""
        total = sum(len(one.reading) for one in self.series.values())
        unknown = sum(one.reading.count(_CODES[Reading.NO_DATA]) for one in self.series.values())
        return unknown / total if total else None


def replayed(policy: Policy, every_ms: int) -> Policy:
    """The policy for Boards so far apart: an all-clear may be proven by one Board after the other."""
    graver = tuple(replayed(one, every_ms) for one in policy.graver)
    return replace(policy, gap_ms=max(policy.gap_ms, round(every_ms * _GAP_SHARE)), graver=graver)


class Walk:
    """The way of one scope's signal; most samples change nothing, and `step` is only asked about the others."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._state = State()
        self._seen_at = -1
        self._raised: Stood | None = None
        self._falls = False
        self._worst: float | None = None
        self.done: list[Stood] = []

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return self._state.signal is Signal.OK

    def take(self, at: int, reading: Reading, value: float | None, sample_of: Callable[[], Sample]) -> None:
        """Goes on by one sample; it is only made where the signal may move."""
        if at > self._seen_at and not self._policy.graver and changes_nothing(self._state, reading):
            self._seen_at = at
        else:
            self._step(at, sample_of())
        if self._raised is not None and value is not None:
            self._note(value)

    def standing(self) -> tuple[Stood, ...]:
        """The alert that stands where the samples end."""
        return () if self._raised is None else (replace(self._raised, until=self._seen_at, worst=self._worst),)

    def _step(self, at: int, sample: Sample) -> None:
        before = self._state if self._seen_at < 0 else replace(self._state, seen_at=self._seen_at)
        self._state, effects = step(before, sample, at, self._policy)
        self._seen_at = self._state.seen_at if self._state.seen_at is not None else self._seen_at
        for effect in effects:
            if effect == SignalMoved(Signal.OK, Signal.RAISED):
                self._begin(at, sample)
            elif effect == SignalMoved(Signal.CLEARING, Signal.OK) and self._raised is not None:
                self.done.append(replace(self._raised, until=at, is_cleared=True, worst=self._worst))
                self._raised = None

    def _begin(self, at: int, sample: Sample) -> None:
        value, limit = sample.value, sample.threshold
        self._falls, self._worst = value is not None and limit is not None and value < limit, value
        self._raised = Stood(
            scope=sample.scope,
            raised_at=at,
            until=at,
            is_cleared=False,
            title=sample.title,
            why=sample.why,
            value=value,
            worst=value,
            threshold=limit,
        )

    def _note(self, value: float) -> None:
        worst = self._worst
        self._worst = value if worst is None else min(worst, value) if self._falls else max(worst, value)


def backtest(boards: Iterable[Board], rule: LoadedRule, past: Past, every_ms: int = MINUTE_MS) -> Run:
    """What the rule would have raised; each Board counts for the step of `every_ms` (epoch ms) it lies in."""
    walking = Walking(rule, past, every_ms)
    for board in boards:
        walking.take(board)
    return walking.run()


class Walking:
    """One rule on its way over Boards, so that several can share one reading of history."""

    def __init__(self, rule: LoadedRule, past: Past, every_ms: int = MINUTE_MS) -> None:
        self._rule = rule
        self._every_ms = every_ms
        self._policy = replayed(rule.policy, every_ms)
        self._walks: dict[str, Walk] = {}
        self._series: dict[str, Series] = {}
        self._first_at: int | None = None
        self._now = 0
        self._boards = self._failed = 0
        self._context = Context(
            queues=rule.queues,
            expected=lambda scope, name, window_s: past.expected(self._now, scope, name, window_s),
            judged=lambda scope, stretch_s: past.judged(self._now, scope, stretch_s),
            board_ago=lambda ago_s: past.board_ago(self._now, ago_s),
            daily=lambda scope, name, count: past.daily(self._now, scope, name, count),
            name_of=past.name_of,
        )

    def take(self, board: Board) -> None:
        """Judges one more Board."""
        # The watch keeps the first Board of a minute, some ms after it began: counted from there, minutes would seem longer than one.
        at = self._now = board.at - board.at % self._every_ms
        self._first_at = at if self._first_at is None else self._first_at
        self._boards += 1
        if self._rule.rests(at):
            return
        spoken = set()
        for sample in self._samples(board):
            spoken.add(sample.scope)
            self._take(at, sample)
        for scope, walk in self._walks.items():
            if scope not in spoken and not walk.is_idle:
                self._take(at, Sample(scope=scope, at=board.at, title=_UNTOLD, why=_UNTOLD, breaching=None, clear=None))

    def run(self) -> Run:
        """What came of the Boards so far."""
        found = [alert for walk in self._walks.values() for alert in (*walk.done, *walk.standing())]
        return Run(
            rule=self._rule,
            every_ms=self._every_ms,
            first_at=self._first_at,
            last_at=self._now if self._boards else None,
            boards=self._boards,
            failed=self._failed,
            alerts=tuple(sorted(found, key=lambda alert: (alert.raised_at, alert.scope))),
            series=self._series,
        )

    def _samples(self, board: Board) -> Sequence[Sample]:
        """As the live site does it: a rule that fails says nothing, and what stands stays."""
        try:
            return laddered(self._rule, board, self._context)
        except Exception:  # noqa: BLE001 - counted and said; the other Boards are still judged
            self._failed += 1
            return ()

    def _take(self, at: int, sample: Sample) -> None:
        walk = self._walks.get(sample.scope)
        if walk is None:
            walk = self._walks[sample.scope] = Walk(self._policy)
            self._series[sample.scope] = Series()
        reading = sample.reading
        self._series[sample.scope].add(at, sample, reading)
        walk.take(at, reading, sample.value, lambda: sample)
