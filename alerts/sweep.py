"""Which queues a rule is asked about at a Board: those it may find in a bad or unknown state, and those of which a state is kept.

Pure. All others would give a sample that says "well" to an alert that was never anything else: it moves nothing, so it is not
made. Rules that differ in nothing but their name and queues are a crowd: one look at the Board is enough for all of them. `whole`
is the plain way that `narrowed` must equal.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.ruleset import LoadedRule
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import is_stale

Suspects = Callable[[Mapping[str, Scope], object], Collection[str]]
ByRule = Mapping[str, Collection[str]]
"""Queues by the name of a rule."""
Asked = Mapping[str, Sequence[str] | None]
"""By rule the queues it is asked about, None for all that are its own; a rule that is not in it is not asked."""
_NONE: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a Board is looked at."""

    kept: ByRule = field(default_factory=dict)
    """The queues of which a state is kept that may change."""
    waiting: ByRule = field(default_factory=dict)
    """Those that stand as bad as can be, and wait for their turn: they are passed over, but for the kept ones among them."""


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Rules of one kind with equal options and hours."""

    rules: tuple[LoadedRule, ...]
    everywhere: tuple[LoadedRule, ...]
    """Those that look at every queue."""
    by_queue: Mapping[str, tuple[LoadedRule, ...]]
    """The others, by each queue they name."""

    @classmethod
    def of(cls, rules: Iterable[LoadedRule]) -> "Crowd":
        """The crowd of some rules, of which at least one is given."""
        every, by_queue = tuple(rules), defaultdict[str, list[LoadedRule]](list)
        for rule in every:
            for queue in rule.queues:
                by_queue[queue].append(rule)
        everywhere = tuple(rule for rule in every if not rule.queues)
        return cls(rules=every, everywhere=everywhere, by_queue={queue: tuple(some) for queue, some in by_queue.items()})


Narrow = Callable[[Crowd, Board, Known], Asked]
"""What the rules of a crowd are asked about."""


def crowds_of(rules: Iterable[LoadedRule]) -> tuple[Crowd, ...]:
    """The rules in crowds, each rule in one; those that cannot tell which queues matter are alone."""
    alike = defaultdict[object, list[LoadedRule]](list)
    for rule in rules:
        hours = rule.schedule.names if rule.schedule else ()
        alike[(rule.kind, repr(rule.options), repr(rule.graver), hours) if suspects_of(rule) else rule.name].append(rule)
    return tuple(map(Crowd.of, alike.values()))


def whole(crowd: Crowd, _board: Board, _known: Known) -> Asked:
    """Every rule about every queue, at every Board."""
    return dict.fromkeys((rule.name for rule in crowd.rules), None)


def narrowed(crowd: Crowd, board: Board, known: Known) -> Asked:
    """The rules and queues that matter; all of them where a rule cannot tell, and while any source is silent."""
    suspects = suspects_of(crowd.rules[0])
    if suspects is None:
        return whole(crowd, board, known)
    # What is silent may be bad: nothing is known of it.
    is_silent = any(is_stale(health, board.at) for health in board.sources.values())
    bad = board.queues.keys() if is_silent else _bad(crowd, board, suspects)
    asked = {name: _of_own(rule, board, bad, known) for name, rule in _concerned(crowd, bad, known).items()}
    return {name: queues for name, queues in asked.items() if queues}


def _bad(crowd: Crowd, board: Board, suspects: Suspects) -> set[str]:
    """The queues that any rule of the crowd may find in a bad or unknown state."""
    queues, first = board.queues, crowd.rules[0]
    scopes = queues if crowd.everywhere else {name: queues[name] for name in crowd.by_queue if name in queues}
    return {name for options in (first.options, *first.graver) for name in suspects(scopes, options)}


def _concerned(crowd: Crowd, bad: Collection[str], known: Known) -> dict[str, LoadedRule]:
    """By name the rules that may have something to say: they look at a bad queue, or a state of theirs is kept."""
    looking = [rule for queue in bad for rule in crowd.by_queue.get(queue, ())]
    keeping = [rule for rule in crowd.rules if rule.name in known.kept] if known.kept else []
    return {rule.name: rule for rule in (*(crowd.everywhere if bad else ()), *looking, *keeping)}


def _of_own(rule: LoadedRule, board: Board, bad: Collection[str], known: Known) -> Sequence[str]:
    """Of the queues a rule looks at those that are bad and do not wait, or of which a state is kept."""
    kept, waiting = known.kept.get(rule.name, _NONE), known.waiting.get(rule.name, _NONE)
    own = rule.queues or board.queues
    return [name for name in own if ((name in bad and name not in waiting) or name in kept) and name in board.queues]


def suspects_of(rule: LoadedRule) -> Suspects | None:
    """What a rule's module says for it; None where it cannot, or where it looks at the site."""
    return None if getattr(rule.options, "of", None) == "site" else getattr(rule.module, "suspects", None)
