"""What the console receives: the open incidents, gravest and oldest first, with what a person needs to act."""

from collections.abc import Callable, Iterable

import msgspec

from alerts.frame import Contributor, IncidentRow, Muted, Work
from dashboard.status import Status, incident_status
from pulse.kpi.kpi import Unit
from pulse.text import Language, Text, itself
from pulse.written import written

CONTRIBUTORS = 5


class ConsoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One open incident on the console."""

    id: int
    version: int
    level: int
    status: Status
    title: dict[str, str]
    why: dict[str, str]
    rule: str
    scope: str
    place: dict[str, str]
    """What people call the scope."""
    owner: str | None
    opened_at: int
    peak: dict[str, str] | None
    """The worst of its figure while it stood, as people read it; None where it is not known."""
    acknowledge_by: int | None
    """None once somebody owns it or its alert is over."""
    contributors: tuple[Contributor, ...]
    no_data: bool
    drill: bool
    mitigated: bool
    """The harm is contained, somebody says."""
    is_over: bool
    """Its alert has cleared: it waits to be closed with its cause."""
    may_close: bool
    flapping: bool
    """It comes and goes too often to be told each time."""
    muted: Muted | None
    """What keeps it quiet."""
    not_told: tuple[str, ...]
    """Channels that could not be told of it."""
    rule_owner: dict[str, str] | None
    """Who answers for its rule, by language."""
    runbook: str | None
    """An address of the web; any other is not shown."""


def only_name(scope: str) -> dict[str, str]:
    """What people call a scope for which nobody gave a name."""
    return itself(scope).by_language()


def console_rows(incidents: Iterable[IncidentRow], place_of: Callable[[str], dict[str, str]] = only_name) -> list[ConsoleRow]:
    """A row for each open incident, in their order; `place_of` says what people call a scope."""
    return [_row(incident, place_of(incident.scope)) for incident in incidents]


def is_heard(incident: IncidentRow) -> bool:
    """Whether it counts for the verdict: its signal stands, nothing keeps it quiet, and it is no drill."""
    return not incident.drill and not incident.is_over and incident.muted is None


def _row(incident: IncidentRow, place: dict[str, str]) -> ConsoleRow:
    over = incident.is_over
    return ConsoleRow(
        id=incident.id,
        version=incident.version,
        level=incident.level,
        status=incident_status(incident.level, stands=not over),
        title=incident.title,
        why=incident.why,
        rule=incident.rule,
        scope=incident.scope,
        place=place,
        owner=incident.owner,
        opened_at=incident.opened_at,
        peak=_peak(incident),
        acknowledge_by=incident.acknowledge_by if incident.work is Work.OPEN and not over else None,
        contributors=incident.contributors[:CONTRIBUTORS],
        no_data=incident.no_data,
        drill=incident.drill,
        mitigated=incident.work is Work.MITIGATED,
        is_over=over,
        may_close=over or incident.no_data,
        flapping=incident.flapping,
        muted=incident.muted,
        not_told=incident.not_told,
        rule_owner=incident.rule_owner,
        runbook=_web_address(incident.runbook),
    )


def _peak(incident: IncidentRow) -> dict[str, str] | None:
    if incident.peak is None or incident.unit is None:
        return None
    return Text(*(written(incident.peak, Unit(incident.unit), language) for language in Language)).by_language()


def _web_address(runbook: str | None) -> str | None:
    return runbook if runbook and runbook.lower().startswith(("https://", "http://")) else None
