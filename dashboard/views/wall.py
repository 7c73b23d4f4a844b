"""The wall: one glance from ten metres."""

import streamlit as st

from dashboard.components import mount
from dashboard.data import site_layouts
from dashboard.layout import Ready
from dashboard.nav import views
from dashboard.page import Page
from dashboard.reading import layout_for
from dashboard.serving import build
from dashboard.visitor import page_language, page_visitor
from dashboard.wall_data import wall_data
from dashboard.written import plain
from pulse.access import DEFAULT_LAYOUT
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Text

PAGE = Page(title=Text("Wall", "大屏"), icon=":material/tv:", order=1, needs=Permission.SEE_WALL, bare=True)


def render() -> None:
    """Mounts the component; everything after that comes by its own stream."""
    language, visitor = page_language(), page_visitor()
    layouts = {name: layout for name, layout in site_layouts().items() if visitor.may_see_layouts([name])}
    name = _layout_asked_for(layouts)
    if name not in layouts:
        st.error(words(language)["setup.unknown_layout"].format(found=plain(name), layouts=", ".join(layouts)))
        return
    mount("wall", {**wall_data(layouts, name, language, build()), "links": list(views(visitor))})


def _layout_asked_for(layouts: dict[str, Ready]) -> str:
    """By name in the address, else the one that can be read on its screen from its distance, else the first."""
    asked = st.query_params.get("layout")
    if asked is not None:
        return asked
    try:
        return layout_for(layouts, float(st.query_params["screen"]), float(st.query_params["distance"]))
    except (KeyError, ValueError):
        return DEFAULT_LAYOUT
