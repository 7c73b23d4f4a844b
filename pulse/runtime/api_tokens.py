"""`pulse api-token create | list | revoke`: programs are let in and shut out from the command line.

In: a site and what is wanted. Out: a text that is shown once, lines to print; a revocation counts from the next request on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pulse.api_token import ApiScope, hash_of, new_token
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from sql import api_tokens
from sql.api_tokens import Wanted
from sql.memory_tables import ApiToken

_DAY_S = 86_400.0
_LONGEST_LABEL = 100
_SHORTEST_S, _LONGEST_S = 1.0, 3650 * _DAY_S
_INDENT = " " * 10


class ApiTokenRefused(RefusedToStart):
    """There is no token of that id, or none can be made of what was asked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new token is for."""

    label: str
    scopes: tuple[str, ...] = ()


def create(site: RunningSite, wish: Wish, valid_s: float, now: int) -> tuple[ApiToken, str]:
    """A new token: its row and its text, which is shown this once and not kept. Raises ApiTokenRefused."""
    label = wish.label.strip()
    if not 1 <= len(label) <= _LONGEST_LABEL:
        raise ApiTokenRefused(f'api-token create --label: got "{label[:20]}", expected 1 to {_LONGEST_LABEL} letters that name a program')
    if not _SHORTEST_S <= valid_s <= _LONGEST_S:
        raise ApiTokenRefused(f"api-token create --valid-for: got {valid_s:g} seconds, expected 1s to {_LONGEST_S / _DAY_S:.0f}d")
    token_id, text = new_token()
    wanted = Wanted(id=token_id, label=label, sha=hash_of(text), scopes=tuple(_scopes(wish.scopes)), expires_at=now + round(valid_s * 1000))
    with known_database(site.database_url) as database:
        return api_tokens.issue(database, site.config.site.name, wanted, named(None), now), text


def listed(site: RunningSite, now: int) -> Iterator[str]:
    """Lines that say of each token, the newest first: its id and label, whether it is valid, what it may read, who made it."""
    with known_database(site.database_url) as database:
        rows = api_tokens.issued(database, site.config.site.name)
    if not rows:
        yield "no token was made yet"
    for row in rows:
        yield f"{row.id}  {row.label}"
        yield f"{_INDENT}{_state(row, now)}"
        yield f"{_INDENT}reads: {', '.join(row.scopes)}"
        yield f"{_INDENT}made {_minute(row.created_at)} by {row.created_by}"


def revoke(site: RunningSite, token_id: str, now: int) -> ApiToken:
    """Takes a token back; raises ApiTokenRefused."""
    with known_database(site.database_url) as database:
        row = api_tokens.revoke(database, site.config.site.name, token_id, named(None), now)
    if row is None:
        raise ApiTokenRefused(f'api-token revoke: got "{token_id:.60}", expected an id that `pulse api-token list` shows')
    return row


def _scopes(wished: tuple[str, ...]) -> Iterator[ApiScope]:
    """Each once, in the order of the list; none named means figures."""
    for name in wished:
        if name not in set(ApiScope):
            raise ApiTokenRefused(f'api-token create --scope: got "{name:.60}", expected one of {", ".join(ApiScope)}')
    yield from (scope for scope in ApiScope if scope in (wished or (ApiScope.FIGURES,)))


def _state(row: ApiToken, now: int) -> str:
    if row.revoked_at is not None:
        return f"revoked {_minute(row.revoked_at)} by {row.revoked_by}"
    return f"{'valid until' if row.expires_at > now else 'over since'} {_minute(row.expires_at)}"


def _minute(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"
