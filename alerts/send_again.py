"""A message that was given up is sent again because somebody says so: with the same key, so that a receiver that has it can know it.

In: which, who and when. Out: an `Outcome`; the message waits again, with a line in the event log.
"""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.actions import Answer, Outcome
from alerts.silences import By
from pulse.text import Text
from sql.duty import Notice
from sql.event_log import append
from sql.models import OutboxMessage, Transition
from sql.session import Database

TRIED_ONCE = 1
"""So many tries count as made: told alone with its own key, and tried some six times more."""


def send_again(database: Database, site: str, message_id: int, channels: Collection[str], by: By) -> Outcome:
    """Puts a message about an alert back; changed where it was not given up, no_channel where the file has its channel no longer."""
    return _again(database, OutboxMessage, (site, message_id), channels, by)


def send_notice_again(database: Database, site: str, notice_id: int, channels: Collection[str], by: By) -> Outcome:
    """The same for a message about no single alert."""
    return _again(database, Notice, (site, notice_id), channels, by)


def _again(
    database: Database, table: type[OutboxMessage] | type[Notice], which: tuple[str, int], channels: Collection[str], by: By
) -> Outcome:
    site, number = which
    with database.write() as session:
        row = session.get(OutboxMessage, number) if table is OutboxMessage else session.get(Notice, number)
        if row is None or row.site != site:
            return Outcome(answer=Answer.GONE, text=Text("there is no such message", "没有该消息"))
        if row.channel not in channels:
            return Outcome(
                answer=Answer.NO_CHANNEL, text=Text(f"the file has no channel {row.channel}", f"配置文件中没有渠道 {row.channel}")
            )
        waiting = (
            update(table)
            .where(table.id == number, table.given_up_at.is_not(None), table.sent_at.is_(None))
            .values(given_up_at=None, due_at=by.now, attempts=TRIED_ONCE)
            .returning(table.id)
            .execution_options(synchronize_session=False)
        )
        if session.scalar(waiting) is None:
            return Outcome(answer=Answer.CHANGED, text=Text("it was not given up", "该消息未被放弃"))
        return _logged(session, row, by)


def _logged(session: Session, row: OutboxMessage | Notice, by: By) -> Outcome:
    why = Text(f"{row.channel} is told again, says {by.who}", f"{by.who} 重新发送至 {row.channel}")
    line = Transition(
        site=row.site,
        at=by.now,
        incident_id=row.incident_id if isinstance(row, OutboxMessage) else None,
        kind="delivery",
        who=by.who,
        from_state="given_up",
        to_state="waiting",
        why=why.by_language(),
        origin=by.origin,
    )
    append(session, line)
    return Outcome(answer=Answer.DONE, text=why)
