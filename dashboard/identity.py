"""The one place that knows how Streamlit logs people in: what it must be told, its cookie, its addresses.

In: the [login] table, cookies. Out: the secrets for `st.App`, what a signed identity cookie says, where log-in begins.
What is imported here is not a promise of Streamlit: tests/dashboard/test_identity.py fails loudly when it changes.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from pulse.login import CALLBACK
from pulse.tables import Login

LOGIN_PATH, LOGOUT_PATH = "/auth/login", "/auth/logout"
KNOCKING_PATHS = frozenset({LOGIN_PATH, CALLBACK})
"""Addresses by which log-in is tried."""
_PROVIDER = "default"


def login_secrets(login: Login, client_secret: str, site_key: bytes) -> dict[str, Any]:
    """What Streamlit keeps as secrets, handed over in memory; its cookie's key is derived from the site's own."""
    return {
        "auth": {
            "redirect_uri": login.redirect,
            "cookie_secret": hmac.digest(site_key, b"streamlit identity cookie", "sha256").hex(),
            "client_id": login.client_id,
            "client_secret": client_secret,
            "server_metadata_url": login.metadata_url,
            "client_kwargs": {"scope": login.scope},
        }
    }


def claims_in(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the identity cookie says; None where there is none, or none that this server signed."""
    if USER_COOKIE_NAME not in cookies:
        return None
    found = get_cookie_with_chunks(lambda name: _signed_value(cookies, name), USER_COOKIE_NAME)
    claims = json.loads(found) if found else None
    return claims if isinstance(claims, dict) else None


def login_address() -> str:
    """Where a browser begins to log in; good for two minutes, as `st.login` makes it."""
    return f"{LOGIN_PATH}?provider={encode_provider_token(_PROVIDER)}"


def _signed_value(cookies: Mapping[str, str], name: str) -> bytes | None:
    written = cookies.get(name)
    return decode_signed_value(get_cookie_secret(), name, written.encode("latin-1")) if written else None
