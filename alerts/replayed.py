"""A rule's word on Boards of the past: what its figure was, minute by minute, before and during an alert.

In: a rule, a scope and recorded Boards. Out: one minute for each Board on which the rule knew something of that scope. A rule that
looks at more than the Board and what is normal says less here than it did live; what it does not know is unknown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from alerts.ruleset import RULES, LoadedRule
from alerts.sample import Baseline, Context, Sample
from alerts.sampling import laddered
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.kpi.kpi import Unit
from pulse.plugins import UnknownKind, load
from pulse.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """One Board as the rule judges it; `at` is epoch ms, value and threshold are in the rule's unit."""

    at: int
    value: float | None
    threshold: float | None
    breaching: bool | None
    graver: tuple[float | None, ...] = ()
    """The thresholds of the graver levels."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What a rule may look at beside the Boards: what was normal at (now, scope, name of the count, window in seconds), and names."""

    baseline: Callable[[int, str, str, float], Baseline | None]
    name_of: Callable[[str], Text]


def replayed(rule: LoadedRule, scope: str, boards: Iterable[Board], known: Hindsight) -> tuple[Minute, ...]:
    """The minutes of a scope in the order of the Boards; those on which it is not known are left out."""
    found = []
    for board in boards:
        context = Context(queues=rule.queues, name_of=known.name_of, expected=partial(known.baseline, board.at))
        found += [_minute(sample, board.at) for sample in laddered(rule, board, context) if sample.scope == scope]
    return tuple(found)


def _minute(sample: Sample, at: int) -> Minute:
    graver = tuple(level.threshold for level in sample.graver)
    return Minute(at=at, value=sample.value, threshold=sample.threshold, breaching=sample.breaching, graver=graver)


def unit_named(config: Config, name: str) -> str | None:
    """The unit of a [rules.NAME] table by its word; None where the config has no such rule, or one that cannot be read."""
    table = config.rules.get(name)
    if table is None:
        return None
    try:
        module = load(RULES, table.kind)
        return _unit(module, module.Options.model_validate(table.options)).value
    except (UnknownKind, ValidationError):
        return None


def unit_of(rule: LoadedRule) -> Unit:
    """In what the rule's figure is counted; a plain number where its file does not say."""
    return _unit(rule.module, rule.options)


def _unit(module: Any, options: Any) -> Unit:
    unit = getattr(getattr(options, "watched", None), "unit", None) or getattr(module, "UNIT", None)
    return unit if isinstance(unit, Unit) else Unit.SCORE
