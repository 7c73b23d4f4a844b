"""Writes many rows at once, past the object mapper: the driver's own way of either database.

In: a session that writes, a table, and rows as tuples in the order of its columns. Out: rows in the table, in the same transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import CompoundSelect, CursorResult, Select, Table, exc, union_all
from sqlalchemy.orm import DeclarativeBase, Session

from sql.parts import parts
from sql.session import to_json

Row = Sequence[Any]
_ROWS_AT_ONCE, _QUESTIONS_AT_ONCE = 100, 100


def insert_rows(session: Session, model: type[DeclarativeBase], rows: Iterable[Row]) -> None:
    """Adds rows that are not there yet; raises IntegrityError, or the driver's own, where one is."""
    table, coming = _table(model), iter(rows)
    first = next(coming, None)
    if first is None:
        return
    connection, written = session.connection(), chain([first], coming)
    if connection.dialect.name == "postgresql":
        # Row by row: the server lays one out while the next is made.
        _copy(connection.connection.driver_connection, table.name, _columns(table), written)
    else:
        connection.exec_driver_sql(_insert("INSERT", table), list(written))


def put_rows(session: Session, model: type[DeclarativeBase], rows: Iterable[Row]) -> None:
    """Adds rows, each in place of one with the same key."""
    table, written = _table(model), list(rows)
    if not written:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _put_postgresql(connection.connection.driver_connection, table, written)
    else:
        connection.exec_driver_sql(_insert("INSERT OR REPLACE", table), written)


def rows_of(session: Session, query: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> Iterator[Row]:
    """What a query finds, as the driver gives it, at a lower price where rows are many: instants, names and texts only."""
    with closing(session.connection().execute(query)) as found:
        while rows := _fetched(found):
            yield from rows


def together(queries: Iterable[Select[*tuple[Any, ...]]]) -> Iterator[CompoundSelect[*tuple[Any, ...]]]:
    """The same questions, some at once: each is cheaper so, and SQLite takes no more than 500."""
    for some in parts(list(queries), _QUESTIONS_AT_ONCE):
        yield union_all(*some)


def as_json_of(session: Session) -> Callable[[Any], str]:
    """How a value of a JSON column is written in this database."""
    if session.get_bind().dialect.name == "postgresql":
        from sql.postgresql import to_storable  # noqa: PLC0415 - its driver is not everywhere

        return to_storable
    return to_json


def columns_of(model: type[DeclarativeBase]) -> tuple[str, ...]:
    """The names of a table's columns, in the order in which rows are written."""
    return tuple(column.name for column in _table(model).columns)


def _fetched(found: CursorResult[*tuple[Any, ...]]) -> Sequence[Row]:
    try:
        return found.cursor.fetchmany(_ROWS_AT_ONCE)
    except found.dialect.loaded_dbapi.Error as error:
        raise exc.DatabaseError("fetch", None, error) from error


def _table(model: type[DeclarativeBase]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not one table")
    return table


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


@cache
def _insert(how: str, table: Table) -> str:
    marks = ", ".join("?" * len(table.columns))
    return f"{how} INTO {table.name} ({_columns(table)}) VALUES ({marks})"


def _copy(connection: Any, table: str, columns: str, rows: Iterable[Row]) -> None:
    from sql.postgresql import of_clean_rows, storable_row  # noqa: PLC0415 - its driver is not everywhere

    with told_as_of_sqlalchemy(), connection.cursor() as cursor:
        of_clean_rows(cursor)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(storable_row(row))


@contextmanager
def told_as_of_sqlalchemy() -> Iterator[None]:
    """What the driver raises, as everything else of the database is raised: a lost one is told from a row that cannot be."""
    from psycopg import Error, InterfaceError, OperationalError  # noqa: PLC0415 - its driver is not everywhere

    try:
        yield
    except Error as error:
        lost = isinstance(error, OperationalError | InterfaceError)
        raise (exc.OperationalError if lost else exc.DatabaseError)("COPY", None, error) from error


def _put_postgresql(connection: Any, table: Table, rows: list[Row]) -> None:
    """COPY knows no conflict: the rows come by a table that is gone with the transaction's end."""
    name, columns = f"coming_{table.name}", _columns(table)
    keys = [column.name for column in table.primary_key]
    changed = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns if column.name not in keys)
    with told_as_of_sqlalchemy(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (LIKE {table.name}) ON COMMIT DROP")
        cursor.execute(f"TRUNCATE {name}")
        _copy(connection, name, columns, rows)
        does = f"UPDATE SET {changed}" if changed else "NOTHING"
        cursor.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {name} ON CONFLICT ({', '.join(keys)}) DO {does}"  # noqa: S608
        )
