"""API tokens: what a program shows to read what a site knows; a random text of which only a hash is kept.

Pure: a text that is shown, what is kept of the token of its id, and the clock come in; what it opens goes out.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from pulse.text import Text

_MARK = "pulse"
_SECRET_BYTES = 32
_LONGEST = 200


class ApiScope(StrEnum):
    """One thing that a program may read."""

    FIGURES = "figures"
    CONTACTS = "contacts"
    TEXTS = "texts"
    NAMES = "names"
    INCIDENTS = "incidents"
    SNAPSHOTS = "snapshots"


SCOPE_NAMES: Mapping[ApiScope, Text] = {
    ApiScope.FIGURES: Text("figures and Boards", "指标与看板"),
    ApiScope.CONTACTS: Text("single contacts, redacted, without texts and names", "单条联系记录（已脱敏，不含文本与姓名）"),
    ApiScope.TEXTS: Text("redacted texts of complaints, with the contacts", "联系记录所附的投诉文本（已脱敏）"),
    ApiScope.NAMES: Text("names of agents and owners", "坐席与负责人姓名"),
    ApiScope.INCIDENTS: Text("incidents", "事件"),
    ApiScope.SNAPSHOTS: Text("frozen days, weeks and months", "已冻结的日、周、月快照"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """What a site keeps of one token."""

    id: str
    sha: str
    scopes: frozenset[ApiScope]
    expires_at: int
    """Epoch ms."""
    is_revoked: bool


def new_token() -> tuple[str, str]:
    """A new id and the text that is shown to whoever is to have it."""
    token_id = secrets.token_hex(4)
    return token_id, f"{_MARK}_{token_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def id_in(shown: str) -> str | None:
    """The id that a text names; None where it is no token."""
    mark, _, rest = shown.partition("_")
    token_id, _, secret = rest.partition("_")
    is_one = mark == _MARK and len(shown) <= _LONGEST and shown.isascii() and token_id.isalnum() and secret
    return token_id if is_one else None


def hash_of(shown: str) -> str:
    """What is kept of a text. It is random and long, so that a plain hash cannot be guessed backwards."""
    return sha256(shown.encode()).hexdigest()


def opens(known: KnownToken | None, shown: str, now: int) -> frozenset[ApiScope] | None:
    """What a text opens at an instant (epoch ms); None where it is not the token's, or that is over or revoked."""
    is_it = hmac.compare_digest(hash_of(shown), known.sha if known else hash_of(""))
    if known is None or not is_it or known.is_revoked or known.expires_at <= now:
        return None
    return known.scopes
