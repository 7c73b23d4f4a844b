"""The page script: chooses the pages this visitor has, and draws the one that is asked for."""

import streamlit as st

from dashboard.nav import views
from dashboard.page import PRODUCT
from dashboard.shell import ICON, draw_refusal, draw_sidebar, hide_chrome, name_lost_connection, tab_title
from dashboard.visitor import page_language, page_visitor

visitor, language = page_visitor(), page_language()
shown = views(visitor)
st.set_page_config(page_title=PRODUCT, page_icon=ICON, layout="wide")
if not shown or (visitor.layouts is not None and not visitor.may_see_layouts(st.query_params.get_all("layout"))):
    draw_refusal(language)
    st.stop()

first = next(iter(shown))
pages = {
    slug: st.Page(view.render, title=view.PAGE.title.in_(language), icon=view.PAGE.icon, url_path=slug) for slug, view in shown.items()
}
# The first page answers at the bare address as well as at its own, so that a screen's address says what it shows.
home = st.Page(shown[first].render, title=PRODUCT, default=True, visibility="hidden")
current = st.navigation([home, *pages.values()], expanded=True)
slug = current.url_path or first
st.set_page_config(page_title=tab_title(shown[slug].PAGE.title, language))
if shown[slug].PAGE.bare:
    hide_chrome()
else:
    draw_sidebar(visitor, language)
    name_lost_connection(language)
current.run()
