"""What the console receives: the open incidents, gravest and oldest first, with what a person needs to act."""

import msgspec

from alerts.frame import AlertsFrame, Contributor, IncidentRow, Signal, Work
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
    is_over: bool
    """Its alert has cleared: it waits to be closed with its cause."""
    may_close: bool
    not_told: tuple[str, ...]
    """Channels that could not be told of it."""
    runbook: str | None


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
        unowned=sum(incident.work is Work.OPEN and not is_over(incident) for incident in alerts.incidents),
        rows=rows,
        more=len(alerts.incidents) - len(rows),
    )


def _row(incident: IncidentRow) -> ConsoleRow:
    return ConsoleRow(
        id=incident.id,
        version=incident.version,
        level=incident.level,
        status=incident_status(incident.level, stands=not is_over(incident)),
        title=incident.title,
        why=incident.why,
        scope=incident.scope,
        owner=incident.owner,
        opened_at=incident.opened_at,
        acknowledge_by=incident.acknowledge_by if incident.work is Work.OPEN and not is_over(incident) else None,
        contributors=incident.contributors[:CONTRIBUTORS],
        no_data=incident.no_data,
        drill=incident.drill,
        is_over=is_over(incident),
        may_close=is_over(incident) or incident.no_data,
        not_told=incident.not_told,
        runbook=incident.runbook,
    )


def is_over(incident: IncidentRow) -> bool:
    """Whether its alert has cleared and it only waits for a person to close it."""
    return incident.signal is Signal.OK and not incident.no_data
