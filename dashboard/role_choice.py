"""Without log-in: whoever sits at this machine may look as one role only, to see what it sees.

The choice is a cookie that can only take rights away: the guard and every page read it, so the server holds to it.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboard.guard import request_visitor
from dashboard.ways import ALL_ROLES
from pulse.access import ROLE_COOKIE, Kind
from pulse.roles import Role


async def choose_role(request: Request) -> Response:
    """Keeps the role named by `as` and goes to the first page; refuses other machines, other sites' pages and unknown roles."""
    wished = request.query_params.get("as", "")
    if request_visitor(request).kind is not Kind.LOCAL or request.headers.get("sec-fetch-site") == "cross-site":
        return PlainTextResponse("A role is only chosen at this machine, where nobody logs in.\n", 403)
    if wished not in (ALL_ROLES, *Role):
        return PlainTextResponse(f"as: got a role that is not known, expected one of {', '.join((ALL_ROLES, *Role))}\n", 400)
    language = request.query_params.get("lang", "")
    answer = RedirectResponse(f"/?lang={language}" if language.isalpha() else "/", 303)
    if wished == ALL_ROLES:
        answer.delete_cookie(ROLE_COOKIE, httponly=True, samesite="strict")
    else:
        answer.set_cookie(ROLE_COOKIE, wished, httponly=True, samesite="strict")
    return answer
