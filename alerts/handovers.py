"""Hand-overs in SQL: offered with a sheet of that instant, accepted once, replaced by a newer one where nobody accepted.

In: who, when, the Board they look at. Out: rows, and a line of the event log for each act, all in one transaction. Accepting moves what
the sheet says somebody owned to who accepts, unless somebody else took it since or it became graver.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from alerts.actions import Answer, Outcome
from alerts.frame import Work
from alerts.handover_sheet import HeldIncident, Known, Sheet, digest_of, read_sheet, sheet_of, stored
from alerts.kept_quiet import kept_quiet
from alerts.notices import Said, put
from alerts.rows import row_of
from alerts.shift_change import Change, change_at
from alerts.silences import By, silences_after
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.maintenance import open_windows
from pulse.people import bare_name, ways_to
from pulse.text import Text
from sql.duty import HandOver
from sql.event_log import append
from sql.models import Incident, Transition, is_open
from sql.session import Database

PAGE = "handover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is offered beside SQL: the Board that is looked at, and a note that is redacted already."""

    board: Board | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOvers:
    """The hand-overs of one site."""

    database: Database
    config: Config

    @property
    def site(self) -> str:
        """The site's name."""
        return self.config.site.name

    def sheet_now(self, now: int, seen: Seen) -> Sheet:
        """The sheet as it would be offered at an instant (epoch ms)."""
        with self.database.read() as session:
            return self._sheet(session, now, seen)[0]

    def offered(self) -> HandOver | None:
        """The one that waits to be accepted; None where none does."""
        with self.database.read() as session:
            return session.scalar(self._select(is_offered()))

    def find(self, hand_over_id: int) -> HandOver | None:
        """One by its number; None where the site has none of it."""
        with self.database.read() as session:
            return session.scalar(self._select(HandOver.id == hand_over_id))

    def latest(self, most: int) -> Sequence[HandOver]:
        """The newest ones, the newest first."""
        with self.database.read() as session:
            return session.scalars(self._select().order_by(HandOver.id.desc()).limit(most)).all()

    def offer(self, by: By, seen: Seen) -> HandOver:
        """Keeps the sheet of this instant; one that waited is replaced, but its deadline stays where it hands over to the same shift."""
        with self.database.write() as session:
            return self.offer_in(session, by, seen)

    def offer_in(self, session: Session, by: By, seen: Seen) -> HandOver:
        """The same within a transaction."""
        sheet, change = self._sheet(session, by.now, seen)
        row = HandOver(
            site=self.site,
            to_start=None if change.takes is None else change.takes.start,
            to_end=None if change.takes is None else change.takes.end,
            sheet=stored(sheet),
            offered_by=by.who,
            offered_at=by.now,
            due_at=self._due_at(change, by.now),
            told=0,
        )
        before = self._replaced(session, row)
        session.add(row)
        session.flush()
        if before is not None:
            why = Text(f"hand-over {before.id} replaced by {row.id}", f"交接班 {before.id} 由 {row.id} 取代")
            append(session, self._line(by, ("offered", "replaced"), why))
        self._tell_offered(session, row, change)
        append(session, self._line(by, ("none", "offered"), _offered_why(row, sheet), sheet.note))
        return row

    def is_as_offered(self, row: HandOver) -> bool:
        """Whether its sheet is the one whose digest the event log keeps; the log is checked by its own chain."""
        offered = (Transition.kind == "handover", Transition.to_state == "offered", Transition.at == row.offered_at)
        wanted = _offered_why(row, read_sheet(row.sheet)).en
        with self.database.read() as session:
            lines = session.scalars(select(Transition.why).where(Transition.site == self.site, *offered))
            return any(why["en"] == wanted for why in lines)

    def accept(self, hand_over_id: int, by: By, *, second_person: bool = False) -> Outcome:
        """Takes the shift over: what it says somebody owned is theirs until that shift ends; with `second_person` not by who offered it."""
        with self.database.write() as session:
            row = session.scalar(self._select(HandOver.id == hand_over_id).with_for_update())
            if row is None:
                return Outcome(answer=Answer.GONE, text=Text("there is no such hand-over", "没有该交接班"))
            refusal = _refusal(row, by, second_person=second_person)
            if refusal is not None:
                return refusal
            row.accepted_by, row.accepted_at, row.due_at = by.who, by.now, None
            moved = self._moved(session, row, by)
            why = _accepted_why(row, by, moved)
            append(session, self._line(by, ("offered", "accepted"), why))
            self._tell_accepted(session, row, by.now)
            return Outcome(answer=Answer.DONE, text=why)

    def is_taken(self, session: Session, starts_at: int) -> bool:
        """Whether somebody accepted the shift that begins at an instant (epoch ms)."""
        return session.scalar(self._select(HandOver.to_start == starts_at, HandOver.accepted_at.is_not(None))) is not None

    def _sheet(self, session: Session, now: int, seen: Seen) -> tuple[Sheet, Change]:
        config = self.config
        change = change_at(config.planned_shifts, now, lambda starts_at: self.is_taken(session, starts_at))
        rows = session.scalars(select(Incident).where(Incident.site == self.site, is_open(), Incident.drill.is_(False))).all()
        quiet = kept_quiet(session, rows, now)
        known = Known(
            at=now,
            incidents=[msgspec.structs.replace(row_of(row), acknowledge_by=None) if row.id in quiet else row_of(row) for row in rows],
            silences=silences_after(session, self.site, now),
            windows=open_windows(config.maintenance, now, config.zone, config.closed_days),
            board=seen.board,
        )
        return sheet_of(known, change, seen.note), change

    def _replaced(self, session: Session, row: HandOver) -> HandOver | None:
        """The one that waited, if any, from now on replaced; to the same shift, its deadline is the new one's too."""
        before = session.scalar(self._select(is_offered()).with_for_update())
        if before is None:
            return None
        if before.to_start == row.to_start:
            row.told = before.told
            row.due_at = before.due_at if before.due_at is not None and row.due_at is not None else row.due_at
        before.replaced_at, before.due_at = row.offered_at, None
        session.flush()
        return before

    def _due_at(self, change: Change, now: int) -> int | None:
        rules = self.config.handover
        return None if rules is None else change.due_at(now, rules.within)

    def _moved(self, session: Session, row: HandOver, by: By) -> int:
        """Moves what is named and still is as the sheet says, or was freed when its owner's shift ended; how many there are."""
        held = {one.id: one for one in read_sheet(row.sheet).incidents if one.owner is not None}
        found = session.scalars(select(Incident).where(Incident.id.in_(held), is_open()).order_by(Incident.id).with_for_update())
        ends_at = row.to_end if row.to_end is not None and row.to_end > by.now else self.config.shift_ends_at(by.now)
        moved = [incident for incident in found if _is_handed(held[incident.id], incident)]
        for incident in moved:
            before, owner = incident.work, held[incident.id].owner
            incident.work = Work.ACKNOWLEDGED.value if before == Work.OPEN else before
            incident.owner, incident.owned_until = by.who, ends_at
            incident.version += 1
            why = handed_why(str(owner), by.who)
            append(session, self._owner_line(incident, by, before, why))
        return len(moved)

    def _tell_offered(self, session: Session, row: HandOver, change: Change) -> None:
        """Who is on duty next hears that a sheet waits, where the file knows who it is and how to reach them."""
        rules = self.config.handover
        if rules is None or change.takes is None:
            return
        on_duty = self.config.teams[rules.team].on_duty.get(change.takes.name, "")
        sheet = read_sheet(row.sheet)
        shift = shift_name(sheet)
        said = Said(
            name=f"handover-{row.id}/offered",
            state="handover",
            title=Text(f"{shift.en}: a hand-over waits to be accepted", f"{shift.zh}：有交接班等待接班"),
            why=Text(
                f"Open alerts: {len(sheet.incidents)}, without an owner: {sheet.without_owner}.",
                f"未结告警：{len(sheet.incidents)}，无人负责：{sheet.without_owner}。",
            ),
            at=row.offered_at,
            link=self.config.page_address(PAGE),
        )
        put(session, self.site, said, ways_to(self.config.people, on_duty))

    def _tell_accepted(self, session: Session, row: HandOver, now: int) -> None:
        """Who was told that nobody accepted hears that somebody did."""
        rules = self.config.handover
        if not row.told or rules is None:
            return
        shift = shift_name(read_sheet(row.sheet))
        said = Said(
            name=f"handover-{row.id}/accepted",
            state="accepted",
            title=Text(f"{shift.en}: the hand-over is accepted", f"{shift.zh}：已接班"),
            why=Text("Somebody has taken the shift over.", "已有人接班。"),
            at=now,
            link=self.config.page_address(PAGE),
        )
        put(session, self.site, said, self.config.teams[rules.team].notify)

    def _line(self, by: By, moved: tuple[str, str], why: Text, comment: str = "") -> Transition:
        return Transition(
            site=self.site,
            at=by.now,
            kind="handover",
            who=by.who,
            from_state=moved[0],
            to_state=moved[1],
            why=why.by_language(),
            comment=comment or None,
            origin=by.origin,
        )

    def _owner_line(self, incident: Incident, by: By, before: str, why: Text) -> Transition:
        line = self._line(by, (before, incident.work), why)
        line.kind, line.incident_id = "owner", incident.id
        return line

    def _select(self, *which: ColumnElement[bool]) -> Select[HandOver]:
        return select(HandOver).where(HandOver.site == self.site, *which)


