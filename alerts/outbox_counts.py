"""How the outbox of a site stands, channel by channel: what waits, since when, what was given up.

In: the database. Out: counts; touches nothing.
"""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from sql.models import OutboxMessage
from sql.session import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCounts:
    """The messages of one channel."""

    channel: str
    waiting: int
    oldest_at: int | None
    """When the oldest that waits was put there (epoch ms); None where none waits."""
    sent: int
    given_up: int
    tries: int


def counts_by_channel(database: Database, site: str) -> list[ChannelCounts]:
    """Every channel that ever had a message, by name."""
    row = OutboxMessage
    waits = and_(row.sent_at.is_(None), row.given_up_at.is_(None))
    query = (
        select(
            row.channel,
            func.sum(case((waits, 1), else_=0)),
            func.min(case((waits, row.created_at))),
            func.count(row.sent_at),
            func.count(row.given_up_at),
            func.sum(row.attempts),
        )
        .where(row.site == site)
        .group_by(row.channel)
        .order_by(row.channel)
    )
    with database.read() as session:
        return [
            ChannelCounts(channel=name, waiting=int(waiting), oldest_at=oldest_at, sent=sent, given_up=given_up, tries=int(tries))
            for name, waiting, oldest_at, sent, given_up, tries in session.execute(query)
        ]
