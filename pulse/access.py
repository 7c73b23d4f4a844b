"""Who asks, and what that one may: a person who logged in, somebody at this machine, a screen or a program with a token, or a stranger.

Pure: a request's facts, what the site knows and the clock come in as arguments, a `Visitor` goes out.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pulse.login import LoginRules, person_of
from pulse.roles import Permission, Role, permissions_of
from pulse.wall_token import SiteTokens, TokenFault, WallToken, read_token

COOKIE = "pulse_wall"
ROLE_COOKIE = "pulse_role"
DEFAULT_LAYOUT = "main"
_FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


class Kind(StrEnum):
    """By what a visitor was let in."""

    PERSON = "person"
    LOCAL = "local"
    SCREEN = "screen"
    CLIENT = "client"
    """A program that shows the token of [interop]."""
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Visit:
    """The facts of one request that decide: the peer's address, the headers (names in lower case), what it shows."""

    peer: str | None
    headers: Mapping[str, str]
    tokens: tuple[str, ...] = ()
    claims: Mapping[str, Any] | None = None
    """What a verified identity cookie says."""
    wished_role: str | None = None
    """The role somebody at this machine chose to look as."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the site knows: its wall tokens, and how people log in; None where they do not."""

    tokens: SiteTokens
    login: LoginRules | None = None
    bearer: str | None = None
    """What programs show; None where there is no such token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, and what that one may."""

    kind: Kind
    name: str = ""
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    layouts: frozenset[str] | None = None
    """The layouts a screen is bound to; None means all."""
    token: WallToken | None = None
    """What a screen's token says."""
    shown: str = ""
    """The text of that token."""
    fault: TokenFault | None = None
    """What was wrong with the token that was shown."""

    def may(self, permission: Permission) -> bool:
        """Whether the visitor has a permission."""
        return permission in self.permissions

    @property
    def sees_names(self) -> bool:
        """Whether names, phone numbers and texts of people may be shown."""
        return self.may(Permission.SEE_NAMES)

    def may_see_layouts(self, layouts: Iterable[str]) -> bool:
        """Whether every one of the layouts may be shown here; none asked for means the default one."""
        asked = set(layouts) or {DEFAULT_LAYOUT}
        return self.may(Permission.SEE_WALL) and (self.layouts is None or asked <= self.layouts)

    def actor(self, typed: str = "") -> "Actor":
        """The visitor as the event log names them: a person as proved, with roles; at this machine by what was typed."""
        roles = ", ".join(role.value for role in Role if role in self.roles)
        if self.kind is Kind.PERSON:
            return Actor(f"{_plain(self.name)} ({roles})", self.permissions)
        chosen = f" ({roles})" if len(self.roles) < len(Role) else ""
        return Actor(f"{_plain(typed)}{chosen}", self.permissions)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as the event log keeps it, and what that one may do."""

    who: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether the actor has a permission."""
        return permission in self.permissions


def visitor_of(visit: Visit, door: Door, now: int) -> Visitor:
    """Who this is: a program by its token, a person by log-in, else (where nobody logs in) this machine, else a screen by its token,
    else a stranger.
    """
    if _shows(visit, door.bearer):
        return Visitor(kind=Kind.CLIENT, permissions=frozenset({Permission.SEE_HEALTH}))
    person = _person(visit, door.login, now) if door.login else _local(visit)
    if person is not None and person.permissions:
        return person
    screen = _screen(visit, door.tokens, now)
    if person is not None and screen.kind is Kind.STRANGER:
        return person
    return screen


def is_local(visit: Visit) -> bool:
    """Whether the request comes from this machine itself: a loopback peer, a loopback Host, and no proxy between.

    The Host is asked because a foreign page can point its own name at 127.0.0.1 (DNS rebinding), the Origin because a
    proxy may hide the name it was asked by; a proxy's headers are never believed, they only say that the peer is not
    the visitor.
    """
    if not is_loopback(visit.peer) or _FORWARDED & set(visit.headers):
        return False
    origin = visit.headers.get("origin")
    return _is_loopback_host(visit.headers.get("host", "")) and (origin is None or _is_loopback_host(_without_scheme(origin)))


def is_loopback(address: str | None) -> bool:
    """Whether an IP address is this machine's own loopback; False for a name or nothing."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def cookies_named(name: str, headers: Iterable[str]) -> tuple[str, ...]:
    """The values of one name in Cookie headers."""
    pairs = (part.strip().partition("=") for header in headers for part in header.split(";"))
    return tuple(value for found, _, value in pairs if found == name)


def _person(visit: Visit, rules: LoginRules, now: int) -> Visitor | None:
    # The cookie is sent to its own host only; a request by another name or from another page was not meant by its owner.
    same = visit.headers.get("host") == urlsplit(rules.origin).netloc and visit.headers.get("origin", rules.origin) == rules.origin
    found = person_of(visit.claims, rules, now) if visit.claims and same else None
    if found is None:
        return None
    return Visitor(kind=Kind.PERSON, name=found.name, roles=found.roles, permissions=permissions_of(found.roles))


def _local(visit: Visit) -> Visitor | None:
    if not is_local(visit):
        return None
    roles = _chosen_roles(visit.wished_role)
    return Visitor(kind=Kind.LOCAL, roles=roles, permissions=permissions_of(roles))


def _chosen_roles(wished: str | None) -> frozenset[Role]:
    """Every role where none was chosen; a choice that cannot be read is the least one, for it was meant to take rights away."""
    if wished is None:
        return frozenset(Role)
    return frozenset({Role(wished) if wished in set(Role) else Role.VIEWER})


def _screen(visit: Visit, tokens: SiteTokens, now: int) -> Visitor:
    read = {written: read_token(tokens, written, now) for written in visit.tokens}
    for written, token in read.items():
        if isinstance(token, WallToken):
            return _with_token(token, written)
    health = frozenset({Permission.SEE_HEALTH}) if is_local(visit) else frozenset[Permission]()
    return Visitor(kind=Kind.STRANGER, permissions=health, fault=next((one for one in read.values() if isinstance(one, TokenFault)), None))


def _with_token(token: WallToken, written: str) -> Visitor:
    permissions = {Permission.SEE_WALL, *([Permission.SEE_NAMES] if token.sees_names else [])}
    layouts = frozenset(token.layouts) if token.layouts else None
    return Visitor(kind=Kind.SCREEN, permissions=frozenset(permissions), layouts=layouts, token=token, shown=written)


def _shows(visit: Visit, bearer: str | None) -> bool:
    scheme, _, shown = visit.headers.get("authorization", "").partition(" ")
    return bool(bearer) and scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), (bearer or "").encode())


def _without_scheme(origin: str) -> str:
    return origin.partition("://")[2]


def _is_loopback_host(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name == "localhost" or is_loopback(name)


def _plain(name: str) -> str:
    # Brackets stand for roles in the event log: nobody may give themselves one by their name.
    return " ".join(name.translate(str.maketrans("()（）", "    ")).split())
