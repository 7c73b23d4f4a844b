"""What the console receives: the open incidents, gravest and oldest first, with what a person needs to act."""

import msgspec

from alerts.frame import AlertsFrame, Contributor, IncidentRow, Work
from dashboard.status import Status, incident_status

ROWS, CONTRIBUTORS = 50, 3


class ConsoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One open incident on the console."""

    id: int
    version: int
    level: int
    status: Status
    title: dict[str, str]
    why: dict[str, str]
    scope: str
    owner: str | None
    opened_at: int
    acknowledge_by: int | None
    """None once somebody owns it."""
    contributors: tuple[Contributor, ...]
    no_data: bool
    drill: bool


class ConsoleFrame(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the console draws; `unowned` counts the rows that wait for an owner."""

    seq: int
    at: int
    sent: int
    unowned: int
    rows: list[ConsoleRow]
    more: int


def console_frame(alerts: AlertsFrame, seq: int, sent: int) -> ConsoleFrame:
    """The frame for every console; rows past the first fifty are counted."""
    rows = [_row(incident) for incident in alerts.incidents[:ROWS]]
    return ConsoleFrame(
        seq=seq,
        at=alerts.at,
        sent=sent,
        unowned=sum(incident.work is Work.OPEN for incident in alerts.incidents),
        rows=rows,
        more=len(alerts.incidents) - len(rows),
    )


def _row(incident: IncidentRow) -> ConsoleRow:
    return ConsoleRow(
        id=incident.id,
        version=incident.version,
        level=incident.level,
        status=incident_status(incident.level),
        title=incident.title,
        why=incident.why,
        scope=incident.scope,
        owner=incident.owner,
        opened_at=incident.opened_at,
        acknowledge_by=incident.acknowledge_by if incident.work is Work.OPEN else None,
        contributors=incident.contributors[:CONTRIBUTORS],
        no_data=incident.no_data,
        drill=incident.drill,
    )
