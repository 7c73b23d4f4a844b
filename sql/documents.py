"""What pages edit, such as layouts: TOML texts in append-only versions; the newest counts, an empty one takes the others back.

In: a database, a site, a kind and a name. Out: texts with their versions. A version is only added upon the one its author saw.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from sql.models import DocumentVersion
from sql.session import Database


class Outdated(ValueError):
    """Somebody else saved a version in the meantime."""


@dataclass(frozen=True, slots=True)
class Document:
    """The newest version of one text; empty where the earlier ones were taken back."""

    version: int
    text: str


def newest(database: Database, site: str, kind: str) -> dict[str, Document]:
    """The newest version of each text of a kind, by name."""
    last = select(DocumentVersion.name, func.max(DocumentVersion.version).label("version"))
    last_of = last.where(DocumentVersion.site == site, DocumentVersion.kind == kind).group_by(DocumentVersion.name).subquery()
    query = (
        select(DocumentVersion)
        .join(last_of, (DocumentVersion.name == last_of.c.name) & (DocumentVersion.version == last_of.c.version))
        .where(DocumentVersion.site == site, DocumentVersion.kind == kind)
    )
    with database.read() as session:
        return {row.name: Document(row.version, row.text) for row in session.scalars(query)}


def save(database: Database, where: tuple[str, str, str], text: str, seen: int, by: tuple[str, int]) -> int:
    """Adds a version upon version `seen` (0 where there was none) and gives its number; raises Outdated where another one came first.

    `where` is site, kind and name, `by` is who and when (epoch ms).
    """
    site, kind, name = where
    this = (DocumentVersion.site == site, DocumentVersion.kind == kind, DocumentVersion.name == name)
    with database.write() as session:
        last = session.scalar(select(func.max(DocumentVersion.version)).where(*this)) or 0
        if last != seen:
            raise Outdated(f"{kind} {name}: got a change of version {seen}, expected one of version {last}")
        who, at = by
        session.add(DocumentVersion(site=site, kind=kind, name=name, version=last + 1, text=text, who=who, at=at))
    return last + 1
