"""The wall: one glance from ten metres."""

import streamlit as st

from dashboard.components import mount
from dashboard.data import site_layouts
from dashboard.nav import views
from dashboard.page import Page
from dashboard.serving import build
from dashboard.visitor import page_language, page_visitor
from dashboard.wall_address import asked
from dashboard.wall_data import past_data, wall_data
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
    past, may_look_back = st.query_params.get("at"), visitor.may(Permission.SEE_PAST)
    refused = {"setup.token_unread": unread, "setup.past_people": past and not may_look_back}
    notes = [words(language)[key] for key, is_so in refused.items() if is_so]
    told = {"links": list(views(visitor)), "note": " · ".join(notes), "past_link": may_look_back and not past}
    if past and may_look_back:
        told |= past_data(wish.layout, past, language)
    mount("wall", {**wall_data(layouts, wish, language, build()), **told})
