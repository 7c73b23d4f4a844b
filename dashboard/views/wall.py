"""The wall: one glance from ten metres."""

import streamlit as st

from dashboard.components import mount
from dashboard.page import Page
from dashboard.serving import build
from dashboard.visitor import page_entry, page_language
from dashboard.words import WALL_TABLES, component_words
from pulse.access import Entry
from pulse.text import Text

PAGE = Page(title=Text("Wall", "大屏"), icon=":material/tv:", order=1, on_walls=True, bare=True)


def render() -> None:
    """Mounts the component; everything after that comes by its own stream."""
    language, layout = page_language(), st.query_params.get("layout", "main")
    data = {
        "stream": f"/api/stream?layout={layout}" if layout.isalnum() else "/api/stream",
        "snapshot": f"/api/snapshot?layout={layout}" if layout.isalnum() else "/api/snapshot",
        "language": language.value,
        "words": component_words(language, WALL_TABLES),
        "build": build(),
        "links": page_entry() is Entry.EVERYTHING,
    }
    mount("wall", data)
