"""Incidents belong to a drill or to none, and one of each may be open of a rule in a scope."""

import sqlalchemy as sa
from alembic.operations import Operations

_ONE_OPEN = "ux_incidents_one_open"


def upgrade(operations: Operations) -> None:
    """Version 2 → 3."""
    operations.add_column("incidents", sa.Column("drill_id", sa.BigInteger()))
    operations.create_index("ix_incidents_drill_id", "incidents", ["drill_id"])
    operations.drop_index(_ONE_OPEN, "incidents")
    is_open = sa.text("work != 'closed' AND work != 'reviewed'")
    columns = ["site", "rule", "scope", "drill"]
    operations.create_index(_ONE_OPEN, "incidents", columns, unique=True, sqlite_where=is_open, postgresql_where=is_open)
