"""Every address of the server and the permission it needs; what is not listed is nobody's.

In: our routes, each with its need, and the pages. Out: for a request, the permissions of which one is needed.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from dashboard.identity import KNOCKING_PATHS, LOGOUT_PATH
from dashboard.nav import all_views
from pulse.roles import Permission

Need = frozenset[Permission] | None
"""One of these permissions; None means everybody, an empty set nobody."""

NOBODY: Need = frozenset()
OPEN_PATHS = frozenset({"/favicon.png", "/manifest.json", "/_stcore/health", LOGOUT_PATH, *KNOCKING_PATHS})
OPEN_PREFIXES = ("/static/", "/fonts/")
"""Scripts of Streamlit and fonts: the same for everybody, and nothing of a site."""
PAGE_PATHS = frozenset({"/", "/_stcore/stream", "/_stcore/host-config"})
PAGE_PREFIXES = ("/_stcore/bidi-components/", "/media/", "/component/")
"""What a browser needs to show any page."""
ROLE_PATH = "/role"
ALL_ROLES = "all"
ALL_ROLES_ADDRESS = f"{ROLE_PATH}?as={ALL_ROLES}"
"""Ends looking as one role only."""
UPLOAD_PREFIX = "/_stcore/upload_file/"


@dataclass(frozen=True, slots=True)
class Way:
    """A route of ours and the permission it needs; None where the route itself decides whom it answers."""

    route: Route
    needs: Permission | None


def way(path: str, endpoint: Callable[[Request], Awaitable[Response]], needs: Permission | None, methods: Sequence[str] = ("GET",)) -> Way:
    """A route and its need."""
    return Way(Route(path, endpoint, methods=list(methods)), needs)


def need_of(scope: MutableMapping[str, Any], ways: Sequence[Way]) -> Need:
    """Which permissions open this address."""
    path = scope["path"]
    for one in ways:
        if one.route.matches(scope)[0] is not Match.NONE:
            return None if one.needs is None else frozenset({one.needs})
    if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
        return None
    pages = {slug: view.PAGE.needs for slug, view in all_views().items()}
    if path in PAGE_PATHS or path.startswith(PAGE_PREFIXES):
        return frozenset(pages.values())
    if path.startswith(UPLOAD_PREFIX):
        return frozenset({Permission.MANAGE_CONFIG})
    needed = pages.get(path.split("/")[1])
    return NOBODY if needed is None else frozenset({needed})
