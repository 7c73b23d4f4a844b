"""Whether the alerts expected at times are those that stand: the rules and the signal machine of the live site on given Boards.

In: the tests of a file. Out: for each test the differences, with time, expected and found. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from alerts.backtest import replayed
from alerts.fields import LEVELS
from alerts.frame import Signal
from alerts.given import Given
from alerts.given_boards import STARTS_AT, boards, days_at, judged_at, normal_at
from alerts.lifecycle import OpenIncident, State, is_standing, step
from alerts.rule_tests import Expected, RuleTest, RuleTests
from alerts.ruleset import LoadedRule
from alerts.sample import Context, Sample
from alerts.sampling import Key, laddered, missing
from pulse.kpi.board import Board
from pulse.written import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stood of one alert at one instant."""

    state: State
    sample: Sample | None
    """None where the rule did not speak of the scope."""
    fault: str | None = None
    """Why the rule could not judge the Board; None where it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An expectation that was not met."""

    at_s: float
    expected: Expected
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one test; no difference means that it passed."""

    name: str
    differences: tuple[Difference, ...]


def outcomes(tests: RuleTests) -> tuple[Outcome, ...]:
    """What came of each test of a file, in its order."""
    return tuple(Outcome(name=test.name, differences=tuple(_differences(tests, test))) for test in tests.tests)


def outcome_lines(tests: RuleTests, came: Sequence[Outcome]) -> Iterator[str]:
    """What a person reads of it."""
    failed = [outcome for outcome in came if outcome.differences]
    count = f"{len(came)} test{'' if len(came) == 1 else 's'}"
    yield f"{tests.path}: {len(failed)} of {count} failed" if failed else f"{tests.path}: {count} passed"
    for outcome in failed:
        yield f"  {outcome.name}"
        yield from (f"    {_difference_line(one)}" for one in outcome.differences)


def _differences(tests: RuleTests, test: RuleTest) -> Iterator[Difference]:
    wanted: dict[int, list[tuple[float, Expected]]] = {}
    for expected in test.expected:
        for at_s in expected.at:
            wanted.setdefault(STARTS_AT + round(at_s * 1000), []).append((at_s, expected))
    judging = Judging(tests, test.given)
    for board in boards(test.given, tests.every_ms, tests.config):
        judging.take(board)
        for at_s, expected in wanted.get(board.at, ()):
            found = judging.found(Key(expected.rule, expected.scope))
            if not _is_met(expected, found):
                yield Difference(at_s=at_s, expected=expected, found=found)


class Judging:
    """The rules of a file on their way over the Boards of one test."""

    def __init__(self, tests: RuleTests, given: Given) -> None:
        self._tests = tests
        self._given = given
        self._rules = sorted(tests.rules, key=attrgetter("sees_alerts"))
        self._past: list[Board] = []
        self._opened_at: list[int] = []
        self._states: dict[Key, State] = {}
        self._samples: Mapping[Key, Sample] = {}
        self._faults: dict[str, str] = {}

    def take(self, board: Board) -> None:
        """Judges one more Board; of what a rule does not speak, or failed to, nothing is known, as on the live site."""
        self._past.append(board)
        self._faults = {}
        samples: dict[Key, Sample] = {}
        for rule in (one for one in self._rules if not one.rests(board.at)):
            samples |= (spoken := self._spoken(rule, board))
            for key, sample in spoken.items():
                self._step(key, rule, sample)
            for key in [key for key in self._states if key.rule == rule.name and key not in samples]:
                self._step(key, rule, missing(key.scope, board.at))
        self._samples = samples

    def found(self, key: Key) -> Found:
        """What stands of an alert after the newest Board."""
        return Found(state=self._states.get(key, State()), sample=self._samples.get(key), fault=self._faults.get(key.rule))

    def _spoken(self, rule: LoadedRule, board: Board) -> dict[Key, Sample]:
        try:
            return {Key(rule.name, sample.scope): sample for sample in laddered(rule, board, self._context(rule))}
        except Exception as error:  # noqa: BLE001 - told as what was found; the other rules are still judged
            self._faults[rule.name] = f"{type(error).__name__}: {error}"
            return {}

    def _step(self, key: Key, rule: LoadedRule, sample: Sample) -> None:
        policy = replayed(rule.policy, self._tests.every_ms)
        self._states[key], effects = step(self._states.get(key, State()), sample, sample.at, policy)
        self._opened_at += [sample.at for effect in effects if isinstance(effect, OpenIncident) and not rule.sees_alerts]

    def _context(self, rule: LoadedRule) -> Context:
        number = len(self._past) - 1
        return Context(
            queues=rule.queues,
            expected=lambda scope, count, window_s: normal_at(self._given, number, scope, count, window_s),
            judged=lambda scope, stretch_s: judged_at(self._given, number, scope, stretch_s),
            board_ago=self._board_ago,
            daily=lambda scope, name, count: days_at(self._given, number, (scope, name), count),
            opened_at=tuple(self._opened_at),
            name_of=self._tests.config.name_of,
        )

    def _board_ago(self, ago_s: float) -> Board | None:
        number = len(self._past) - 1 - round(ago_s * 1000 / self._tests.every_ms)
        return self._past[number] if number >= 0 else None


def _is_met(expected: Expected, found: Found) -> bool:
    if found.fault is not None or is_standing(found.state) is not expected.raised:
        return False
    return expected.level is None or found.state.level == expected.level


def _difference_line(one: Difference) -> str:
    expected, found = one.expected, one.found
    wanted = "not raised" if not expected.raised else "raised" if expected.level is None else f"level {LEVELS[expected.level]}"
    place = f"at {duration(one.at_s)}, {expected.rule}, {expected.scope}"
    return f"{place}: expected {wanted}, found {_found_text(found)}"


def _found_text(found: Found) -> str:
    if found.fault is not None:
        return f"that the rule failed: {found.fault}"
    signal, level = found.state.signal, found.state.level
    stands = "not raised" if level is None else f"level {LEVELS[level]}"
    notes = [signal.value] if signal in (Signal.PENDING, Signal.CLEARING) else []
    notes += ["nothing known"] if found.state.no_data else []
    words = f"{stands} ({', '.join(notes)})" if notes else stands
    return f"{words}; {found.sample.why.en if found.sample else 'the rule says nothing of it'}"
