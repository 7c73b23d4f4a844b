"""`pulse wall-token create | list | revoke`: screens are let in and shut out from the command line.

In: a site and what is wanted. Out: a signed token, lines to print; running servers see a revocation within seconds.
"""

import os
import pwd
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from pulse.wall_token import WallToken, signed
from sql import wall_tokens
from sql.models import IssuedToken
from sql.session import Database, open_database
from sql.wall_tokens import Wanted

UP_LABEL = "pulse up"
_DAY_S = 86_400.0
_UP_VALID_S = 365 * _DAY_S
_LEAST_LEFT_MS = 30 * round(_DAY_S) * 1000
_LONGEST_LABEL = 100
_LAYOUT = re.compile(r"[A-Za-z0-9_-]{1,40}")


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
    _check(scope)
    wanted = Wanted(
        id=secrets.token_hex(4),
        label=scope.label.strip(),
        layouts=scope.layouts,
        sees_names=scope.sees_names,
        expires_at=now + round(valid_s * 1000),
    )
    with open_database(site.database_url) as database:
        row = wall_tokens.issue(database, site.config.site.name, wanted, _who(), now)
    return row, _text(site, row)


def for_up(site: RunningSite, now: int) -> str:
    """The token of `pulse up`: the one of the last start while it has a month left, else a new one."""
    with open_database(site.database_url) as database:
        standing = [row for row in _of(database, site) if row.label == UP_LABEL and row.revoked_at is None]
    lasting = [row for row in standing if row.expires_at - now >= _LEAST_LEFT_MS]
    return _text(site, lasting[0]) if lasting else create(site, Scope(label=UP_LABEL), _UP_VALID_S, now)[1]


def listed(site: RunningSite, now: int) -> Iterator[tuple[str, ...]]:
    """A row for each token, the newest first: id, label, layouts, names, made, by whom, until, state."""
    with open_database(site.database_url) as database:
        rows = _of(database, site)
    for row in rows:
        names = "names" if row.sees_names else "no names"
        layouts = ", ".join(row.layouts) or "all"
        yield row.id, row.label, layouts, names, _day(row.created_at), row.created_by, _day(row.expires_at), _state(row, now)


def revoke(site: RunningSite, token_id: str, now: int) -> IssuedToken:
    """Takes a token back; raises WallTokenRefused."""
    with open_database(site.database_url) as database:
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


def _check(scope: Scope) -> None:
    if not 1 <= len(scope.label.strip()) <= _LONGEST_LABEL:
        found = scope.label.strip()[:20]
        raise WallTokenRefused(f'wall-token create --label: got "{found}", expected 1 to {_LONGEST_LABEL} letters that say which screen')
    for layout in scope.layouts:
        if not _LAYOUT.fullmatch(layout):
            raise WallTokenRefused(f'wall-token create --layout: got "{layout}", expected the name of a layout such as main')


def _of(database: Database, site: RunningSite) -> list[IssuedToken]:
    return wall_tokens.issued(database, site.config.site.name)


def _text(site: RunningSite, row: IssuedToken) -> str:
    token = WallToken(id=row.id, expires_at=row.expires_at, layouts=tuple(row.layouts), sees_names=row.sees_names)
    return signed(site.places.site_key(), token)


def _state(row: IssuedToken, now: int) -> str:
    if row.revoked_at is not None:
        return f"revoked {_day(row.revoked_at)} by {row.revoked_by}"
    return "valid" if row.expires_at > now else "over"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"


def _who() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
