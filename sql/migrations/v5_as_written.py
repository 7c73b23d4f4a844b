"""On PostgreSQL minutes, and the distributions of sums, are kept as they were written: no question is put to what they hold."""

from alembic.operations import Operations

_READ_WHOLE = (("interval_rows", "tally"), ("rollups", "spread"), ("slices", "spread"))


def upgrade(operations: Operations) -> None:
    """Version 4 → 5."""
    if operations.get_bind().dialect.name != "postgresql":
        return
    for table, column in _READ_WHOLE:
        operations.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE json USING {column}::json")
