"""The security headers of every answer, and what a page may load and run.

In: the path, and whether visitors come by https. Out: header pairs; docs/decisions/008 says why each exception must be.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit

Header = tuple[bytes, bytes]

ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HSTS: Header = (b"strict-transport-security", b"max-age=31536000")
_OURS = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def page_policy() -> str:
    """The Content-Security-Policy of pages: Streamlit's own scripts, components as blobs, no inline script but its one."""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *_hashes(_shell())]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def security_headers(path: str, is_https: bool) -> tuple[Header, ...]:
    """The headers of an answer; our own routes may load nothing at all."""
    policy = _OURS if path.startswith("/api/") else page_policy()
    return (*ALWAYS, (b"content-security-policy", policy.encode()), *([_HSTS] if is_https else []))


def secured(headers: Iterable[Header], is_https: bool) -> list[Header]:
    """The headers, with every cookie kept to https where visitors come by it."""
    return [(name, _only_https(value)) if is_https and name.lower() == b"set-cookie" else (name, value) for name, value in headers]


def _only_https(cookie: bytes) -> bytes:
    return cookie if b"secure" in cookie.lower().replace(b" ", b"").split(b";") else cookie + b"; Secure"


def _shell() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def _hashes(html: str) -> list[str]:
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in _INLINE.findall(html)]
