"""Every minute that was recorded is due to be summed up; on PostgreSQL the large tables are kept by month from here on."""

import sqlalchemy as sa
from alembic.operations import Operations

_QUARTER_MS = 900_000
_LARGE = ("interval_rows", "board_minutes")


def upgrade(operations: Operations) -> None:
    """Version 3 → 4."""
    quarter = f"at - at % {_QUARTER_MS}"
    operations.execute(f"INSERT INTO rollups_due (site, grain, at) SELECT DISTINCT site, '15m', {quarter} FROM interval_rows")  # noqa: S608
    if operations.get_bind().dialect.name == "postgresql":
        for table in _LARGE:
            _by_month(operations, table)


def _by_month(operations: Operations, table: str) -> None:
    """The rows go to the rest at first; a month's table takes them over when it is made."""
    columns = ", ".join(column["name"] for column in sa.inspect(operations.get_bind()).get_columns(table))
    columns_of_key = ", ".join(sa.inspect(operations.get_bind()).get_pk_constraint(table)["constrained_columns"])
    key = f"CONSTRAINT {table}_pkey PRIMARY KEY ({columns_of_key})"
    for statement in (
        f"ALTER TABLE {table} RENAME TO {table}_before",
        f"ALTER TABLE {table}_before DROP CONSTRAINT {table}_pkey",
        f"CREATE TABLE {table} (LIKE {table}_before INCLUDING DEFAULTS, {key}) PARTITION BY RANGE (at)",
        f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT",
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before",  # noqa: S608
        f"DROP TABLE {table}_before",
    ):
        operations.execute(statement)
