"""The wall tokens a site gave out: made, listed, revoked; who did it and when stays.

In: a database, a site, who and when. Out: rows of `IssuedToken`; the texts of tokens are never kept.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from sql.models import IssuedToken
from sql.session import Database

UP_LABEL = "pulse up"
"""The label of the tokens that `pulse up` makes itself; nobody else's may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A token to be made."""

    id: str
    label: str
    layouts: tuple[str, ...]
    sees_names: bool
    expires_at: int
    """Epoch ms."""


def issue(database: Database, site: str, wanted: Wanted, who: str, now: int) -> IssuedToken:
    """Keeps a new token."""
    row = IssuedToken(
        id=wanted.id,
        site=site,
        label=wanted.label,
        layouts=list(wanted.layouts),
        sees_names=wanted.sees_names,
        created_by=who,
        created_at=now,
        expires_at=wanted.expires_at,
    )
    with database.write() as session:
        session.add(row)
    return row


def issued(database: Database, site: str) -> list[IssuedToken]:
    """Every token of the site, the newest first."""
    with database.read() as session:
        found = session.scalars(select(IssuedToken).where(IssuedToken.site == site))
        return sorted(found, key=lambda row: (row.created_at, row.id), reverse=True)


def standing(database: Database, site: str) -> frozenset[str]:
    """The ids of the tokens that nobody revoked; a token carries its own end."""
    with database.read() as session:
        return frozenset(session.scalars(select(IssuedToken.id).where(IssuedToken.site == site, IssuedToken.revoked_at.is_(None))))


def revoke(database: Database, site: str, token_id: str, who: str, now: int) -> IssuedToken | None:
    """Takes a token back; None where there is none of that id. The first revocation stays."""
    this = (IssuedToken.site == site, IssuedToken.id == token_id)
    with database.write() as session:
        session.execute(update(IssuedToken).where(*this, IssuedToken.revoked_at.is_(None)).values(revoked_by=who, revoked_at=now))
        return session.scalar(select(IssuedToken).where(*this))
