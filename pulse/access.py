"""Who may see what: this machine everything, a screen with a signed wall token the wall, everybody else nothing.

Pure: a request's facts and the clock come in as arguments, a decision goes out.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

WALL_SCOPE = "wall"
COOKIE = "pulse_wall"
_VERSION = "v1"
_LEAST_KEY = 16
_FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


class Entry(StrEnum):
    """What a visitor may enter."""

    EVERYTHING = "everything"
    WALL = "wall"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid token allows, and until when (epoch ms)."""

    scope: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The facts of one request that decide: the peer's address, the headers (names in lower case), tokens it shows."""

    peer: str | None
    headers: Mapping[str, str]
    tokens: tuple[str, ...] = ()


def wall_token(key: bytes, scope: str, expires_at: int) -> str:
    """A signed token for `scope` until `expires_at` (epoch ms); safe in a URL and in a cookie."""
    if len(key) < _LEAST_KEY:
        raise ValueError(f"got a key of {len(key)} bytes, expected at least {_LEAST_KEY}")
    payload = f"{_VERSION}.{_packed(scope.encode())}.{expires_at}"
    return f"{payload}.{_signature(key, payload)}"


def check_token(key: bytes, token: str, now: int) -> Grant | None:
    """What the token allows at `now`; None where it is forged, expired or not a token at all."""
    payload, _, signature = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(_signature(key, payload), signature):
        return None
    version, scope, expires_at = payload.split(".")
    if version != _VERSION or int(expires_at) <= now:
        return None
    return Grant(_unpacked(scope).decode(), int(expires_at))


def entry(visit: Visit, key: bytes | None, now: int) -> Entry:
    """What this visitor may enter; without a key of 16 bytes no token is valid."""
    if is_local(visit):
        return Entry.EVERYTHING
    grants = [] if key is None or len(key) < _LEAST_KEY else [check_token(key, token, now) for token in visit.tokens]
    return Entry.WALL if any(grant and grant.scope == WALL_SCOPE for grant in grants) else Entry.NOTHING


def is_local(visit: Visit) -> bool:
    """Whether the request comes from this machine itself: a loopback peer, a loopback Host, and no proxy between.

    The Host is asked because a foreign page can point its own name at 127.0.0.1 (DNS rebinding), the Origin because a
    proxy may hide the name it was asked by; a proxy's headers are never believed, they only say that the peer is not
    the visitor.
    """
    origin = visit.headers.get("origin")
    named = [visit.headers.get("host", ""), *([] if origin is None else [urlsplit(origin).netloc])]
    return is_loopback(visit.peer) and all(map(_is_loopback_host, named)) and not _FORWARDED & set(visit.headers)


def is_loopback(address: str | None) -> bool:
    """Whether an IP address is this machine's own loopback; False for a name or nothing."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def cookie_tokens(headers: Iterable[str]) -> tuple[str, ...]:
    """The wall tokens in Cookie headers."""
    pairs = (part.strip().partition("=") for header in headers for part in header.split(";"))
    return tuple(value for name, _, value in pairs if name == COOKIE)


def _is_loopback_host(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name == "localhost" or is_loopback(name)


def _signature(key: bytes, payload: str) -> str:
    return _packed(hmac.digest(key, b"pulse wall token\0" + payload.encode(), sha256))


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
