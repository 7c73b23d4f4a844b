"""Who asks the API: a program by the token in its header; how often it may.

In: a request and what the site keeps of its tokens. Out: the scopes of the token, or a Problem.
"""

from collections.abc import Callable

from starlette.requests import Request

from dashboard.api.problem import Fault, Problem
from dashboard.guard import TOKEN_PACE
from dashboard.rate_limit import Pace, RateLimit
from pulse.api_token import ApiScope, KnownToken, id_in, opens
from pulse.clock import Clock
from pulse.text import Text

PACE = Pace(burst=60, per_s=5.0)
"""A dashboard of many panels asks all at once, then again each minute."""
OPEN_PACE = Pace(burst=30, per_s=1.0)
_HEADER = Text(
    "the header Authorization: Bearer and a token of `pulse api-token create`",
    "请求头 Authorization: Bearer 及 `pulse api-token create` 创建的令牌",
)
_FOR_PROGRAMS = Text("This is for programs that show a token.", "此接口需出示令牌。")
_OPENS_NOTHING = Text("a token that opens nothing: wrong, over or revoked", "无效的令牌（错误、已过期或已撤销）")
_NONE = Text("no token", "无令牌")
_ASK = {"WWW-Authenticate": 'Bearer realm="pulseboard"'}


class Access:
    """The tokens of one serve process; each request looks at what is kept of its own, so that a revocation counts at once."""

    def __init__(self, known: Callable[[str], KnownToken | None], clock: Clock) -> None:
        self._known, self._clock = known, clock
        self._paces, self._wrong, self._open = RateLimit(PACE), RateLimit(TOKEN_PACE), RateLimit(OPEN_PACE)

    def scopes(self, request: Request) -> frozenset[ApiScope]:
        """What the token of a request opens; raises a Problem. It waits for the database."""
        now = self._clock()
        shown = _shown(request)
        token_id = id_in(shown)
        scopes = None if token_id is None else opens(self._known(token_id), shown, now)
        if scopes is None:
            _wait(self._wrong.wait_s(_peer(request), now))
            raise Problem(401, "token", _FOR_PROGRAMS, [Fault("Authorization", _OPENS_NOTHING if shown else _NONE, _HEADER)], _ASK)
        _wait(self._paces.wait_s(token_id, now))
        return scopes

    def open_to_all(self, request: Request) -> None:
        """Raises a Problem where a peer asks too often for what needs no token."""
        _wait(self._open.wait_s(_peer(request), self._clock()))


def check_scope(needed: ApiScope | None, scopes: frozenset[ApiScope]) -> None:
    """Raises a Problem where a token has not the scope that is needed."""
    if needed is None or needed in scopes:
        return
    found = ", ".join(scope for scope in ApiScope if scope in scopes)
    allowed = Text(f"one with the scope {needed.value}", f"含权限 {needed.value} 的令牌")
    headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed.value}"'}
    raise Problem(403, "scope", Text("This token may not read that.", "该令牌无权读取此内容。"), [Fault("scope", found, allowed)], headers)


def _wait(wait_s: float) -> None:
    if wait_s:
        headers = {"Retry-After": str(max(1, round(wait_s + 0.5)))}
        raise Problem(429, "too-often", Text("Too many requests.", "请求过于频繁。"), headers=headers)


def _shown(request: Request) -> str:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None
