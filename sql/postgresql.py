"""What is special to PostgreSQL: one writer at a time as with SQLite, readers that see one state, texts it would refuse.

In: the URL of a database that exists. Out: an engine.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event

from pulse.storable import storable, storable_json
from sql.session import WRITES, to_json

WAITS_S, FROZEN_S = 15, 10
"""How long a writer waits for its turn; after how long one that stands still loses its turn, so that those who wait go on."""
_ONE_WRITER = 7_085_736_367
"""Any number: the same for all who write here, and nobody else's."""
_TURN = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
    f" SELECT set_config('lock_timeout', '{WAITS_S}s', true), set_config('idle_in_transaction_session_timeout', '{FROZEN_S}s', true),"
    f" pg_advisory_xact_lock({_ONE_WRITER})"
)
_CUT_OFF = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A server that is gone without a word is noticed within some ten seconds."""


class _AnyText(StrDumperUnknown):
    """A text as it is, but for the one sign PostgreSQL has no place for: a name from outside must not stop all that is written with it."""

    def dump(self, obj: str) -> Any:
        return super().dump(storable(obj))


def postgresql_engine(url: URL) -> Engine:
    """The engine of a database; what its URL says of the connection counts."""
    cut_off = {name: value for name, value in _CUT_OFF.items() if name not in url.query}
    engine = create_engine(
        url,
        connect_args=cut_off,
        isolation_level="REPEATABLE READ",
        pool_pre_ping=True,
        json_serializer=to_storable,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    connection.adapters.register_dumper(str, _AnyText)


def _on_begin(connection: Connection) -> None:
    # Ids grow in the order of commits then, and what a writer has read still is so when it writes: both are relied on everywhere.
    # A writer that kept to the state it began with would not see what was committed while it waited.
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql(_TURN)


def of_clean_rows(cursor: Any) -> None:
    """Lets a cursor that is given `storable_row`s write texts as the driver does, at a third of the price."""
    cursor.adapters.register_dumper(str, StrDumperUnknown)


def storable_row(row: Sequence[Any]) -> Sequence[Any]:
    """A row without the one sign PostgreSQL has no place for."""
    for value in row:
        if isinstance(value, str) and "\0" in value:
            return [storable(one) if isinstance(one, str) else one for one in row]
    return row


def to_storable(value: Any) -> str:
    """What stands for a value in a column of JSON, without the one sign PostgreSQL has no place for."""
    return storable_json(to_json(value))
