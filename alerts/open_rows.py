"""The open incidents by their ids and in the order of screens; what changes one row costs no more for all that stay.

In: rows one by one. Out: all of them, gravest and oldest first.
"""

from collections.abc import Iterable

from alerts.frame import IncidentRow, order_of


class OpenRows:
    """All rows, as they are now."""

    def __init__(self, rows: Iterable[IncidentRow] = ()) -> None:
        self._rows = {row.id: row for row in rows}
        self._in_order: tuple[IncidentRow, ...] | None = None

    def get(self, number: int) -> IncidentRow | None:
        """The row of an incident; None where it is not open."""
        return self._rows.get(number)

    def put(self, row: IncidentRow) -> None:
        """Takes a row that is new or other than it was."""
        self._rows[row.id] = row
        self._in_order = None

    def drop(self, number: int) -> bool:
        """Forgets an incident that is closed; whether it was there."""
        self._in_order = None
        return self._rows.pop(number, None) is not None

    @property
    def in_order(self) -> tuple[IncidentRow, ...]:
        """All rows; the same object until one of them changes."""
        if self._in_order is None:
            self._in_order = tuple(sorted(self._rows.values(), key=order_of))
            # What lies in order is sorted again in no time.
            self._rows = {row.id: row for row in self._in_order}
        return self._in_order
