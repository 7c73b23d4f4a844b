"""The event log: lines that are only added, each chained to the one before it by a hash, so that a changed, cut or lost line is found.

In: a line, in the transaction of what it tells of. Out: the line with its hash; `first_broken` walks the whole chain.
"""

from hashlib import sha256

import msgspec
from sqlalchemy import ScalarResult, select
from sqlalchemy.orm import Session

from sql.models import LogEnd, Transition
from sql.session import Database

FIRST = "0" * 64
"""What stands in for the line before the first."""
_AT_ONCE = 2_000
_ENDS = "log_ends"


def append(session: Session, line: Transition) -> None:
    """Adds one line to the end of its site's log; other writers wait for this transaction to end."""
    end = _end(session, line.site)
    line.hash = end.hash = hash_of(line, end.hash)
    end.lines += 1
    session.add(line)


def hash_of(line: Transition, before: str) -> str:
    """The hash of a line after the hash of the one before it, in hexadecimal digits."""
    told = (line.site, line.at, line.incident_id, line.kind, line.who, line.from_state, line.to_state, line.why, line.comment, line.origin)
    return sha256(before.encode() + msgspec.json.encode(told, order="deterministic")).hexdigest()


def first_broken(database: Database, site: str) -> int | None:
    """The id of the first line that is not as it was written or that follows a line that is gone; None where the chain is whole.

    0 where lines are missing at its end.
    """
    with database.read() as session, _chained(session, site) as chained:
        before, lines = FIRST, 0
        for line in chained:
            if line.hash != hash_of(line, before):
                return line.id
            before, lines = line.hash, lines + 1
        end = session.get(LogEnd, site)
        is_whole = (before, lines) == ((FIRST, 0) if end is None else (end.hash, end.lines))
        return None if is_whole else 0


def _chained(session: Session, site: str) -> ScalarResult[Transition]:
    query = select(Transition).where(Transition.site == site, Transition.hash.is_not(None)).order_by(Transition.id)
    return session.scalars(query.execution_options(yield_per=_AT_ONCE))


def _end(session: Session, site: str) -> LogEnd:
    """The end of a log, locked once in a transaction."""
    known: dict[str, LogEnd] = session.info.setdefault(_ENDS, {})
    if site not in known:
        end = session.get(LogEnd, site, with_for_update=True)
        if end is None:
            end = LogEnd(site=site, hash=FIRST, lines=0)
            session.add(end)
        known[site] = end
    return known[site]
