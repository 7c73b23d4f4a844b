"""A generic webhook: one JSON body by POST, with the idempotency key in a header.

In: a message. Out: an Attempt. The receiver's address is resolved first and must be a public one unless the table
says otherwise; the request then goes to the very address that was looked at.
"""

import socket
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path

import httpx
from pydantic import Field

from alerts.message import Attempt, Message
from pulse.config import ConfigError, Duration, Fault, Strict, secret
from pulse.text import Language, Text

TITLE = Text("Webhook", "网络回调")

_RETRIABLE = frozenset({408, 425, 429})
_REFERENCES = ("env:", "file:")
_NAT64 = IPv6Network("64:ff9b::/96")


class Options(Strict):
    """The keys of a channel of this kind."""

    url: str
    """An address, or a reference to one such as env:NAME or file:PATH."""
    language: Language = Language.EN
    """The language of the one-line `text`; title and why go out in both."""
    timeout: Duration = Field(5.0, gt=0, le=10)
    allow_private: bool = False
    """Lets it reach loopback and private addresses."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An open webhook."""

    url: httpx.URL
    options: Options
    client: httpx.Client

    def send(self, message: Message, now: int) -> Attempt:
        """One POST; a redirect is a failure, for its target has not been looked at."""
        try:
            address = _address(self.url, self.options.allow_private)
            if address is None:
                return Attempt(delivered=False, error="private_address")
            response = self.client.send(self._request(message, address))
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            return Attempt(delivered=False, retriable=True, error=type(error).__name__)
        return _attempt(response, now)

    def close(self) -> None:
        """Gives back its connections."""
        self.client.close()

    def _request(self, message: Message, address: str) -> httpx.Request:
        host = self.url.netloc.decode("ascii")
        return self.client.build_request(
            "POST",
            self.url.copy_with(host=address),
            json={**message.payload, "key": message.key, "text": text_of(message, self.options.language)},
            headers={"Host": host, "Idempotency-Key": message.key},
            extensions={"sni_hostname": self.url.host},
        )


def open_channel(options: Options, base_dir: Path) -> Webhook:
    """The webhook of a [notify.NAME] table; raises ConfigError where its reference holds nothing or is no address."""
    written = secret(options.url, base_dir) if options.url.startswith(_REFERENCES) else options.url
    try:
        url = httpx.URL(written)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError([Fault(where="url", message="got something else, expected an address that begins with https:// or http://")])
    # Proxies of the environment would look the name up a second time, past the check of the address.
    return Webhook(url, options, httpx.Client(timeout=options.timeout, trust_env=False))


def text_of(message: Message, language: Language) -> str:
    """The message in one line."""
    states = {"raised": Text("RAISED", "告警"), "cleared": Text("CLEARED", "恢复")}
    payload = message.payload
    state = states.get(payload["state"], Text(payload["state"], payload["state"])).in_(language)
    return f"[{state}] {payload['title'][language]} · {payload['why'][language]}"


def _address(url: httpx.URL, allow_private: bool) -> str | None:
    """The first address of the host; None where one of them is not public and need be.

    Raises OSError or UnicodeError for a host nobody knows.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)]
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


def _attempt(response: httpx.Response, now: int) -> Attempt:
    status = response.status_code
    if response.is_success:
        return Attempt(delivered=True, status=status)
    return Attempt(
        delivered=False,
        retriable=status in _RETRIABLE or status >= 500,
        status=status,
        error=f"http_{status}",
        retry_after_s=_retry_after_s(response.headers.get("Retry-After"), now),
    )


def _retry_after_s(written: str | None, now: int) -> float | None:
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
