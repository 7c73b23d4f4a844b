"""Takes whole files into history, a part a transaction: what was counted, filed and reached stands together or not at all.

In: records of a file that were not known before, and how far the file has been read. Out: rows; a file that is taken in again,
whole or from where it broke off, adds nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulse.kpi.agents import PersonTime
from pulse.kpi.interval import IntervalRow
from pulse.kpi.records import ContactEvent
from sql.agent_times import add_agent_times
from sql.contact_tables import Backfill, ContactRow
from sql.filing import Files
from sql.history import History
from sql.intervals import add_intervals
from sql.session import Database


@dataclass(slots=True)
class Reached:
    """How far a file was taken in."""

    position: int = 0
    """Of so many of its records it is known what they add."""
    added: int = 0
    """Records that were new."""
    state: bytes | None = None
    """What the fold knew there."""
    facts: dict[str, Any] = field(default_factory=dict)
    is_done: bool = False


class Backfills:
    """The files of one site."""

    def __init__(self, database: Database, site: str, files: Files, minutes_since: int = 0) -> None:
        self._database = database
        self._site = site
        self._minutes_since = minutes_since
        self._files = files

    def reached(self, sha: str) -> Reached:
        """How far the file of this content was taken in; its beginning where it never was."""
        with self._database.read() as session:
            found = session.get(Backfill, (self._site, sha))
            if found is None:
                return Reached()
            return Reached(found.position, found.added, found.state, dict(found.facts), found.ended_at is not None)

    def file_waiting(self) -> None:
        """Files what the watch has counted and not filed yet: else it would not be known here."""
        while self._files.file_waiting():
            continue

    def counted_since(self) -> int | None:
        """The first minute (epoch ms) of which anything was counted; None where nothing was."""
        return History(self._database).first_at(self._site)

    def filed_since(self) -> int | None:
        """The first instant (epoch ms) of which a contact is filed; None where none is."""
        with self._database.read() as session:
            return session.scalar(select(func.min(ContactRow.at)).where(ContactRow.site == self._site))

    def part(self) -> "Part":
        """A transaction for one part of a file."""
        return Part(self._database, self._site, self._files, self._minutes_since)


class Part:
    """One transaction: file the events, fold what is new, keep what came of it."""

    def __init__(self, database: Database, site: str, files: Files, minutes_since: int) -> None:
        self._site = site
        self._minutes_since = minutes_since
        self._files = files
        self._writing = database.write()

    def __enter__(self) -> "Part":
        self._session: Session = self._writing.__enter__()
        return self

    def __exit__(self, *leaving: Any) -> None:
        self._writing.__exit__(*leaving)

    def file(self, events: Sequence[ContactEvent]) -> list[ContactEvent]:
        """Files events, after those that the watch has counted meanwhile; those that were not known before."""
        while self._files.file_some(self._session):
            continue
        return self._files.file(self._session, events)

    def keep_times(self, times: Sequence[PersonTime]) -> None:
        """Adds the time of people to history."""
        add_agent_times(self._session, self._site, times)

    def keep(self, rows: Sequence[IntervalRow], named: Mapping[str, Any], reached: Reached, now: int) -> None:
        """Adds rows to history and notes how far the file was taken in."""
        add_intervals(self._session, self._site, rows, self._minutes_since)
        known = self._session.get(Backfill, (self._site, named["sha"]))
        if known is None:
            known = Backfill(site=self._site, **named, began_at=now)
            self._session.add(known)
        known.position, known.added, known.state, known.facts = reached.position, reached.added, reached.state, reached.facts
        known.ended_at = now if reached.is_done else None
