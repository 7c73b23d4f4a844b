"""What happened to one incident, line by line, as the console shows it.

In: the event log in SQL. Out: lines from the first to the last; none for an incident nobody knows.
"""

import msgspec
from sqlalchemy import select

from alerts.account import entry_of
from alerts.timeline import Line, told_once
from sql.models import Transition
from sql.session import Database

_MOST_LINES = 500


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line; `at` is epoch ms."""

    at: int
    who: str
    kind: str
    """signal, work, owner, level, comment, no_data or delivery."""
    to: str
    why: dict[str, str]
    comment: str | None


def log_of(database: Database, site: str, incident_id: int) -> list[LogLine]:
    """The newest lines of an incident's log, oldest first; raises what the database raises."""
    of_incident = (Transition.site == site, Transition.incident_id == incident_id)
    newest = select(Transition).where(*of_incident).order_by(Transition.id.desc()).limit(_MOST_LINES)
    with database.read() as session:
        entries = [entry_of(line) for line in session.scalars(newest)]
    return [_line(entry) for entry in told_once(entries[::-1])]


def _line(entry: Line) -> LogLine:
    return LogLine(at=entry.at, who=entry.who, kind=entry.kind, to=entry.after, why=entry.why.by_language(), comment=entry.comment)
