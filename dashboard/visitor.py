"""Who looks at a page: asked again in the page itself, so that no page relies on the door alone."""

import streamlit as st

from dashboard.serving import serving
from pulse.access import COOKIE, Entry, Visit, entry
from pulse.clock import system_clock
from pulse.i18n import language_of
from pulse.text import Language

_LANGUAGE_KEY = "page_language"
_LOOPBACK = "127.0.0.1"


def page_entry() -> Entry:
    """What the visitor of this page run may enter."""
    headers = {name.lower(): value for name, value in st.context.headers.to_dict().items()}
    cookie = st.context.cookies.to_dict().get(COOKIE)
    # Streamlit says None for a loopback address; without a websocket there are no headers, and nothing is entered.
    visit = Visit(st.context.ip_address or _LOOPBACK, headers, (cookie,) if cookie else ())
    return entry(visit, serving().site_key(), system_clock())


def page_language() -> Language:
    """The language in the address, else the one of the page before, else the site's."""
    wished = st.query_params.get("lang", st.session_state.get(_LANGUAGE_KEY))
    st.session_state[_LANGUAGE_KEY] = wished
    return language_of(wished, serving().config.site.language)
