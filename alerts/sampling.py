"""What all rules say of one Board: a sample for each rule and scope, with what it says by the standard of each graver level.

In: a Board and now. Out: samples by rule and scope. A rule that fails says nothing, and the others go on.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import structlog

from alerts.ruleset import LoadedRule
from alerts.sample import Context, Sample, believed
from alerts.sweep import Narrow, whole
from pulse.kpi.board import Board
from pulse.text import Text

NOTHING_KNOWN: Mapping[str, Collection[str]] = {}
log = structlog.get_logger(__name__)


class Key(NamedTuple):
    """A rule's name and a scope."""

    rule: str
    scope: str


ContextOf = Callable[[LoadedRule, int], Context]
"""What a rule may look at besides the Board at an instant (epoch ms)."""


class Sampler:
    """Asks the rules; remembers which of them fail, so that it is said once, not ten times a second."""

    def __init__(self, rules: Iterable[LoadedRule], context_of: ContextOf, narrow: Narrow = whole) -> None:
        self._rules = tuple(rules)
        self._context_of = context_of
        self._narrow = narrow
        self._faulty: set[str] = set()

    def samples(self, board: Board, now: int, known: Mapping[str, Collection[str]] = NOTHING_KNOWN) -> dict[Key, tuple[LoadedRule, Sample]]:
        """What the rules say, in their order; `known` are the scopes of which a state is kept, by rule."""
        found: dict[Key, tuple[LoadedRule, Sample]] = {}
        for rule in self._rules:
            for sample in self._of(rule, board, now, known.get(rule.name, ())):
                found[Key(rule.name, sample.scope)] = (rule, sample)
        return found

    def _of(self, rule: LoadedRule, board: Board, now: int, known: Collection[str]) -> Sequence[Sample]:
        """What a rule says; nothing where it fails, so that its alerts stand without data and other rules go on."""
        try:
            asked = self._narrow(rule, board, known)
            samples = self._asked(rule, board, now, asked) if asked is None or asked else ()
        except Exception:
            if rule.name not in self._faulty:
                log.exception("rule_fault", rule=rule.name)
            self._faulty.add(rule.name)
            return ()
        self._faulty.discard(rule.name)
        return samples

    def _asked(self, rule: LoadedRule, board: Board, now: int, queues: Sequence[str] | None) -> Sequence[Sample]:
        context = self._context_of(rule, now)
        return laddered(rule, board, context if queues is None else replace(context, queues=tuple(queues)))


def laddered(rule: LoadedRule, board: Board, context: Context) -> Sequence[Sample]:
    """A rule's samples, less what silent sources take from them, each with those of its graver levels."""
    own, *graver = (_by_scope(rule, board, options, context) for options in (rule.options, *rule.graver))
    if not graver:
        return list(own.values())
    return [replace(sample, graver=tuple(level.get(scope, missing(scope, sample.at)) for level in graver)) for scope, sample in own.items()]


def missing(scope: str, at: int) -> Sample:
    """What is known of a scope no rule spoke of: nothing."""
    why = Text("the rule or the queue is gone", "规则或队列已不存在")
    return Sample(scope=scope, at=at, title=why, why=why, breaching=None, clear=None)


def _by_scope(rule: LoadedRule, board: Board, options: Any, context: Context) -> dict[str, Sample]:
    samples = rule.module.samples(board, options, context)
    if getattr(rule.module, "SEES_SILENCE", False):
        return {sample.scope: sample for sample in samples}
    return {sample.scope: believed(sample, board, board.queues.get(sample.scope, board.site)) for sample in samples}
