"""All routes of the API: the one table that requests are checked by, answers are formed by and the description is made of.

In: nothing. Out: operations.
"""

from functools import cache

from dashboard.api import boards, contacts, figures, incidents, kpis, snapshots
from dashboard.api.operation import Operation

_FILES = (kpis, figures, boards, incidents, snapshots, contacts)


@cache
def operations() -> tuple[Operation, ...]:
    """Every route."""
    return tuple(operation for file in _FILES for operation in file.operations())
