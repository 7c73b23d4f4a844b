"""The API tokens a site gave out: made, listed, looked up, revoked; who did it and when stays.

In: a database, a site, who and when. Out: rows of `ApiToken`, which hold a hash; the texts of tokens are never kept.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from pulse.api_token import ApiScope, KnownToken
from sql.memory_tables import ApiToken
from sql.session import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A token to be kept."""

    id: str
    label: str
    sha: str
    scopes: tuple[ApiScope, ...]
    expires_at: int
    """Epoch ms."""


def issue(database: Database, site: str, wanted: Wanted, who: str, now: int) -> ApiToken:
    """Keeps a new token."""
    row = ApiToken(
        id=wanted.id,
        site=site,
        label=wanted.label,
        sha=wanted.sha,
        scopes=[scope.value for scope in wanted.scopes],
        created_by=who,
        created_at=now,
        expires_at=wanted.expires_at,
    )
    with database.write() as session:
        session.add(row)
    return row


def issued(database: Database, site: str) -> list[ApiToken]:
    """Every token of the site, the newest first."""
    query = select(ApiToken).where(ApiToken.site == site).order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    with database.read() as session:
        return list(session.scalars(query))


def known(database: Database, site: str, token_id: str) -> KnownToken | None:
    """What is kept of a token; None where the site gave out none of that id."""
    with database.read() as session:
        row = session.scalar(select(ApiToken).where(ApiToken.site == site, ApiToken.id == token_id))
    if row is None:
        return None
    # A scope of a newer program opens nothing here.
    scopes = frozenset(ApiScope(scope) for scope in row.scopes if scope in set(ApiScope))
    return KnownToken(id=row.id, sha=row.sha, scopes=scopes, expires_at=row.expires_at, is_revoked=row.revoked_at is not None)


def revoke(database: Database, site: str, token_id: str, who: str, now: int) -> ApiToken | None:
    """Takes a token back; None where there is none of that id. The first revocation stays."""
    this = (ApiToken.site == site, ApiToken.id == token_id)
    with database.write() as session:
        session.execute(update(ApiToken).where(*this, ApiToken.revoked_at.is_(None)).values(revoked_by=who, revoked_at=now))
        return session.scalar(select(ApiToken).where(*this))
