"""The scopes a tile may be about, as layouts write them: site, channel:NAME, queue:NAME."""

from typing import Annotated

from pydantic import AfterValidator

from pulse.kpi.board import Board, Scope
from pulse.kpi.records import Channel

SITE = "site"


def _checked(written: str) -> str:
    kind, _, name = written.partition(":")
    known = written == SITE or (kind == "channel" and name in set(Channel)) or (kind == "queue" and name)
    if not known:
        channels = ", ".join(f"channel:{channel}" for channel in Channel)
        raise ValueError(f'got "{written}", expected {SITE}, queue:NAME or one of {channels}')
    return written


ScopeName = Annotated[str, AfterValidator(_checked)]


def scope_of(board: Board, name: str) -> Scope | None:
    """The scope of that name on a Board; None where the Board does not know it (yet)."""
    if name == SITE:
        return board.site
    kind, _, own = name.partition(":")
    return (board.channels if kind == "channel" else board.queues).get(own)


def in_scope(name: str, queue: str, channel: str | None) -> bool:
    """Whether a queue of a channel belongs to the scope of that name."""
    return name in (SITE, f"channel:{channel}", f"queue:{queue}")
