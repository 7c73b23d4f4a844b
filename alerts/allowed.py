"""What may be done to an incident as it stands; the actions themselves decide again, in their transaction.

In: an incident. Out: the names of deeds, in the order in which people need them.
"""

from alerts.frame import Signal, Work
from alerts.lifecycle import GRAVEST_LEVEL
from sql.models import Incident


def allowed(incident: Incident) -> tuple[str, ...]:
    """The deeds that would not be refused now, whoever asks."""
    work = Work(incident.work)
    if work.is_closed:
        return ("comment",) if incident.drill else ("reopen", "comment")
    over = incident.signal == Signal.OK
    deeds = {
        "acknowledge": work is Work.OPEN,
        "assign": True,
        "mitigate": work is not Work.MITIGATED,
        "escalate": incident.level > GRAVEST_LEVEL,
        "close": over or incident.no_data,
        "comment": True,
    }
    return tuple(deed for deed, is_allowed in deeds.items() if is_allowed)
