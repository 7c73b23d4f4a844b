"""Back to the page that was asked for before log-in: kept in a short cookie, because Streamlit returns to the first page.

In: a request. Out: a response that keeps the wish, or one that fulfils it.
"""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response

from dashboard.nav import all_views

COOKIE = "pulse_next"
_KEPT_S = 600
_LONGEST = 1000


def remembered(scope: MutableMapping[str, Any], answer: Response) -> Response:
    """The answer, with the page that was asked for in a cookie; only a page of ours is kept."""
    path, query = scope["path"], scope.get("query_string", b"").decode("latin-1")
    address = f"{path}?{query}" if query else path
    if path.lstrip("/") in all_views() and len(address) <= _LONGEST:
        answer.set_cookie(COOKIE, quote(address, safe=""), max_age=_KEPT_S, httponly=True, samesite="lax")
    return answer


def asked_before(scope: MutableMapping[str, Any]) -> Response | None:
    """Leads from the first page to the one that was asked for before log-in; None where nothing was."""
    if scope["type"] != "http" or scope["path"] != "/":
        return None
    cookies = cookie_parser("; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"))
    address = unquote(cookies.get(COOKIE, ""))
    if not address.startswith("/") or address.partition("?")[0].removeprefix("/") not in all_views():
        return None
    answer = RedirectResponse(address, 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer
