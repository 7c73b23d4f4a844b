"""The lease of a site's watch: one process folds, decides and sends at a time, and the others stand by.

In: who asks. Out: a number that only grows; each transaction of the holder begins by seeing that it is still the highest, so that
a holder that was frozen, cut off or thought dead writes nothing once another one took over.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.fence import Fenced
from sql.models import WatchLease
from sql.session import Database


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes a lease: a name for people, and the lock file by which others on its machine see whether it lives."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class LeaseSeen:
    """A lease as it stood when it was looked at."""

    number: int
    beat: int
    holder: str
    place: str | None
    """None once its holder let go of it."""


@dataclass(frozen=True, slots=True)
class Leases:
    """The lease of one site."""

    database: Database
    site: str

    def seen(self) -> LeaseSeen | None:
        """The lease as it stands; None where nobody ever took it."""
        with self.database.read() as session:
            row = session.get(WatchLease, self.site)
            return None if row is None else LeaseSeen(row.number, row.beat, row.holder, row.place)

    def take(self, seen: LeaseSeen | None, number: int, by: Holder) -> bool:
        """Whether the lease is `by`'s from now on, under the number; not where it moved since it was seen."""
        if seen is None:
            return self._first(number, by)
        unmoved = update(WatchLease).where(WatchLease.site == self.site, WatchLease.number == seen.number, WatchLease.beat == seen.beat)
        taken = unmoved.values(number=number, beat=0, holder=by.name, place=by.place).returning(WatchLease.number)
        with self.database.write() as session:
            return session.scalar(taken) is not None

    def beat(self, number: int) -> None:
        """Says that the holder of a number lives; raises Fenced where it is no longer the holder."""
        self._mine(number, beat=WatchLease.beat + 1)

    def release(self, number: int) -> None:
        """Lets go of the lease, so that nobody must wait; raises Fenced where another one has it."""
        self._mine(number, place=None, beat=WatchLease.beat + 1)

    def guarded(self, number: int) -> Database:
        """The database for the holder of a number: each transaction raises Fenced, and writes nothing, once another one has the lease."""
        return self.database.guarded(lambda session: self._moved(session, number, beat=WatchLease.beat + 1))

    def _first(self, number: int, by: Holder) -> bool:
        try:
            with self.database.write() as session:
                session.add(WatchLease(site=self.site, number=number, beat=0, holder=by.name, place=by.place))
        except IntegrityError:
            return False
        return True

    def _mine(self, number: int, **values: object) -> None:
        with self.database.write() as session:
            self._moved(session, number, **values)

    def _moved(self, session: Session, number: int, **values: object) -> None:
        """A transaction of the holder is a beat too: who waits for it to end finds that the lease moved."""
        mine = update(WatchLease).where(WatchLease.site == self.site, WatchLease.number == number)
        if session.scalar(mine.values(**values).returning(WatchLease.number)) is None:
            raise Fenced(f"lease {number} of {self.site}: another watch has it by now")


def number_after(seen: LeaseSeen | None, above: int) -> int:
    """The number of who takes a lease next: higher than its last holder's, and than what else was heard of."""
    return max(seen.number if seen else 0, above) + 1
