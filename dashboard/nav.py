"""Which pages a visitor has: found by file name, ordered by themselves, cut down to what the visitor may see."""

from types import ModuleType

from pulse.access import Visitor
from pulse.plugins import kinds, load

VIEWS = "dashboard.views"


def all_views() -> dict[str, ModuleType]:
    """Every view by address, in the order of the navigation."""
    found = {slug: load(VIEWS, slug) for slug in kinds(VIEWS)}
    return dict(sorted(found.items(), key=lambda item: (item[1].PAGE.order, item[0])))


def views(visitor: Visitor) -> dict[str, ModuleType]:
    """The views of a visitor; none for one who may see nothing."""
    return {slug: view for slug, view in all_views().items() if visitor.may(view.PAGE.needs)}
