"""The event log is chained and tells of more than incidents; alerts have rungs; incidents have what escalation needs."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

_STATE = sa.JSON().with_variant(JSONB(), "postgresql")
_STANDS = ("raised", "clearing")
_DUE = "ix_outbox_due"
_ONE_OPEN = "ux_incidents_one_open"
_OF_A_RUNG = ("signal", "no_data", "proven_at", "held_ms")
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
        table.add_column(sa.Column("origin", sa.String()))
        table.add_column(sa.Column("hash", sa.String()))
    operations.add_column("incidents", sa.Column("worst_level", sa.Integer(), nullable=False, server_default="3"))
    operations.execute("UPDATE incidents SET worst_level = level")
    for column in _ADDED:
        operations.add_column("incidents", column)
    operations.create_index("ix_incidents_escalation_due_at", "incidents", ["escalation_due_at"])
    _count_reviewed_as_closed(operations)
    operations.add_column("outbox", sa.Column("batch", sa.String()))
    operations.drop_index(_DUE, "outbox")
    pending = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    operations.create_index(_DUE, "outbox", ["site", "channel", "due_at"], sqlite_where=pending, postgresql_where=pending)
    _hold_rungs(operations)


def _count_reviewed_as_closed(operations: Operations) -> None:
    """Else a raise would find the place of an incident taken that was reviewed."""
    is_open = sa.text("work != 'closed' AND work != 'reviewed'")
    operations.drop_index(_ONE_OPEN, "incidents")
    columns = ["site", "rule", "scope"]
    operations.create_index(_ONE_OPEN, "incidents", columns, unique=True, sqlite_where=is_open, postgresql_where=is_open)


def _hold_rungs(operations: Operations) -> None:
    """What was the whole state of a rule in a scope is the first of its rungs."""
    connection = operations.get_bind()
    table = sa.table("signal_states", *map(sa.column, ("site", "rule", "scope")), sa.column("state", _STATE))
    levels = {row.id: row.level for row in connection.execute(sa.text("SELECT id, level FROM incidents"))}
    for row in connection.execute(sa.select(table)).all():
        rung = {name: row.state[name] for name in _OF_A_RUNG if name in row.state}
        rest = {name: value for name, value in row.state.items() if name not in _OF_A_RUNG}
        key = (table.c.site == row.site, table.c.rule == row.rule, table.c.scope == row.scope)
        connection.execute(sa.update(table).where(*key).values(state={**rest, **_known(row.state, levels), "rungs": [rung]}))


def _known(state: dict[str, Any], levels: dict[int, int]) -> dict[str, Any]:
    """The level of what stands, and that people were told of it: else it would be raised and told once more."""
    level = levels.get(state.get("incident_id") or 0)
    if level is None or state.get("signal") not in _STANDS:
        return {}
    return {"level": level, "worst_level": level, "voice": {"told": "raised", "told_level": level, "level": level}}
