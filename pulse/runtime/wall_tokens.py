"""`pulse wall-token create | list | revoke`: screens are let in and shut out from the command line.

In: a site and what is wanted. Out: a signed token, lines to print; running servers see a revocation within seconds.
"""

import os
import pwd
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.layouts_kept import layouts_of
from pulse.runtime.known_database import known_database
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from pulse.wall_token import WallToken, signed
from sql import wall_tokens
from sql.models import IssuedToken
from sql.session import Database, open_database
from sql.wall_tokens import UP_LABEL, Wanted

_UP_NAME = "TVs, by the address that `pulse up` prints"
_DAY_S = 86_400.0
_UP_VALID_S = 365 * _DAY_S
_LEAST_LEFT_MS = 30 * round(_DAY_S) * 1000
_LONGEST_LABEL = 100
_SHORTEST_S, _LONGEST_S = 1.0, 3650 * _DAY_S
_INDENT = " " * 10


class WallTokenRefused(RefusedToStart):
    """There is no token of that id, or none can be made of what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a new token is for."""

    label: str
    layouts: tuple[str, ...] = ()
    sees_names: bool = False


def create(site: RunningSite, scope: Scope, valid_s: float, now: int) -> tuple[IssuedToken, str]:
    """A new token: its row and its text, which is shown this once and not kept. Raises WallTokenRefused."""
    _check_label(scope.label)
    if scope.label.strip() == UP_LABEL:
        raise WallTokenRefused(f'wall-token create --label: got "{UP_LABEL}", expected another: that one is of the tokens `pulse up` makes')
    return _made(site, scope, valid_s, now)


def _made(site: RunningSite, scope: Scope, valid_s: float, now: int) -> tuple[IssuedToken, str]:
    if not _SHORTEST_S <= valid_s <= _LONGEST_S:
        raise WallTokenRefused(f"wall-token create --valid-for: got {valid_s:g} seconds, expected 1s to {_LONGEST_S / _DAY_S:.0f}d")
    wanted = Wanted(
        id=secrets.token_hex(4),
        label=scope.label.strip(),
        layouts=scope.layouts,
        sees_names=scope.sees_names,
        expires_at=now + round(valid_s * 1000),
    )
    with open_database(site.database_url) as database:
        _check_layouts(scope.layouts, database, site)
        row = wall_tokens.issue(database, site.config.site.name, wanted, _who(), now)
    return row, _text(site, row)


def for_up(site: RunningSite, now: int) -> str:
    """The token of `pulse up`: the one of the last start while it has a month left, else a new one."""
    with open_database(site.database_url) as database:
        standing = [row for row in _of(database, site) if row.label == UP_LABEL and row.revoked_at is None]
    lasting = [row for row in standing if row.expires_at - now >= _LEAST_LEFT_MS]
    return _text(site, lasting[0]) if lasting else _made(site, Scope(label=UP_LABEL), _UP_VALID_S, now)[1]


def listed(site: RunningSite, now: int) -> Iterator[str]:
    """Lines that say of each token, the newest first: its id and label, whether it is valid, what it may show, who made it."""
    with known_database(site.database_url) as database:
        rows = _of(database, site)
    if not rows:
        yield "no token was made yet"
    for row in rows:
        yield f"{row.id}  {_UP_NAME if row.label == UP_LABEL else row.label}"
        yield f"{_INDENT}{_state(row, now)}"
        yield f"{_INDENT}layouts: {', '.join(row.layouts) or 'all'}; {'names of people' if row.sees_names else 'no names of people'}"
        yield f"{_INDENT}made {_day(row.created_at)} by {row.created_by}"


def revoke(site: RunningSite, token_id: str, now: int) -> IssuedToken:
    """Takes a token back; raises WallTokenRefused."""
    with known_database(site.database_url) as database:
        row = wall_tokens.revoke(database, site.config.site.name, token_id, _who(), now)
    if row is None:
        raise WallTokenRefused(f'wall-token revoke: got "{token_id}", expected an id that `pulse wall-token list` shows')
    return row


def origin(site: RunningSite) -> str:
    """The address of the pages: where people log in, else as [serve] has it."""
    config = site.config
    return config.login.rules.origin if config.login else f"http://{config.serve.host}:{config.serve.port}"


def path_of(row: IssuedToken, token: str) -> str:
    """What a screen opens after the address of the pages."""
    layout = f"&layout={row.layouts[0]}" if row.layouts else ""
    return f"/wall?token={token}{layout}"


def _check_label(label: str) -> None:
    if not 1 <= len(label.strip()) <= _LONGEST_LABEL:
        found = label.strip()[:20]
        raise WallTokenRefused(f'wall-token create --label: got "{found}", expected 1 to {_LONGEST_LABEL} letters that say which screen')


def _check_layouts(layouts: tuple[str, ...], database: Database, site: RunningSite) -> None:
    known = layouts_of(database, site.config.site.name)
    for layout in layouts:
        if layout not in known:
            raise WallTokenRefused(f'wall-token create --layout: got "{layout:.60}", expected one of {", ".join(sorted(known))}')


def _of(database: Database, site: RunningSite) -> list[IssuedToken]:
    return wall_tokens.issued(database, site.config.site.name)


def _text(site: RunningSite, row: IssuedToken) -> str:
    token = WallToken(id=row.id, expires_at=row.expires_at, layouts=tuple(row.layouts), sees_names=row.sees_names)
    return signed(site.places.site_key(), token)


def _state(row: IssuedToken, now: int) -> str:
    if row.revoked_at is not None:
        return f"revoked {_day(row.revoked_at)} by {row.revoked_by}"
    return f"{'valid until' if row.expires_at > now else 'over since'} {_day(row.expires_at)}"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"


def _who() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
