"""Which pages a visitor has: found by file name, ordered by themselves, cut down to what the visitor may enter."""

from types import ModuleType

from pulse.access import Entry
from pulse.plugins import kinds, load

VIEWS = "dashboard.views"


def views(entry: Entry) -> dict[str, ModuleType]:
    """The views of a visitor by address, in the order of the navigation; none for a visitor who may enter nothing."""
    found = {slug: load(VIEWS, slug) for slug in kinds(VIEWS)}
    allowed = {slug: view for slug, view in found.items() if _may_see(entry, view)}
    return dict(sorted(allowed.items(), key=lambda item: (item[1].PAGE.order, item[0])))


def _may_see(entry: Entry, view: ModuleType) -> bool:
    return entry is Entry.EVERYTHING or (entry is Entry.WALL and view.PAGE.on_walls)
