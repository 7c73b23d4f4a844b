"""The index that keeps one open incident for each rule and scope: made anew where a program made it that knew no reviewed ones.

In: a connection to the database. Out: an index whose condition is the one of the models.
"""

from typing import cast

from sqlalchemy import Connection, Index, Table, text

from sql.models import Incident

_NAME = "ux_incidents_one_open"
_WRITTEN = {
    "sqlite": "select sql from sqlite_master where type = 'index' and name = :name",
    "postgresql": "select indexdef from pg_indexes where schemaname = current_schema() and indexname = :name",
}


def renew_open_index(connection: Connection) -> bool:
    """Makes the index anew where it counts reviewed incidents as open; whether it had to. Else a raise would find the place taken."""
    stands = connection.scalar(text(_WRITTEN[connection.dialect.name]), {"name": _NAME})
    if stands is None or "reviewed" in stands:
        return False
    index = _index()
    index.drop(connection)
    index.create(connection)
    return True


def _index() -> Index:
    table = cast(Table, Incident.__table__)
    return next(index for index in table.indexes if index.name == _NAME)
