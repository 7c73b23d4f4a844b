"""The event log is chained and tells of more than incidents; alerts have rungs; incidents have what escalation needs."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

_ADDED = (
    sa.Column("escalated_level", sa.Integer()),
    sa.Column("inhibited_by", sa.BigInteger()),
    sa.Column("owned_until", sa.BigInteger()),
    sa.Column("escalation_step", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("escalation_due_at", sa.BigInteger()),
)


def upgrade(operations: Operations) -> None:
    """Version 1 → 2."""
    with operations.batch_alter_table("transitions") as table:
        table.alter_column("incident_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("origin", sa.String(100)))
        table.add_column(sa.Column("hash", sa.String(64)))
    operations.add_column("incidents", sa.Column("worst_level", sa.Integer(), nullable=False, server_default="3"))
    operations.execute("UPDATE incidents SET worst_level = level")
    for column in _ADDED:
        operations.add_column("incidents", column)
    operations.create_index("ix_incidents_escalation_due_at", "incidents", ["escalation_due_at"])
    _add_rungs(operations)


def _add_rungs(operations: Operations) -> None:
    """A part of a primary key cannot be added in place: the rows move to a table that has it."""
    before = sa.table("signal_states_v1", sa.column("site"), sa.column("rule"), sa.column("scope"), sa.column("state"))
    operations.rename_table("signal_states", before.name)
    after = operations.create_table(
        "signal_states",
        sa.Column("site", sa.String(200), primary_key=True),
        sa.Column("rule", sa.String(200), primary_key=True),
        sa.Column("scope", sa.String(200), primary_key=True),
        sa.Column("rung", sa.Integer(), primary_key=True, autoincrement=False, server_default="0"),
        sa.Column("state", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    )
    operations.execute(after.insert().from_select(["site", "rule", "scope", "state"], sa.select(*before.c)))
    operations.drop_table(before.name)
