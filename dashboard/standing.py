"""Which wall tokens stand: read again and again, so that a revocation counts within seconds.

In: a way to read them. Out: their ids; while the database does not answer the last ones stay, before the first answer none is known.
"""

import asyncio
from collections.abc import Callable

import structlog

from sql.session import DatabaseUnreadable

LOOK_S = 1.0

log = structlog.get_logger(__name__)


class Standing:
    """The ids of the wall tokens that nobody revoked; None before they were read for the first time."""

    def __init__(self, read: Callable[[], frozenset[str]]) -> None:
        self.ids: frozenset[str] | None = None
        self._read = read

    async def look(self) -> None:
        """Reads them now."""
        try:
            self.ids = await asyncio.to_thread(self._read)
        except DatabaseUnreadable as error:
            log.warning("wall_tokens_unreadable", error=type(error).__name__)
        except Exception:
            # Whatever it was: this must go on looking, or no revocation would ever be seen again.
            log.exception("wall_tokens_fault")


async def look_for_revoked(standing: Standing) -> None:
    """Reads them once a second until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        await standing.look()
