"""Reminders, each given once: a silence that is about to end, to its author; an action past its date, to its owner, then weekly.

In: now. Out: messages and a line of the event log, in one transaction with the mark that it was given, so that nobody who is
killed in between gives it twice. It goes to the person's own channels, else to those of the rules it is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.follow_ups import Reminder, due_reminders
from alerts.follow_ups import State as Promised
from alerts.frame import MACHINE
from alerts.notices import Said, put
from alerts.rows import row_of
from alerts.silences import WARN_BEFORE_MS, Wanted, hidden
from pulse.clock import local_time
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.maintenance import matches
from pulse.people import ways_to
from pulse.text import Text
from sql.duty import GivenReminder
from sql.event_log import append
from sql.models import FollowUp, Incident, SilenceRow, Transition, is_open
from sql.session import Database

EVERY_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One reminder, and whom it is for."""

    key: str
    said: Said
    channels: Sequence[str]
    whom: str
    incident_id: int | None = None


class Reminders:
    """The reminders of one site."""

    def __init__(self, database: Database, config: Config) -> None:
        self._database = database
        self._config = config
        self._site = config.site.name
        self._due_at = 0

    def sweep(self, now: int, _board: Board | None = None) -> int:
        """Gives what is due at an instant (epoch ms), looking every ten seconds; how many messages there are to send."""
        if now < self._due_at:
            return 0
        self._due_at = now + EVERY_MS
        with self._database.read() as session:
            is_due = bool(self._ending(session, now) or self._late(session, now))
        if not is_due:
            return 0
        with self._database.write() as session:
            silences = sum(self._warn(session, row, now) for row in self._ending(session, now))
            return silences + sum(self._remind(session, one, now) for one in self._late(session, now))

    def _ending(self, session: Session, now: int) -> list[SilenceRow]:
        """Silences in their last quarter of an hour, but for those that were made within it: their authors know."""
        row = SilenceRow
        ends = (row.ends_at > now, row.ends_at <= now + WARN_BEFORE_MS, row.lifted_at.is_(None), row.made_at < row.ends_at - WARN_BEFORE_MS)
        found = session.scalars(select(row).where(row.site == self._site, *ends).order_by(row.ends_at, row.id)).all()
        given = self._given(session, (_silence_key(one) for one in found))
        return [one for one in found if _silence_key(one) not in given]

    def _late(self, session: Session, now: int) -> list[Reminder]:
        query = select(FollowUp).where(FollowUp.site == self._site, FollowUp.state == Promised.OPEN.value, FollowUp.due_at <= now)
        found = due_reminders(session.scalars(query), now)
        given = self._given(session, (one.key for one in found))
        return [one for one in found if one.key not in given]

    def _given(self, session: Session, keys: Iterable[str]) -> set[str]:
        wanted = list(keys)
        return set(session.scalars(select(GivenReminder.key).where(GivenReminder.key.in_(wanted)))) if wanted else set()

    def _warn(self, session: Session, row: SilenceRow, now: int) -> int:
        until, what = local_time(row.ends_at, self._config.zone), f"{row.rule} / {row.scope}"
        open_rows = [
            row_of(one)
            for one in session.scalars(select(Incident).where(Incident.site == self._site, is_open(), Incident.drill.is_(False)))
        ]
        wanted = Wanted(rule=row.rule, scope=row.scope, level=row.level, starts_at=row.starts_at, ends_at=row.ends_at)
        count = len(hidden(wanted, open_rows))
        said = Said(
            name=f"silence-{row.id}/ends",
            state="reminder",
            title=Text(f"A silence ends soon: {what}", f"静默即将结束：{what}"),
            why=Text(
                f"It ends at {until}. Open alerts it hides: {count}; what still stands then is told.",
                f"将于 {until} 结束。当前隐藏未结告警 {count} 条；届时仍存在的告警将会通知。",
            ),
            at=now,
            link=self._config.page_address("silences"),
        )
        channels = ways_to(self._config.people, row.who) or self._ways_of_rules(row)
        return self._give(session, _Due(key=_silence_key(row), said=said, channels=channels, whom=row.who))

    def _remind(self, session: Session, one: Reminder, now: int) -> int:
        follow_up = one.follow_up
        incident = session.get_one(Incident, follow_up.incident_id)
        rule = self._config.rules.get(incident.rule)
        said = Said(
            name=f"action-{follow_up.id}/late-{one.number}",
            state="reminder",
            title=Text(f"An action is past its date: {follow_up.what}", f"改进措施已过期：{follow_up.what}"),
            why=Text(
                f"Action {follow_up.id} of incident {incident.id}, days past its date: {one.days_late + 1}.",
                f"事件 {incident.id} 的改进措施 {follow_up.id}，已过期 {one.days_late + 1} 天。",
            ),
            at=now,
            link=self._config.page_address(f"incident?id={incident.id}"),
        )
        channels = ways_to(self._config.people, follow_up.owner) or (rule.channels(incident.level) if rule else ())
        return self._give(session, _Due(key=one.key, said=said, channels=channels, whom=follow_up.owner, incident_id=incident.id))

    def _ways_of_rules(self, row: SilenceRow) -> Sequence[str]:
        """The channels that are kept quiet by it."""
        rules = (rule for name, rule in self._config.rules.items() if matches(name, row.rule))
        return tuple(dict.fromkeys(channel for rule in rules for channel in rule.channels(row.level)))

    def _give(self, session: Session, due: _Due) -> int:
        session.add(GivenReminder(key=due.key, site=self._site, at=due.said.at))
        moved = {"kind": "reminder", "from_state": "due", "to_state": "given" if due.channels else "not_given"}
        why = _given_why(due).by_language()
        append(session, Transition(site=self._site, at=due.said.at, incident_id=due.incident_id, who=MACHINE, why=why, **moved))
        return put(session, self._site, due.said, due.channels)


def _given_why(due: _Due) -> Text:
    title = due.said.title
    if due.channels:
        return Text(f"{due.whom} reminded: {title.en}", f"已提醒 {due.whom}：{title.zh}")
    return Text(f"no channel leads to {due.whom}: {title.en}", f"没有通往 {due.whom} 的渠道：{title.zh}")


def _silence_key(row: SilenceRow) -> str:
    return f"{row.site}/silence-{row.id}/ends"
