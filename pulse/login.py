"""From a proven identity to roles: what the identity provider says of a person, read by the site's [login] table.

Pure: verified claims and the clock come in as arguments, a person goes out; checks of addresses raise ValueError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pulse.roles import Role

CALLBACK = "/oauth2callback"
"""Where Streamlit takes the provider's answer."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAMES = ("name", "preferred_username", "email", "sub")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRules:
    """How the site reads claims."""

    origin: str
    """Scheme, host and port of the pages, as browsers write them."""
    claim: str
    roles: Mapping[str, Role]
    default_role: Role | None
    """For those whom the claim gives no role; None refuses them."""
    valid_s: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has proved who they are; may have no role."""

    name: str
    roles: frozenset[Role]


def person_of(claims: Mapping[str, Any], rules: LoginRules, now: int) -> Person | None:
    """Who the claims speak of; None where they are of another origin, too old at `now` (epoch ms) or say no time."""
    issued_s = claims.get("iat")
    if claims.get("origin") != rules.origin or not claims.get("is_logged_in") or not isinstance(issued_s, int | float):
        return None
    if now >= (issued_s + rules.valid_s) * 1000:
        return None
    given = {rules.roles[value] for value in values_at(claims, rules.claim) if value in rules.roles}
    fallback = set() if rules.default_role is None else {rules.default_role}
    return Person(_name(claims), frozenset(given or fallback))


def values_at(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The texts under a claim: its name as a whole, else a dotted path into tables; none where nothing is there."""
    found: Any = claims.get(path) if path in claims else _walked(claims, path.split("."))
    listed = found if isinstance(found, list | tuple) else [found]
    return tuple(value for value in listed if isinstance(value, str))


def web_address(written: str) -> str:
    """The address, if secrets may travel there: https, or http on this machine; raises ValueError."""
    parts = urlsplit(written)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        return written
    raise ValueError(f'got "{written}", expected an address that begins with https:// (http:// only on this machine)')


def redirect_address(written: str) -> str:
    """The address, if it is the one Streamlit answers at; raises ValueError."""
    parts = urlsplit(web_address(written))
    if parts.path != CALLBACK or parts.query or parts.fragment:
        raise ValueError(f'got "{written}", expected the address of the pages followed by {CALLBACK}')
    # Browsers write host names small, and what they send is compared with this.
    return written.replace(parts.netloc, parts.netloc.lower(), 1)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _walked(found: Any, keys: list[str]) -> Any:
    for key in keys:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _name(claims: Mapping[str, Any]) -> str:
    written = next((claims[key] for key in _NAMES if isinstance(claims.get(key), str) and claims[key].strip()), "?")
    return " ".join(written.split())[:80]
