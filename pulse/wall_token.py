"""Wall tokens: what a screen without a person shows to be let in; signed, scoped, expiring, revocable by its id.

Pure: the site's key and the clock come in as arguments, a token or why it is none goes out.
"""

import base64
import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import msgspec

LEAST_KEY = 16
_VERSION, _VERSIONS_BEFORE = "v2", ("v1",)


class TokenFault(StrEnum):
    """Why a text is no valid token."""

    FORGED = "forged"
    """Not signed by this site, or not a token at all."""
    OLD = "old"
    """Of a version that had no id and could not be revoked."""
    EXPIRED = "expired"
    REVOKED = "revoked"
    """Or never heard of."""


class WallToken(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a token says of the screen that shows it."""

    id: str
    expires_at: int
    """Epoch ms."""
    layouts: tuple[str, ...] = ()
    """The layouts it may show; none named means all."""
    sees_names: bool = False
    """Whether names, phone numbers and texts of people may be shown."""


@dataclass(frozen=True, slots=True)
class SiteTokens:
    """What a site knows of its tokens: the key that signs them, and the ids that stand; None where that is not known."""

    key: bytes | None
    standing: frozenset[str] | None


def signed(key: bytes, token: WallToken) -> str:
    """The token as text, safe in a URL and in a cookie; raises ValueError for a key under 16 bytes."""
    if len(key) < LEAST_KEY:
        raise ValueError(f"got a key of {len(key)} bytes, expected at least {LEAST_KEY}")
    payload = f"{_VERSION}.{_packed(msgspec.json.encode(token))}"
    return f"{payload}.{_signature(key, payload)}"


def read_token(site: SiteTokens, written: str, now: int) -> WallToken | TokenFault:
    """The token in a text, or why there is none; without a key or knowledge of what stands no token is valid."""
    payload, _, signature = written.rpartition(".")
    version, _, packed = payload.partition(".")
    if version in _VERSIONS_BEFORE:
        return TokenFault.OLD
    if site.key is None or len(site.key) < LEAST_KEY or not written.isascii():
        return TokenFault.FORGED
    if not hmac.compare_digest(_signature(site.key, payload), signature):
        return TokenFault.FORGED
    return _standing(msgspec.json.decode(_unpacked(packed), type=WallToken), site, now)


def _standing(token: WallToken, site: SiteTokens, now: int) -> WallToken | TokenFault:
    if token.expires_at <= now:
        return TokenFault.EXPIRED
    return token if site.standing is not None and token.id in site.standing else TokenFault.REVOKED


def _signature(key: bytes, payload: str) -> str:
    return _packed(hmac.digest(key, b"pulse wall token\0" + payload.encode(), sha256))


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
