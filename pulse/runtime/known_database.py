"""The database of a site that has run, for commands: they look and act, and never make one.

In: its URL. Out: the database, or RefusedToStart with one line that says where, what was found and what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, InterfaceError

from pulse.runtime.refusal import RefusedToStart
from sql.session import Database, NewerSchema, checked_url, open_database

_AWAY = (DatabaseError, InterfaceError, NewerSchema, PermissionError)


@contextmanager
def known_database(given: str) -> Iterator[Database]:
    """The database behind a SQLAlchemy URL; raises RefusedToStart where there is none or it does not answer, ConfigError for no URL."""
    url = checked_url(given)
    place = _place(url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise RefusedToStart(f"{place}: there is no database, expected one that `pulse up` made: start it once, or give another --config")
    try:
        with open_database(given) as database:
            yield database
    except _AWAY as error:
        raise RefusedToStart(f"{place}: {_reason(error)}; expected a database that answers: see who holds it, then try again") from error


def _place(url: URL) -> str:
    """Where it is, without a password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()


def _reason(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