def is_offered() -> ColumnElement[bool]:
    """Whether a hand-over waits to be accepted."""
    return and_(HandOver.accepted_at.is_(None), HandOver.replaced_at.is_(None))


def shift_name(sheet: Sheet) -> Text:
    """What people call the shift that takes over."""
    takes = sheet.takes or {}
    return Text(takes.get("en", "The next shift"), takes.get("zh", takes.get("en", "下一班")))


def _offered_why(row: HandOver, sheet: Sheet) -> Text:
    who, digest = row.offered_by, digest_of(sheet)
    return Text(f"hand-over {row.id} offered by {who} (sheet {digest})", f"{who} 提交交接班 {row.id}（交接单 {digest}）")


def _refusal(row: HandOver, by: By, *, second_person: bool) -> Outcome | None:
    if row.accepted_at is not None:
        text = Text(f"it was accepted by {row.accepted_by} already", f"已由 {row.accepted_by} 接班")
        return Outcome(answer=Answer.CHANGED, text=text)
    if row.replaced_at is not None:
        return Outcome(answer=Answer.CHANGED, text=Text("a newer one took its place", "已被新的交接班取代"))
    if second_person and bare_name(row.offered_by) == bare_name(by.who):
        return Outcome(answer=Answer.AUTHOR, text=Text("another person than who offered it must accept it", "须由提交人以外的人接班"))
    return None


def _accepted_why(row: HandOver, by: By, moved: int) -> Text:
    """Without log-in names prove nothing: who took over from themselves is not kept from it, but everybody can read it."""
    is_own = bare_name(row.offered_by) == bare_name(by.who)
    en, zh = (", who offered it too", "（亦为提交人）") if is_own else ("", " ")
    return Text(
        f"hand-over {row.id} accepted by {by.who}{en}; alerts moved: {moved}", f"{by.who}{zh}接受交接班 {row.id}，转交告警 {moved} 条"
    )


def _is_handed(held: HeldIncident, now: Incident) -> bool:
    """Whether the owner of the sheet still owns it, or lost it only by the end of their shift."""
    if now.owner is not None:
        return now.owner == held.owner
    return now.work == Work.OPEN and now.level >= held.level


def handed_why(owner: str, to: str) -> Text:
    """What the log says of an alert that is handed over; who accepts their own sheet keeps it."""
    if bare_name(owner) == bare_name(to):
        return Text(f"kept by {to} at the hand-over", f"交接后仍由 {to} 负责")
    return Text(f"handed over by {owner} to {to}", f"由 {owner} 交接给 {to}")
