"""The layouts of this site: the ones that come with the product, with what its people saved put over them.

In: versions in SQL. Out: layouts by name. One that cannot be read any more is left out and said, and the shipped one shows.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from dashboard.layout import Ready, ready, shipped
from dashboard.walls import Walls
from pulse.config import ConfigError
from sql.documents import Document, newest
from sql.session import Database, DatabaseUnreadable

KIND = "layout"
LOOK_S = 2.0
log = structlog.get_logger(__name__)


def layouts_of(database: Database, site: str) -> dict[str, Ready]:
    """The site's layouts by name; raises what the database raises."""
    return with_saved(shipped(), newest(database, site, KIND))


def with_saved(layouts: Mapping[str, Ready], saved: Mapping[str, Document]) -> dict[str, Ready]:
    """The layouts, those that were saved in the place of the ones of their name; a text that is empty takes nothing's place."""
    read = {name: _read(name, document) for name, document in saved.items() if document.text.strip()}
    return {**layouts, **{name: layout for name, layout in read.items() if layout is not None}}


async def look_for_layouts(walls: Walls, read: Callable[[], dict[str, Ready]]) -> None:
    """Gives the walls what was saved, at most two seconds later, until cancelled."""
    while True:
        try:
            walls.take_layouts(await asyncio.to_thread(read))
        except DatabaseUnreadable as error:
            log.warning("layouts_unreadable", error=type(error).__name__)
        except Exception:
            log.exception("layouts_fault")
        await asyncio.sleep(LOOK_S)


def _read(name: str, document: Document) -> Ready | None:
    try:
        return ready(name, document.text)
    except ConfigError as error:
        log.warning("layout_unreadable", layout=name, version=document.version, error=str(error))
        return None
