"""Without log-in: whoever sits at this machine may look as one role only, to see what it sees.

The choice is a cookie that can only take rights away: the guard and every page read it, so the server holds to it.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.answers import told
from dashboard.guard import request_visitor
from dashboard.ways import ALL_ROLES
from pulse.access import ROLE_COOKIE, Kind
from pulse.roles import Role
from pulse.text import Language


def choose_role(request: Request, site: Language) -> Response:
    """Keeps the role named by `as` and goes to the first page; refuses other machines, other sites' pages and unknown roles.

    `site` is the language of the site.
    """
    wished = request.query_params.get("as", "")
    if request_visitor(request).kind is not Kind.LOCAL or request.headers.get("sec-fetch-site") == "cross-site":
        return told(request, site, "answer.role_here", 403)
    if wished not in (ALL_ROLES, *Role):
        return told(request, site, "answer.role_unknown", 400, roles=", ".join((ALL_ROLES, *Role)))
    language = request.query_params.get("lang", "")
    answer = RedirectResponse(f"/?lang={language}" if language.isalpha() else "/", 303)
    if wished == ALL_ROLES:
        answer.delete_cookie(ROLE_COOKIE, httponly=True, samesite="strict")
    else:
        answer.set_cookie(ROLE_COOKIE, wished, httponly=True, samesite="strict")
    return answer
