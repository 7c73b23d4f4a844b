"""Which queues a rule is asked about at a Board: those it may find in a bad or unknown state, and those of which a state is kept.

Pure. All others would give a sample that says "well" to an alert that was never anything else: it moves nothing, so it is not
made. `whole` is the plain way that `narrowed` must equal.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from alerts.ruleset import LoadedRule
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import is_stale

Suspects = Callable[[Mapping[str, Scope], object], Collection[str]]
Narrow = Callable[[LoadedRule, Board, Collection[str]], Sequence[str] | None]
"""The queues a rule is asked about, of which states of some are kept; None for all that are its own."""


def whole(_rule: LoadedRule, _board: Board, _known: Collection[str]) -> Sequence[str] | None:
    """Every queue, at every Board."""
    return None


def narrowed(rule: LoadedRule, board: Board, known: Collection[str]) -> Sequence[str] | None:
    """The queues that matter; all of them for a rule that cannot tell, and while any source is silent."""
    suspects = suspects_of(rule)
    if suspects is None or any(is_stale(health, board.at) for health in board.sources.values()):
        return None
    queues = board.queues
    scopes = {name: queues[name] for name in rule.queues if name in queues} if rule.queues else queues
    asked = set(suspects(scopes, rule.options)).union(known)
    for options in rule.graver:
        asked.update(suspects(scopes, options))
    return [name for name in scopes if name in asked] if asked else ()


def suspects_of(rule: LoadedRule) -> Suspects | None:
    """What a rule's module says for it; None where it cannot, or where it looks at the site."""
    return None if getattr(rule.options, "of", None) == "site" else getattr(rule.module, "suspects", None)
