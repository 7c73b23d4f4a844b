"""Counts who comes again: of each quarter's contacts those that follow one of the same customer, and those that none followed.

In: visits that were filed, and marks on the quarters they touch. Out: rows of quarters, each counted whole from the table of contacts;
so counting one twice gives the same rows, once, and a crash in between leaves its mark standing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, delete, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from pulse.kpi.contact import Contact
from pulse.kpi.interval import HOUR_MS, QUARTER_MS
from pulse.kpi.records import ContactEventType
from pulse.kpi.repeats import FCR_KNOWN, FCR_SOLVED, REPEAT_CONTACTS, REPEAT_DAYS, REPEAT_KNOWN
from sql.bulk import as_json_of, insert_rows
from sql.contact_tables import ContactRow
from sql.due import SETTLED_MS, Grain, mark, mark_hours_due, pruned_until
from sql.partitions import make_ready
from sql.parts import parts, stretches
from sql.rollup_tables import Repeat, RollupDue, Slice
from sql.session import Database

WITHIN_MS = REPEAT_DAYS * 24 * HOUR_MS
_QUARTERS_AT_ONCE = 96
"""So many a transaction, for others want to write too."""
_COUNTS = (REPEAT_KNOWN, REPEAT_CONTACTS, FCR_KNOWN, FCR_SOLVED)
_REPEATS = {REPEAT_KNOWN, REPEAT_CONTACTS}


class Again(StrEnum):
    """Why a quarter is due."""

    CHANGED = "repeats"
    """One of its contacts, or one before or after it, is news."""
    RIPE = "fcr"
    """Its contacts are known not to have been followed only after days."""


def mark_repeats(session: Session, site: str, visits: Iterable[Contact], related: Iterable[Contact]) -> None:
    """Marks the quarters of visits that changed and, where that tells of others too, those of the same customers' visits."""
    quarters = {_quarter(visit.at) for visit in visits if visit.customer}
    quarters |= {_quarter(at) for at in _near(session, site, [visit for visit in related if visit.customer])}
    mark(session, site, Again.CHANGED, quarters)


def first_filed(session: Session, site: str) -> int | None:
    """The quarter (epoch ms) with which contacts begin to be known, by their sums, which are never deleted; None where there are none."""
    return _filed(session, site, func.min(Slice.at))


def _filed(session: Session, site: str, at: ColumnElement[int]) -> int | None:
    return session.scalar(select(at).where(Slice.site == site, Slice.grain == Grain.QUARTER.value))


def mark_now_known(session: Session, site: str, before: int | None) -> None:
    """Marks the contacts of which it becomes known whom they follow, where contacts began with the quarter `before` until now."""
    first = first_filed(session, site)
    if first is None or before is None or first == before:
        return
    span = (ContactRow.at >= first + WITHIN_MS, ContactRow.at < before + WITHIN_MS)
    query = select(ContactRow.at).where(ContactRow.site == site, ContactRow.customer.is_not(None), *span)
    mark(session, site, Again.CHANGED, {_quarter(at) for at in session.scalars(query)})


