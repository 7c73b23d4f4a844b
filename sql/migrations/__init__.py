"""Brings the tables of an earlier program to the layout of this one, one version at a time.

In: a connection within a transaction, and the version it was left at. Out: the tables as sql/models.py has them; new tables
are made by `create_all`, so a file here only changes tables that were there before.
"""

from importlib import import_module
from pkgutil import iter_modules

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection


def migrate(connection: Connection, found: int, wanted: int) -> None:
    """Applies every step from version `found` up to `wanted`, in order."""
    with Operations.context(MigrationContext.configure(connection)) as operations:
        for version in range(found + 1, wanted + 1):
            import_module(f"{__name__}.{step_names()[version]}").upgrade(operations)


def step_names() -> dict[int, str]:
    """The module of each version that can be reached by a step, such as v2_chained_log."""
    names = (module.name for module in iter_modules(__path__))
    return {int(name.partition("_")[0].removeprefix("v")): name for name in names}
