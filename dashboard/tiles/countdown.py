"""How long until the most urgent contact's promise is broken, counting down."""

import msgspec

from dashboard.picture import Picture, most_urgent, short, titles
from dashboard.scope import SITE, ScopeName
from dashboard.status import Status, believed, wait_status
from pulse.config import Strict
from pulse.kpi.freshness import sight
from pulse.text import Text

TITLE = Text("Next promise", "最近的承诺时限")


class Options(Strict):
    """Of which queues."""

    scope: ScopeName = SITE


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws; nothing waits where `left_s` is None."""

    left_s: float | None
    queue: dict[str, str] | None
    waiting: int | None
    status: Status


def frame(picture: Picture, options: Options) -> Countdown:
    """The contact of the scope with the least time left at the Board's instant; negative once its promise is broken."""
    scopes = [picture.board.queues[name] for name in picture.queues_in(options.scope)]
    urgent = most_urgent(scopes)
    if urgent is None:
        known = [scope.waiting for scope in scopes if scope.waiting is not None]
        return Countdown(left_s=None, queue=None, waiting=sum(known) if known else None, status=Status.NORMAL if known else Status.UNKNOWN)
    status = believed(wait_status(urgent), sight(picture.board, urgent))
    return Countdown(left_s=short(urgent.contact_time_left_s, 1), queue=titles(urgent), waiting=urgent.waiting, status=status)
