"""What is around a page: nothing on a wall; the mode, the language and a name on a desk."""

import streamlit as st

from dashboard.serving import serving
from pulse.access import Entry
from pulse.i18n import words
from pulse.text import Language, Text

OWNER_KEY = "owner_name"
# Drawn here, because Streamlit would fetch a named icon from a foreign server.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0B1220"/>
<path d="M3 17h6l4-9 6 16 4-9h6" fill="none" stroke="#56B4E9" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/></svg>"""
_BARE = """<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stToolbar"], [data-testid="stStatusWidget"] { display: none; }
html, body, [data-testid="stApp"], [data-testid="stMain"] { overflow: hidden; }
</style>"""

_FILLED = """<style>
[data-testid="stMainBlockContainer"] { padding: 3.75rem 1.25rem 0; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.5rem; padding: 0; }
[data-testid="stMain"] { overflow: hidden; }
</style>"""


def hide_chrome() -> None:
    """Takes header, side bar and scrolling away."""
    st.html(_BARE)


def fill_window() -> None:
    """Gives the page the whole window: something in it scrolls, the page does not."""
    st.html(_FILLED)


def draw_sidebar(entry: Entry, language: Language) -> None:
    """Says which mode this is, and asks for the name that owns what is acknowledged."""
    said = words(language)
    with st.sidebar:
        if entry is Entry.EVERYTHING:
            st.info(said["page.local_mode"], icon=":material/computer:")
        st.text_input(said["page.your_name"], value=said["page.desk"], key=OWNER_KEY, max_chars=40)
        chosen = st.segmented_control(said["page.language"], ["en", "zh"], default=language.value, key="language")
    if chosen and chosen != language:
        st.query_params["lang"] = chosen
        st.rerun()


def draw_title(title: Text, language: Language) -> None:
    """The page's title, and a badge where the site only shows invented data."""
    badge = f" :gray-badge[{words(language)['page.demo']}]" if serving().config.site.demo else ""
    st.title(f"{title.in_(language)}{badge}", anchor=False)


def owner_name(language: Language) -> str:
    """The name that owns what is acknowledged here."""
    return str(st.session_state.get(OWNER_KEY) or words(language)["page.desk"]).strip()
