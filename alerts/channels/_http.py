"""One POST to a receiver whose address was looked at first: it must be a public one unless the table says otherwise.

In: an address or a reference to one, and what to send. Out: the receiver's answer, or the Attempt that failed before there
was one. The request goes to the very address that was looked at.
"""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from ssl import SSLContext
from typing import Any

import httpx

from alerts.message import Attempt
from pulse.config import ConfigError, Fault, secret

PRIVATE_ADDRESS = Attempt(delivered=False, error="private_address")
_RETRIABLE = frozenset({408, 425, 429})
_REFERENCES = ("env:", "file:")
Body = Mapping[str, Any] | Sequence[Any]
"""What is posted as JSON."""
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a channel posts to."""

    url: httpx.URL
    allow_private: bool
    client: httpx.Client

    def post(self, body: Body, key: str, query: Mapping[str, str] | None = None) -> httpx.Response | Attempt:
        """The answer; an Attempt where there is none. A redirect is not followed, for its target has not been looked at."""
        try:
            address = checked_address(self.url.host, self._port, allow_private=self.allow_private)
            if address is None:
                return PRIVATE_ADDRESS
            return self.client.send(self._request(address, body, key, query or {}))
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            return Attempt(delivered=False, retriable=True, error=type(error).__name__)

    def close(self) -> None:
        """Gives back the connections."""
        self.client.close()

    @property
    def _port(self) -> int:
        return self.url.port or (443 if self.url.scheme == "https" else 80)

    def _request(self, address: str, body: Body, key: str, query: Mapping[str, str]) -> httpx.Request:
        return self.client.build_request(
            "POST",
            self.url.copy_with(host=address).copy_merge_params(query),
            json=body,
            headers={"Host": self.url.netloc.decode("ascii"), "Idempotency-Key": key},
            extensions={"sni_hostname": self.url.host},
        )


def opened_endpoint(written: str, base_dir: Path, *, timeout_s: float, allow_private: bool) -> Endpoint:
    """The endpoint behind an address or a reference; raises ConfigError where the reference holds nothing or is no address."""
    address = secret(written, base_dir) if written.startswith(_REFERENCES) else written
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError([Fault(where="url", message="got something else, expected an address that begins with https:// or http://")])
    # Proxies of the environment would look the name up a second time, past the check of the address.
    return Endpoint(url, allow_private, httpx.Client(verify=_trusted(), timeout=timeout_s, trust_env=False))


@cache
def _trusted() -> SSLContext:
    """Whose certificates are believed; the same for all receivers, for reading the list takes longer than a message."""
    return httpx.create_ssl_context(trust_env=False)


def answered(response: httpx.Response, now: int) -> Attempt:
    """What the status line says; a receiver's own code in the body is its channel's business."""
    status = response.status_code
    if response.is_success:
        return Attempt(delivered=True, status=status)
    return Attempt(
        delivered=False,
        retriable=may_pass(status),
        status=status,
        error=f"http_{status}",
        retry_after_s=retry_after_s(response.headers.get("Retry-After"), now),
    )


def may_pass(status: int) -> bool:
    """Whether a second try can bring what the first one did not."""
    return status in _RETRIABLE or status >= 500


def retry_after_s(written: str | None, now: int) -> float | None:
    """The seconds of a Retry-After header, which may be a number or a date; None where it is neither."""
    if written is None:
        return None
    if written.strip().isdecimal():
        return float(written)
    try:
        at = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now / 1000)


def checked_address(host: str, port: int, *, allow_private: bool) -> str | None:
    """The first address of the host; None where one of them is not public and need be.

    Raises OSError or UnicodeError for a host nobody knows.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if allow_private or all(is_public(address) for address in found):
        return found[0]
    return None


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; one that carries an IPv4 address must do so with both."""
    parsed = ip_address(address.partition("%")[0])
    carried = _carried(parsed) if isinstance(parsed, IPv6Address) else None
    if carried is not None and (not carried.is_global or carried.is_multicast):
        return False
    is_mapped = isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None
    return is_mapped or (parsed.is_global and not parsed.is_multicast)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address a translator would send to; None where there is none inside."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
