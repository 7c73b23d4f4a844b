"""All queues of a minute are in one row from here on; before, each had a row of its own."""

from alembic.operations import Operations

_BY_CHANNEL = "SELECT site, at, queue, {object}(channel, {tally}) AS channels FROM interval_rows GROUP BY site, at, queue"
_BY_QUEUE = "SELECT site, at, {object}(queue, {channels}) FROM ({by_channel}) AS one GROUP BY site, at"
_SQLITE = {"object": "json_group_object", "tally": "json(tally)", "channels": "json(channels)"}
_POSTGRESQL = {"object": "json_object_agg", "tally": "tally", "channels": "channels"}


def upgrade(operations: Operations) -> None:
    """Version 5 → 6."""
    is_postgresql = operations.get_bind().dialect.name == "postgresql"
    words = _POSTGRESQL if is_postgresql else _SQLITE
    if is_postgresql:
        # The rows go to the rest at first; a month's table takes them over when it is made.
        operations.execute("CREATE TABLE minutes_rest PARTITION OF minutes DEFAULT")
    whole = _BY_QUEUE.format(**words, by_channel=_BY_CHANNEL.format(**words))
    operations.execute(f"INSERT INTO minutes (site, at, queues) {whole}")
    operations.execute("DROP TABLE interval_rows")
