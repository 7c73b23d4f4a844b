"""What the open alerts say together: counted once when they change, not for every Board and layout.

In: the open incidents, gravest first. Out: how many stand, how bad they make the verdict, what walls sound for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from alerts.frame import IncidentRow
from dashboard.incidents import is_heard
from dashboard.status import Status, incident_status, worst

GRAVEST = 1


class AlertCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Standing alerts, drills left out: those of levels I and II make the verdict critical, the others a warning."""

    grave: int
    other: int


@dataclass(frozen=True)
class OpenAlerts:
    """The open alerts of one moment."""

    incidents: tuple[IncidentRow, ...] = ()

    @cached_property
    def counts(self) -> AlertCounts:
        """How many count for the verdict."""
        heard = [incident_status(row.level) for row in self.incidents if is_heard(row)]
        grave = heard.count(Status.CRITICAL)
        return AlertCounts(grave=grave, other=len(heard) - grave)

    @cached_property
    def status(self) -> Status:
        """How bad they make the verdict; unknown where none counts."""
        return worst({incident_status(row.level) for row in self.incidents if is_heard(row)})

    @cached_property
    def is_pinned(self) -> bool:
        """Whether one of level I stands: screens stay on the page that shows alerts."""
        return any(row.level == GRAVEST for row in self._standing)

    @cached_property
    def sounds(self) -> Sequence[tuple[int, int]]:
        """Level and number of the alerts that nobody owns yet: of each level the newest, gravest level first."""
        return _newest(row for row in self._standing if row.owner is None and not row.no_data)

    @cached_property
    def _standing(self) -> tuple[IncidentRow, ...]:
        return tuple(row for row in self.incidents if not row.is_over and row.muted is None)


def _newest(rows: Iterable[IncidentRow]) -> list[tuple[int, int]]:
    newest: dict[int, int] = {}
    for row in rows:
        newest[row.level] = max(row.id, newest.get(row.level, 0))
    return sorted(newest.items())
