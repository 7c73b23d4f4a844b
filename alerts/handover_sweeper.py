"""Sees to it that every shift is taken over: makes a sheet where nobody offered one, and tells a team while nobody accepts.

In: now and the Board. Out: messages in the outbox with the state they tell of, in one transaction. Due times are a column, so that whoever
is killed in between finds them again.
"""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from alerts.frame import MACHINE
from alerts.handover_sheet import Sheet, read_sheet
from alerts.handovers import PAGE, HandOvers, Seen, is_offered, shift_name
from alerts.notices import Said, put
from alerts.silences import By
from alerts.telling import named_team
from pulse.clock import local_time
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.kpi.shift import RunningShift, current_shift
from pulse.text import Text
from sql.duty import HandOver
from sql.event_log import append
from sql.models import Transition
from sql.session import Database


class HandOverSweeper:
    """The hand-overs of one site that are due; does nothing where the file has no [handover]."""

    def __init__(self, database: Database, config: Config) -> None:
        self._database = database
        self._config = config
        self._site = config.site.name
        self._hand_overs = HandOvers(database, config)
        self._seen_start: int | None = None
        """The shift that is known to have a hand-over."""

    def sweep(self, now: int, board: Board | None) -> int:
        """Does what is due at an instant (epoch ms); how many messages there are to send."""
        if self._config.handover is None:
            return 0
        shift = current_shift(self._config.planned_shifts, now)
        if shift is not None and shift.start != self._seen_start:
            self._expect(shift, now, board)
            self._seen_start = shift.start
        return self._tell_due(now)

    def _expect(self, shift: RunningShift, now: int, board: Board | None) -> None:
        """Makes a sheet for a shift that has begun without one; not in its second half, when it is too late to be of use."""
        if 2 * (now - shift.start) >= shift.end - shift.start or self._has_one(shift):
            return
        with self._database.write() as session:
            # Somebody may have offered one since it was looked for.
            if session.scalar(self._of(shift)) is None:
                self._hand_overs.offer_in(session, By(MACHINE, now), Seen(board=board))

    def _has_one(self, shift: RunningShift) -> bool:
        with self._database.read() as session:
            return session.scalar(self._of(shift)) is not None

    def _of(self, shift: RunningShift) -> Select[int]:
        known = or_(HandOver.accepted_at.is_not(None), is_offered())
        return select(HandOver.id).where(HandOver.site == self._site, HandOver.to_start == shift.start, known)

    def _tell_due(self, now: int) -> int:
        due = select(HandOver.id).where(HandOver.site == self._site, HandOver.due_at <= now, is_offered())
        with self._database.read() as session:
            found = session.scalar(due)
        if found is None:
            return 0
        with self._database.write() as session:
            row = session.scalar(select(HandOver).where(HandOver.id == found, HandOver.due_at <= now, is_offered()).with_for_update())
            return 0 if row is None else self._tell(session, row, now)

    def _tell(self, session: Session, row: HandOver, now: int) -> int:
        rules = self._config.handover
        if rules is None or row.due_at is None:
            return 0
        every_ms = round(rules.every * 1000)
        # Of the times that were missed while nothing ran only the newest is told.
        row.due_at += (1 + (now - row.due_at) // every_ms) * every_ms
        row.told += 1
        team = self._config.teams[rules.team]
        said = Said(
            name=f"handover-{row.id}/overdue-{row.told}",
            state="handover",
            title=_title(read_sheet(row.sheet)),
            why=self._why(row),
            at=now,
            link=self._config.page_address(PAGE),
        )
        why = _told_why(row.id, named_team(self._config, rules.team, now), is_told=bool(team.notify))
        moved = {"kind": "handover", "from_state": "offered", "to_state": "overdue"}
        append(session, Transition(site=self._site, at=now, who=MACHINE, why=why.by_language(), **moved))
        return put(session, self._site, said, team.notify)

    def _why(self, row: HandOver) -> Text:
        sheet = read_sheet(row.sheet)
        at, count, lost = local_time(sheet.at, self._config.zone), len(sheet.incidents), sheet.without_owner
        begun = (
            Text(f"Nobody offered a hand-over; the sheet was made at {at}", f"无人提交交接班；交接单生成于 {at}")
            if row.offered_by == MACHINE
            else Text(f"The sheet of {at} waits to be accepted", f"{at} 的交接单等待接班")
        )
        return Text(f"{begun.en}. Open alerts: {count}, without an owner: {lost}.", f"{begun.zh}。未结告警：{count}，无人负责：{lost}。")


def _title(sheet: Sheet) -> Text:
    shift = shift_name(sheet)
    return Text(f"{shift.en}: the hand-over was not accepted", f"{shift.zh}：尚未接班")


def _told_why(hand_over_id: int, named: Text, *, is_told: bool) -> Text:
    late = Text(f"hand-over {hand_over_id} not accepted in time", f"交接班 {hand_over_id} 未按时接班")
    if is_told:
        return Text(f"{late.en}: {named.en} told", f"{late.zh}：已通知{named.zh}")
    return Text(f"{late.en}: no channel leads to {named.en}", f"{late.zh}：未配置通知{named.zh}的渠道")
