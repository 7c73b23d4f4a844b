"""What a page says of itself; a file in dashboard/views with PAGE and render() is a page."""

from dataclasses import dataclass

from pulse.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's name and place; its address is the name of its file."""

    title: Text
    icon: str
    order: int
    on_walls: bool = False
    """Whether a screen with a wall token may show it; other pages are for people."""
    bare: bool = False
    """Drawn over the whole window, without navigation."""
