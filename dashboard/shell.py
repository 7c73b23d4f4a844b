"""What is around a page: nothing on a wall; the mode, the language and a name on a desk."""

import streamlit as st

from dashboard.account import draw_account
from dashboard.serving import serving
from pulse.access import Visitor
from pulse.i18n import words
from pulse.text import Language, Text

# Drawn here, because Streamlit would fetch a named icon from a foreign server.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0B1220"/>
<path d="M3 17h6l4-9 6 16 4-9h6" fill="none" stroke="#56B4E9" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/></svg>"""
_BARE = """<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stToolbar"], [data-testid="stStatusWidget"] { display: none; }
[data-testid="stDialog"], .stDialog { display: none; }
html, body, [data-testid="stApp"], [data-testid="stMain"] { overflow: hidden; }
</style>"""

_FILLED = """<style>
[data-testid="stMainBlockContainer"] { padding: 3.75rem 1.25rem 0; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.5rem; padding: 0; }
[data-testid="stMain"] { overflow: hidden; }
</style>"""

# Streamlit's own words are English, name Streamlit, and advise to start it in a terminal. No page of ours opens another dialog.
_LOST = """<style>
[data-testid="stDialog"] h2 {{ font-size: 0; }}
[data-testid="stDialog"] h2::after {{ content: "{title}"; font-size: 1.5rem; }}
[data-testid="stDialog"] h2 + div > * {{ display: none; }}
[data-testid="stDialog"] h2 + div::after {{ content: "{why}"; }}
</style>"""


def hide_chrome() -> None:
    """Takes header, side bar, scrolling and Streamlit's dialog away: nobody is there to close it, and a wall says itself what is lost."""
    st.html(_BARE)


def fill_window() -> None:
    """Gives the page the whole window: something in it scrolls, the page does not."""
    st.html(_FILLED)


def name_lost_connection(language: Language) -> None:
    """Gives the dialog of a page whose server is gone words of ours, in the page's language."""
    said = words(language)
    st.html(_LOST.format(title=_in_css(said["page.lost"]), why=_in_css(said["page.lost_why"])))


def _in_css(text: str) -> str:
    """A text between the quotes of a sheet, whatever signs are in it."""
    return "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in text)


def draw_sidebar(visitor: Visitor, language: Language) -> None:
    """Says who looks and in which mode, and offers the languages."""
    said = words(language)
    with st.sidebar:
        draw_account(visitor, language)
        chosen = st.segmented_control(said["page.language"], ["en", "zh"], default=language.value, key="language")
    if chosen and chosen != language:
        st.query_params["lang"] = chosen
        st.rerun()


def tab_title(title: Text, language: Language) -> str:
    """What the browser's tab says: the page, then the site, so that several tabs are told apart."""
    site = serving().config.site
    return f"{title.in_(language)} · {site.title.text.in_(language) if site.title else site.name}"


def draw_title(title: Text, language: Language) -> None:
    """The page's title, and a badge where the site only shows invented data."""
    badge = f" :gray-badge[{words(language)['page.demo']}]" if serving().config.site.demo else ""
    st.title(f"{title.in_(language)}{badge}", anchor=False)


def draw_refusal(language: Language) -> None:
    """Says that nothing is shown; where people log in, a log-in that ended can be renewed."""
    st.error(words(language)["door.not_allowed"], icon=":material/lock:")
    if serving().config.login:
        st.button(words(language)["door.log_in"], on_click=st.login)
