"""How long until the most urgent contact's promise is broken, counting down."""

import msgspec

from dashboard.picture import Picture, most_urgent, short, titles
from dashboard.scope import SITE, ScopeName, scope_of
from dashboard.status import Status, believed, wait_status
from pulse.kpi.freshness import sight
from pulse.tables import Strict
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
    board = picture.board
    scopes = [board.queues[name] for name in picture.queues_in(options.scope)]
    urgent = most_urgent(scopes)
    if urgent is None:
        waiting = [scope.waiting for scope in scopes]
        # Somebody may wait of whom no source tells since when: then nobody knows how long there is.
        idle = Status.NORMAL if waiting and not any(count is None or count > 0 for count in waiting) else Status.UNKNOWN
        known = [count for count in waiting if count is not None]
        seen = sight(board, scope_of(board, options.scope) or board.site)
        return Countdown(left_s=None, queue=None, waiting=sum(known) if known else None, status=believed(idle, seen))
    status = believed(wait_status(urgent), sight(board, urgent))
    return Countdown(left_s=short(urgent.contact_time_left_s, 1), queue=titles(urgent), waiting=urgent.waiting, status=status)
