"""The queues, worst first: who waits, how much of the promise is left, the service level, who is free."""

import msgspec
from pydantic import Field

from dashboard.picture import Figure, Picture, figure, short, titles
from dashboard.scope import SITE, ScopeName
from dashboard.status import Status
from pulse.kpi.board import Agents
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Queues, worst first", "队列（最差在前）")


class Options(Strict):
    """Which queues, and how many at most."""

    scope: ScopeName = SITE
    rows: int = Field(8, ge=1, le=16)


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One queue."""

    name: str
    title: dict[str, str]
    channel: str | None
    status: Status
    waiting: int | None
    oldest_wait_s: float | None
    left_s: float | None
    service_level: Figure
    goal: float | None
    agents: int | None
    available: int | None


class Queues(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws; queues that do not fit are counted."""

    rows: list[QueueRow]
    more: int


def frame(picture: Picture, options: Options) -> Queues:
    """The worst queues of the scope at the Board's instant."""
    names = picture.queues_in(options.scope)
    shown = names[: options.rows]
    return Queues(rows=[_row(picture, name) for name in shown], more=len(names) - len(shown))


def _row(picture: Picture, name: str) -> QueueRow:
    scope = picture.board.queues[name]
    agents = scope.agents or Agents()
    return QueueRow(
        name=name,
        title=titles(scope),
        channel=scope.channel,
        status=picture.statuses[name],
        waiting=scope.waiting,
        oldest_wait_s=short(scope.oldest_wait_s, 1),
        left_s=short(scope.contact_time_left_s, 1),
        service_level=figure(scope, "last_30m", "service_level"),
        goal=scope.goal_ratio,
        agents=agents.logged_in,
        available=agents.available,
    )
