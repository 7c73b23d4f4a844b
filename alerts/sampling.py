"""What all rules say of one Board: a sample for each rule and scope, with what it says by the standard of each graver level.

In: a Board and now. Out: samples by rule and scope. A rule that fails says nothing, and the others go on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import structlog

from alerts.ruleset import LoadedRule
from alerts.sample import Context, Sample, believed
from alerts.sweep import NOTHING_KNOWN, Asked, Crowd, Known, Narrow, crowds_of, whole
from pulse.kpi.board import Board
from pulse.text import Text

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
        self._crowds = crowds_of(self._rules)
        self._context_of = context_of
        self._narrow = narrow
        self._faulty: set[str] = set()
        self._blind: set[str] = set()
        """The crowds, by their first rule, of which one look does not tell which queues matter."""

    def samples(self, board: Board, now: int, known: Known = NOTHING_KNOWN) -> dict[Key, tuple[LoadedRule, Sample]]:
        """What the rules say, in their order."""
        found: dict[Key, tuple[LoadedRule, Sample]] = {}
        for rule, queues in self._asked(board, known):
            for sample in self._of(rule, board, now, queues):
                found[Key(rule.name, sample.scope)] = (rule, sample)
        return found

    def _asked(self, board: Board, known: Known) -> Sequence[tuple[LoadedRule, Sequence[str] | None]]:
        """The rules that are asked, in their order, and about which queues."""
        judging = (crowd for crowd in self._crowds if not crowd.rules[0].rests(board.at))
        asked = {name: queues for crowd in judging for name, queues in self._looked(crowd, board, known).items()}
        self._faulty &= asked.keys()
        return [(rule, asked[rule.name]) for rule in self._rules if rule.name in asked] if asked else ()

    def _looked(self, crowd: Crowd, board: Board, known: Known) -> Asked:
        """What one look at the Board finds; where that fails, each rule of the crowd is asked for itself."""
        try:
            return self._narrow(crowd, board, known)
        except Exception:
            if crowd.rules[0].name not in self._blind:
                log.exception("rule_fault", rule=crowd.rules[0].name, alike=len(crowd.rules))
            self._blind.add(crowd.rules[0].name)
            return whole(crowd, board, known)

    def _of(self, rule: LoadedRule, board: Board, now: int, queues: Sequence[str] | None) -> Sequence[Sample]:
        """What a rule says; nothing where it fails, so that its alerts stand without data and other rules go on."""
        try:
            context = self._context_of(rule, now)
            samples = laddered(rule, board, context if queues is None else replace(context, queues=tuple(queues)))
        except Exception:
            if rule.name not in self._faulty:
                log.exception("rule_fault", rule=rule.name)
            self._faulty.add(rule.name)
            return ()
        self._faulty.discard(rule.name)
        return samples


def laddered(rule: LoadedRule, board: Board, context: Context) -> Sequence[Sample]:
    """A rule's samples, less what silent sources take from them, each with those of its graver levels."""
    own, *graver = (_by_scope(rule, board, options, context) for options in (rule.options, *rule.graver))
    if not graver:
        return list(own.values())
    return [replace(sample, graver=tuple(level.get(scope, missing(scope, sample.at)) for level in graver)) for scope, sample in own.items()]


def missing(scope: str, at: int) -> Sample:
    """What is known of a scope no rule spoke of: nothing."""
    why = Text("nothing is known of it: the rule fails, or its queue is gone", "情况未知：规则出错，或队列已不存在")
    return Sample(scope=scope, at=at, title=why, why=why, breaching=None, clear=None)


def removed(scope: str, at: int) -> Sample:
    """What is made of a scope whose rule is gone from the file: its alert ends, though nothing says that what it told of is over."""
    why = Text("its rule was removed from the file: nobody watches this any more", "其规则已从配置中删除：不再监测此项")
    return Sample(scope=scope, at=at, title=why, why=why, breaching=False, clear=True)


def _by_scope(rule: LoadedRule, board: Board, options: Any, context: Context) -> dict[str, Sample]:
    samples = rule.module.samples(board, options, context)
    if getattr(rule.module, "SEES_SILENCE", False):
        return {sample.scope: sample for sample in samples}
    return {sample.scope: believed(sample, board, board.queues.get(sample.scope, board.site)) for sample in samples}
