"""What all walls of a site have in common at one instant: the Board, what can be believed of it, the order of queues, the lines.

In: a Board and the open incidents. Out: a `Picture` that every kind of tile draws its part from.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from alerts.frame import AlertsFrame
from dashboard.open_alerts import OpenAlerts
from dashboard.order import QueueOrder
from dashboard.scope import in_scope
from dashboard.status import Status, believed, queue_status, ratio_of
from dashboard.trend import Series, Trends
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import sight
from pulse.targets import Targets
from pulse.text import Language, Text, itself

Figure = float | Literal["na"] | None
"""A ratio; `na` where there was nothing to divide by, None where nobody supplies it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """How the site puts things: the letter of its service level's formula, what people call a complaint class, what KPIs should reach."""

    formula: str = "D"
    name_of: Callable[[str], Text] = itself
    targets: Targets = field(default_factory=Targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One instant, as walls see it."""

    board: Board
    alerts: OpenAlerts
    alerts_at: int | None
    statuses: Mapping[str, Status]
    """Of each queue, as far as it can be believed."""
    order: tuple[str, ...]
    """Queues, worst first."""
    trends: Trends
    saying: Saying
    names_shown: bool = True
    """Whether the names of people may be shown."""

    def queues_in(self, scope: str) -> list[str]:
        """The queues of a scope, worst first."""
        return [name for name in self.order if in_scope(scope, name, self.board.queues[name].channel)]


@dataclass(slots=True)
class Memory:
    """What outlives a Board: the order of the queues and the lines of the last hour."""

    order: QueueOrder = field(default_factory=QueueOrder)
    trends: Trends = field(default_factory=Trends)
    _open: OpenAlerts = field(default_factory=OpenAlerts)

    def follow(self, series: Iterable[Series]) -> None:
        """Keeps these lines from now on."""
        self.trends.follow(series)

    def picture(self, board: Board, alerts: AlertsFrame | None, saying: Saying) -> Picture:
        """The picture of a Board; takes it in."""
        self.trends.add(board)
        incidents = alerts.incidents if alerts else ()
        if incidents is not self._open.incidents:
            self._open = OpenAlerts(incidents)
        statuses = {name: believed(queue_status(scope), sight(board, scope)) for name, scope in board.queues.items()}
        return Picture(
            board=board,
            alerts=self._open,
            alerts_at=alerts.at if alerts else None,
            statuses=statuses,
            order=self.order.of(board.queues, statuses, board.at),
            trends=self.trends,
            saying=saying,
        )


def titles(scope: Scope) -> dict[str, str]:
    """A scope's title by language; one that has only its own in English's place, where every language finds it."""
    return scope.titles or {Language.EN: scope.title}


def figure(scope: Scope, window: str, kpi: str) -> Figure:
    """A ratio for screens, which round it once more: six digits, `na` over nothing, None where the window does not have it."""
    ratio = ratio_of(scope, window, kpi)
    if ratio is None:
        return "na" if kpi in getattr(scope, window) else None
    return round(ratio, 6)


def short(value: float | None, digits: int) -> float | None:
    """A number with so many digits after the point; None stays None."""
    return None if value is None else round(value, digits)


def whole(value: float | None) -> int | None:
    """A number without digits after the point; None stays None."""
    return None if value is None else round(value)


def most_urgent(scopes: Iterable[Scope]) -> Scope | None:
    """The queue whose contact has the least time left: a caller of one minute before a mail of one hour; None where nobody waits."""
    waiting = (scope for scope in scopes if scope.contact_time_left_s is not None)
    return min(waiting, key=lambda scope: scope.contact_time_left_s or 0.0, default=None)
