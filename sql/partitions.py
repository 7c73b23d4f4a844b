"""Large tables by month, on PostgreSQL: a month's rows are in a table of their own, so that an old month is dropped, not deleted.

In: instants of rows that are about to be written (epoch ms). Out: the tables they go to; SQLite needs none.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.orm import DeclarativeBase, Session

from sql.contact_tables import AgentTime, ComplaintRow, ContactRow
from sql.models import BoardMinute, Minute
from sql.rollup_tables import Repeat, Rollup, Slice

LARGE: tuple[type[DeclarativeBase], ...] = (Minute, BoardMinute, Rollup, Slice, Repeat, ContactRow, ComplaintRow, AgentTime)
"""The tables that are kept by month."""
_ready: "WeakKeyDictionary[Engine, set[tuple[str, str]]]" = WeakKeyDictionary()
"""By database: which months of which tables are known to be there."""


@event.listens_for(Minute.__table__, "after_create")
def _keep_as_it_comes(_table: object, connection: Connection, **_: object) -> None:
    """To press together what is read whole and soon deleted takes PostgreSQL longer than to write it; months take it over."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE minutes ALTER COLUMN queues SET STORAGE EXTERNAL"))


def make_ready(session: Session, model: type[DeclarativeBase], instants: Iterable[int]) -> None:
    """Sees to it that each instant's month has a table; what waits for it among the rest is moved there."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    known = _ready.setdefault(connection.engine, set())
    for month in sorted({month_of(at) for at in instants}):
        if (model.__tablename__, month) in known:
            continue
        if inspect(connection).has_table(f"{model.__tablename__}_{month}"):
            known.add((model.__tablename__, month))
        else:
            # Known only once it was found: it is undone where the rows are, and made again with the next.
            _make(connection, model.__tablename__, month)


def make_rest(connection: Connection) -> None:
    """Sees to it that each large table takes rows of any instant, should a month's table be missing."""
    if connection.dialect.name != "postgresql":
        return
    for model in LARGE:
        name = model.__tablename__
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name}_rest PARTITION OF {name} DEFAULT"))


def months_before(connection: Connection, table: str, month: str) -> list[str]:
    """The months' tables of a large table that are wholly before a month such as 202611."""
    start = len(table) + 1
    names = (name for name in inspect(connection).get_table_names() if name.startswith(f"{table}_"))
    return sorted(name for name in names if name[start:].isdigit() and name[start:] < month)


def month_of(at: int) -> str:
    """The month of an instant, as 202611, in UTC."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y%m}"


def _make(connection: Connection, table: str, month: str) -> None:
    name, (start, end) = f"{table}_{month}", _bounds(month)
    moved = f"WITH moved AS (DELETE FROM {table}_rest WHERE at >= {start} AND at < {end} RETURNING *)"  # noqa: S608 - numbers and our own names
    for statement in (
        f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)",
        f"{moved} INSERT INTO {name} SELECT * FROM moved",  # noqa: S608
        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})",
    ):
        connection.execute(text(statement))


def _bounds(month: str) -> tuple[int, int]:
    year, number = int(month[:4]), int(month[4:])
    first, following = datetime(year, number, 1, tzinfo=UTC), datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return round(first.timestamp() * 1000), round(following.timestamp() * 1000)
