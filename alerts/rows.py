"""An incident between its three forms: what a sample tells, the row in SQL, the row on screens.

In: one form. Out: another; touches nothing.
"""

import msgspec

from alerts.frame import Contributor, IncidentRow, Muted, Signal, Work
from alerts.muting import Mute
from alerts.sample import Sample
from sql.models import Incident


def row_of(incident: Incident, not_told: tuple[str, ...] = ()) -> IncidentRow:
    """The incident as screens receive it."""
    return IncidentRow(
        id=incident.id,
        version=incident.version,
        rule=incident.rule,
        kind=incident.kind,
        scope=incident.scope,
        level=incident.level,
        signal=Signal(incident.signal),
        work=Work(incident.work),
        no_data=incident.no_data,
        title=incident.title,
        why=incident.why,
        opened_at=incident.opened_at,
        acknowledge_by=incident.acknowledge_by if incident.work == Work.OPEN else None,
        owner=incident.owner,
        value=incident.value,
        threshold=incident.threshold,
        contributors=tuple(msgspec.convert(incident.contributors, list[Contributor])),
        runbook=incident.runbook,
        drill=incident.drill,
        not_told=not_told,
    )


def replace_told(row: IncidentRow, sample: Sample) -> IncidentRow:
    """The row with what the newest sample tells of it."""
    return msgspec.structs.replace(
        row, why=sample.why.by_language(), value=sample.value, threshold=sample.threshold, contributors=sample.contributors
    )


def muted_of(mute: Mute | None) -> Muted | None:
    """What keeps an incident quiet, as screens receive it."""
    return None if mute is None else Muted(mute.kind.value, mute.by, mute.until, mute.why.by_language())


def told(sample: Sample) -> dict[str, object]:
    """The columns of an incident that a sample fills."""
    return {
        "title": sample.title.by_language(),
        "why": sample.why.by_language(),
        "value": sample.value,
        "threshold": sample.threshold,
        "contributors": msgspec.to_builtins(sample.contributors),
    }
