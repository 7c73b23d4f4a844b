"""The versions of rules: append-only, so that it can be told which text of a rule opened an incident.

In: the texts in force. Out: what is new among them, and the versions of a rule with the time each was in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Select, func, insert, select, tuple_
from sqlalchemy.orm import Session

from sql.config_tables import RuleVersion
from sql.session import Database

GONE = ""
"""The text of a rule that is gone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A version that was added."""

    name: str
    number: int
    is_gone: bool = False


def sha_of(text: str) -> str:
    """What stands for a text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def keep(session: Session, site: str, texts: Mapping[str, str], seen: tuple[int, str]) -> list[Seen]:
    """Adds a version of each rule that is not as it was, and of each that is gone; `seen` is when (epoch ms) and where."""
    at, origin = seen
    known = {row.name: row for row in session.scalars(_newest(site))}
    wanted = {**{name: GONE for name in known if name not in texts}, **texts}
    changed = [name for name, text in wanted.items() if name not in known or known[name].sha != sha_of(text)]
    added = [Seen(name, known[name].number + 1 if name in known else 1, is_gone=wanted[name] == GONE) for name in changed]
    if added:
        shared = {"site": site, "first_seen_at": at, "origin": origin}
        rows = [{"name": one.name, "number": one.number, "text": wanted[one.name], "sha": sha_of(wanted[one.name])} for one in added]
        session.execute(insert(RuleVersion), [{**row, **shared} for row in rows])
    return added


def versions(database: Database, site: str, names: Sequence[str] = ()) -> Sequence[RuleVersion]:
    """Every version of some rules, or of all, by name and from the first on."""
    mine = select(RuleVersion).where(RuleVersion.site == site)
    query = mine.where(RuleVersion.name.in_(names)) if names else mine
    with database.read() as session:
        return session.scalars(query.order_by(RuleVersion.name, RuleVersion.number)).all()


def in_force(session: Session, site: str, name: str, at: int) -> RuleVersion | None:
    """The version of a rule that was in force at an instant (epoch ms); None where none was known yet, and while it was gone."""
    query = select(RuleVersion).where(RuleVersion.site == site, RuleVersion.name == name, RuleVersion.first_seen_at <= at)
    found = session.scalars(query.order_by(RuleVersion.number.desc()).limit(1)).first()
    return None if found is None or found.text == GONE else found


def _newest(site: str) -> Select[RuleVersion]:
    last = select(RuleVersion.name, func.max(RuleVersion.number)).where(RuleVersion.site == site).group_by(RuleVersion.name)
    return select(RuleVersion).where(RuleVersion.site == site, tuple_(RuleVersion.name, RuleVersion.number).in_(last))
