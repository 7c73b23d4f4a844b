"""What a rule says of one scope at one instant, and what it may look at besides the Board.

In: nothing. Out: the types every rule file shares, and what silent sources take away from its word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from alerts.external import ExternalAlert, nothing_told
from alerts.frame import Contributor
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import Sight, sight
from pulse.kpi.kpi import Value
from pulse.kpi.service_level import Judged
from pulse.text import Text, itself

SITE = "site"


class Reading(StrEnum):
    """What a sample means to the signal machine."""

    BREACHING = "breaching"
    BETWEEN = "between"
    """Not bad enough to raise, not good enough to clear."""
    CLEAR = "clear"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One rule's word on one scope; None for `breaching` or `clear` means that it cannot be known."""

    scope: str
    """A queue's name, or `site`."""
    at: int
    title: Text
    why: Text
    breaching: bool | None
    clear: bool | None
    value: float | None = None
    threshold: float | None = None
    contributors: tuple[Contributor, ...] = ()
    graver: tuple["Sample", ...] = ()
    """What it says by the standard of each graver level of its rule."""

    @property
    def reading(self) -> Reading:
        """A breach that is seen counts; without one, half a knowledge is none."""
        if self.breaching:
            return Reading.BREACHING
        if self.breaching is None or self.clear is None:
            return Reading.NO_DATA
        return Reading.CLEAR if self.clear else Reading.BETWEEN


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal for a count in a window, and from what that was learnt."""

    expected: float
    dispersion: float
    basis: Text


Expected = Callable[[str, str, float], Baseline | None]
"""The baseline of (scope, name of the count, window in seconds); None where there is no history."""


def nothing_expected(_scope: str, _name: str, _window_s: float) -> Baseline | None:
    """The baseline of a site without history."""
    return None


JudgedIn = Callable[[str, float], Judged | None]
"""What (scope, stretch in seconds) has judged until now; None where it is not known."""


BoardAgo = Callable[[float], Board | None]
"""The Board of so many seconds ago; None where none is known."""


Daily = Callable[[str, str, int], Sequence[float | None]]
"""The values of (scope, name of the KPI) on the last (how many) days that are over, oldest first; fewer where no more are known."""


def none_daily(_scope: str, _name: str, _count: int) -> Sequence[float | None]:
    """The days of a site without history."""
    return ()


def no_board(_ago_s: float) -> Board | None:
    """The past of a site without history."""
    return None


def nothing_judged(_scope: str, _stretch_s: float) -> Judged | None:
    """What a site without history has judged."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a rule may look at besides the Board."""

    queues: tuple[str, ...] = ()
    """The queues it is asked to look at; none given means all."""
    expected: Expected = nothing_expected
    judged: JudgedIn = nothing_judged
    board_ago: BoardAgo = no_board
    daily: Daily = none_daily
    opened_at: tuple[int, ...] = ()
    """When incidents were opened lately (epoch ms), those that are kept quiet left out; only for rules with SEES_ALERTS."""
    external: Callable[[], Sequence[ExternalAlert]] = nothing_told
    """The alerts that programs outside told of."""
    name_of: Callable[[str], Text] = itself
    """What people call a value such as a complaint class."""

    def scopes(self, board: Board) -> dict[str, Scope]:
        """The queues of the Board that the rule is asked to look at."""
        if not self.queues:
            return dict(board.queues)
        return {name: board.queues[name] for name in self.queues if name in board.queues}


class RuleModule(Protocol):
    """What a file in alerts/rules/ must have.

    It may have SEES_SILENCE = True: it judges the sources themselves, their silence takes nothing from its word; SEES_ALERTS = True: it
    judges the alerts of the others; SEES_OUTSIDE = True: it judges what programs outside told of; INHIBITS = True: its alerts keep quiet
    what they explain. Its UNIT is the one its values are counted in, where that does not depend on the options.
    suspects(scopes, options): those of some queues of which a sample may be anything but well, so that it need not ask about the others.
    """

    TITLE: Text
    Options: Any

    def samples(self, board: Board, options: Any, context: Context) -> Sequence[Sample]:
        """One sample for each scope the rule looks at."""


def believed(sample: Sample, board: Board, scope: Scope) -> Sample:
    """The sample, less what the scope's sources cannot show: no all-clear while one is silent, nothing while all are."""
    seen = sight(board, scope)
    if seen is Sight.WHOLE:
        return sample
    return replace(sample, clear=None, breaching=None if seen is Sight.NONE else sample.breaching)


def number(value: Value) -> float | None:
    """A KPI's value as a number; None where it is unknown or no number."""
    return None if value is None or isinstance(value, dict) else value


def is_idle(scope: Scope, window: str) -> bool:
    """Whether nobody came in a window and nobody waits: then nobody is served badly, though no figure says so."""
    return number(getattr(scope, window).get("offered")) == 0 and scope.waiting == 0


def counts(value: Value) -> dict[str, int]:
    """A KPI's counts by name; empty where there are none."""
    return value if isinstance(value, dict) else {}
