"""What a page says of itself; a file in dashboard/views with PAGE and render() is a page."""

from dataclasses import dataclass

from pulse.roles import Permission
from pulse.text import Text

PRODUCT = "Pulseboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's name and place; its address is the name of its file."""

    title: Text
    icon: str
    order: int
    needs: Permission
    """Who may see it: the door, the navigation and the page script ask for it. A screen with a wall token has `SEE_WALL` only."""
    bare: bool = False
    """Drawn over the whole window, without navigation."""