class Repeats:
    """The repeat contacts of one site."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site

    def catch_up(self, now: int) -> int:
        """Counts every quarter that is due and over at `now` (epoch ms); how many there were."""
        total = 0
        while count := self.step(now):
            total += count
        return total

    def step(self, now: int) -> int:
        """Counts some of the quarters that are due, the oldest first, in one transaction; 0 where none is."""
        settled = now - SETTLED_MS - QUARTER_MS
        with self._database.read() as session:
            # Where recording stopped, who came again afterwards is not known.
            ripe_until = min(settled, _filed(session, self._site, func.max(Slice.at)) or 0) - WITHIN_MS
            due = self._due(session, {Again.CHANGED: settled, Again.RIPE: ripe_until})
        if due:
            with self._database.write() as session:
                self._count(session, due, ripe_until)
        return len(due)

    def _due(self, session: Session, last: Mapping[Again, int]) -> list[int]:
        found: set[int] = set()
        for why, at in last.items():
            query = select(RollupDue.at).where(RollupDue.site == self._site, RollupDue.grain == why.value, RollupDue.at <= at)
            found.update(session.scalars(query.order_by(RollupDue.at).limit(_QUARTERS_AT_ONCE)))
        return sorted(found)[:_QUARTERS_AT_ONCE]

    def _count(self, session: Session, quarters: Sequence[int], ripe_until: int) -> None:
        """Counts quarters anew; those of which the contacts, or the ones before, were deleted stay as they were counted then."""
        pruned = pruned_until(session, self._site, "contacts")
        kept = [at for at in quarters if not pruned or at - WITHIN_MS >= pruned]
        ripe = stretches((at for at in kept if at <= ripe_until), QUARTER_MS)
        rows = [row for span in ripe for row in self._counted(session, span, is_ripe=True)]
        unripe = stretches((at for at in kept if at > ripe_until), QUARTER_MS)
        rows += [row for span in unripe for row in self._counted(session, span, is_ripe=False)]
        for part in parts(kept):
            session.execute(delete(Repeat).where(Repeat.site == self._site, Repeat.at.in_(part)))
        make_ready(session, Repeat, kept)
        as_json = as_json_of(session)
        known_from = (first_filed(session, self._site) or 0) + WITHIN_MS
        insert_rows(session, Repeat, ((self._site, *row[:6], as_json(_tally(row[6:], row[0] >= known_from))) for row in rows))
        self._take_back(session, quarters)
        mark(session, self._site, Again.RIPE, {row[0] for row in rows if row[0] > ripe_until})
        mark_hours_due(session, self._site, kept)

    def _counted(self, session: Session, span: tuple[int, int], is_ripe: bool) -> Iterable[Row[Any]]:
        return session.execute(_counted(is_ripe), {"site": self._site, "start": span[0], "end": span[1]})

    def _take_back(self, session: Session, quarters: Sequence[int]) -> None:
        for part in parts(quarters):
            marks = delete(RollupDue).where(RollupDue.site == self._site, RollupDue.grain.in_(list(Again)), RollupDue.at.in_(part))
            session.execute(marks)


@cache
def _counted(is_ripe: bool) -> Select[Any]:
    """By quarter and part of a queue: contacts, repeats and, of what is ripe, contacts that were handled and not followed.

    It takes longer to put into words than to answer for a quarter, so it is done once: for `site`, `start` and `end`.
    """
    one = _visits("one")
    answered = one.outcome == ContactEventType.ANSWERED.value
    handled = or_(answered, *(at.is_not(None) for at in (one.completed_at, one.first_reply_at, one.resolved_at)))
    contacts = (
        select(
            (one.at - one.at % QUARTER_MS).label("quarter"),
            one.queue,
            one.channel,
            *(func.coalesce(told, "").label(told.name) for told in (one.business_line, one.segment, one.category)),
            _flag(_another(one, -WITHIN_MS)).label("repeats"),
            (_flag(handled) if is_ripe else literal(0)).label("handled"),
            (_flag(and_(handled, ~_another(one, WITHIN_MS))) if is_ripe else literal(0)).label("solved"),
        )
        .where(one.site == bindparam("site"), one.at >= bindparam("start"), one.at < bindparam("end"), *_counts(one), ~_goes_on(one))
        .subquery()
    )
    *key, repeats, handled_ripe, solved = contacts.c
    return select(*key, func.count(), func.sum(repeats), func.sum(handled_ripe), func.sum(solved)).group_by(*key)


def _visits(name: str) -> Any:
    """The columns of the table of contacts under another name."""
    return ContactRow.__table__.alias(name).c


def _counts(row: Any) -> tuple[ColumnElement[bool], ...]:
    """Who tells no customer is not known; what was handed on counts where it ended."""
    return row.customer.is_not(None), row.offered_at.is_not(None), row.transferred_at.is_(None)


def _another(one: Any, within_ms: int) -> ColumnElement[bool]:
    """Whether another contact of the same customer came within so many ms after it, or before it where that is negative."""
    other = _visits("before" if within_ms < 0 else "after")
    near = (other.at < one.at, other.at >= one.at + within_ms) if within_ms < 0 else (other.at > one.at, other.at <= one.at + within_ms)
    same = or_(other.category == one.category, other.category.is_(None), one.category.is_(None))
    return exists().where(
        other.site == one.site, other.customer == one.customer, *near, other.contact_id != one.contact_id, same, *_counts(other)
    )


def _goes_on(one: Any) -> ColumnElement[bool]:
    """Whether the same contact came to a queue once more."""
    later = _visits("later")
    near = (later.at > one.at, later.at <= one.at + WITHIN_MS)
    return exists().where(
        later.site == one.site, later.contact_id == one.contact_id, *near, later.customer == one.customer, later.offered_at.is_not(None)
    )


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _near(session: Session, site: str, visits: Sequence[Contact]) -> Iterator[int]:
    """The instants of all visits of the same customers that are near enough to be repeats, the visits themselves among them."""
    by_customer: dict[str, list[int]] = {}
    for visit in visits:
        by_customer.setdefault(visit.customer or "", []).append(visit.at)
    columns = select(ContactRow.customer, ContactRow.at).where(ContactRow.site == site)
    for customers in parts(sorted(by_customer)):
        instants = [at for customer in customers for at in by_customer[customer]]
        span = (ContactRow.at >= min(instants) - WITHIN_MS, ContactRow.at <= max(instants) + WITHIN_MS)
        for customer, at in session.execute(columns.where(ContactRow.customer.in_(customers), *span)):
            if any(abs(at - own) <= WITHIN_MS for own in by_customer[customer or ""]):
                yield at


def _tally(counted: Sequence[int], are_repeats_known: bool) -> dict[str, dict[str, int]]:
    known = zip(_COUNTS, counted, strict=True)
    return {"counts": {name: int(count) for name, count in known if count and (are_repeats_known or name not in _REPEATS)}, "peaks": {}}


def _quarter(at: int) -> int:
    return at - at % QUARTER_MS
