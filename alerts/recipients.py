"""Whom a channel reaches, as far as a page may say it: no secret, no whole address. Pure."""

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import urlsplit

from pulse.tables import REFERENCES, ChannelOut
from pulse.written import UNKNOWN

HIDDEN = "•••"
_MOST = 3


def recipient_of(channel: ChannelOut | None) -> str:
    """The mailboxes with their names cut down, a host, the name of a file; dots for a secret, — for a channel the file no longer has."""
    if channel is None:
        return UNKNOWN
    options = channel.options
    if isinstance(options.get("to"), list | tuple):
        return _mailboxes(options["to"])
    if isinstance(options.get("path"), str):
        return PurePath(options["path"]).name or HIDDEN
    url = options.get("url")
    if not isinstance(url, str) or url.startswith(REFERENCES):
        return HIDDEN
    return urlsplit(url).hostname or HIDDEN


def _mailboxes(to: Iterable[object]) -> str:
    masked = [_masked(str(one)) for one in to]
    more = len(masked) - _MOST
    return ", ".join([*masked[:_MOST], *([f"+ {more}"] if more > 0 else [])])


def _masked(mailbox: str) -> str:
    name, _, domain = mailbox.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{domain}"
