"""Who looks at a page: asked again in the page itself, so that no page relies on the door alone."""

import streamlit as st
import structlog

from dashboard.data import standing_tokens_lately
from dashboard.identity import claims_in
from dashboard.serving import serving
from pulse.access import COOKIE, ROLE_COOKIE, Visit, Visitor, visitor_of
from pulse.clock import system_clock
from pulse.i18n import language_of
from pulse.text import Language
from sql.session import DatabaseUnreadable

_LANGUAGE_KEY = "page_language"
_LOOPBACK = "127.0.0.1"

log = structlog.get_logger(__name__)


def page_visitor() -> Visitor:
    """Who looks at this page run, and what that one may."""
    served = serving()
    headers = {name.lower(): value for name, value in st.context.headers.to_dict().items()}
    cookies = st.context.cookies.to_dict()
    tokens = (cookies[COOKIE],) if COOKIE in cookies else ()
    claims = claims_in(cookies) if served.config.login else None
    # Streamlit says None for a loopback address; without a websocket there are no headers, and nothing is entered.
    visit = Visit(st.context.ip_address or _LOOPBACK, headers, tokens, claims, cookies.get(ROLE_COOKIE))
    return visitor_of(visit, served.door(_standing() if tokens else None), system_clock())


def page_language() -> Language:
    """The language in the address, else the one of the page before, else the site's."""
    wished = st.query_params.get("lang", st.session_state.get(_LANGUAGE_KEY))
    st.session_state[_LANGUAGE_KEY] = wished
    return language_of(wished, serving().config.site.language)


def _standing() -> frozenset[str] | None:
    try:
        return standing_tokens_lately()
    except DatabaseUnreadable as error:
        log.warning("wall_tokens_unreadable", error=type(error).__name__)
        return None
