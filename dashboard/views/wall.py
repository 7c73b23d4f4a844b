"""The wall: one glance from ten metres."""

import streamlit as st

from dashboard.components import mount
from dashboard.data import site_layouts
from dashboard.nav import views
from dashboard.page import Page
from dashboard.serving import build
from dashboard.visitor import page_language, page_visitor
from dashboard.wall_address import asked
from dashboard.wall_data import wall_data
from pulse.access import Kind
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Text

PAGE = Page(title=Text("Wall", "大屏"), icon=":material/tv:", order=1, needs=Permission.SEE_WALL, bare=True)


def render() -> None:
    """Mounts the component; everything after that comes by its own stream."""
    language, visitor = page_language(), page_visitor()
    layouts = {name: layout for name, layout in site_layouts().items() if visitor.may_see_layouts([name])}
    if not layouts:
        st.error(words(language)["setup.no_layout"])
        return
    wish = asked(st.query_params, layouts)
    # At this machine everything may be seen: a token in the address proves nothing, and its revocation would not be seen.
    unread = visitor.kind is Kind.LOCAL and "token" in st.query_params
    told = {"links": list(views(visitor)), "note": words(language)["setup.token_unread"] if unread else ""}
    mount("wall", {**wall_data(layouts, wish, language, build()), **told})
