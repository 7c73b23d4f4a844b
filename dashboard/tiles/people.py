"""People by what they do now."""

import msgspec

from dashboard.picture import Picture
from dashboard.scope import SITE, ScopeName, scope_of
from pulse.kpi.board import Agents
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("People", "坐席")


class Options(Strict):
    """Whose people."""

    scope: ScopeName = SITE


class People(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws; None is unknown."""

    logged_in: int | None
    available: int | None
    busy: int | None
    acw: int | None
    paused: int | None


def frame(picture: Picture, options: Options) -> People:
    """How many people are in which state; reasons of pauses are left to the console."""
    scope = scope_of(picture.board, options.scope)
    agents = (scope.agents if scope else None) or Agents()
    return People(logged_in=agents.logged_in, available=agents.available, busy=agents.busy, acw=agents.acw, paused=agents.paused)
