"""What people do on a page: done by alerts.actions in this process, answered with the key of a console word."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts import actions
from alerts.actions import Answer, Cause, Outcome
from dashboard.data import database, nudge
from dashboard.serving import serving
from pulse.clock import system_clock
from sql.session import Database

log = structlog.get_logger(__name__)
_CLOSED = "closed"


def acknowledge(incident_id: int, version: int, who: str) -> str:
    """Makes `who` the owner of an incident; answers done, changed (its version moved on), gone (closed) or failed."""
    return _done(lambda opened: actions.acknowledge(opened, incident_id, version, who, system_clock()))


def close(incident_id: int, version: int, who: str, cause: Cause) -> str:
    """Closes an incident with its cause; answers closed, stands (its alert is still raised), changed, gone or failed."""
    answer = _done(lambda opened: actions.close(opened, incident_id, version, who, system_clock(), cause))
    return _CLOSED if answer == Answer.DONE else answer


def _done(act: Callable[[Database], Outcome]) -> str:
    try:
        outcome = act(database(serving().database_url))
    except SQLAlchemyError as error:
        log.error("action_failed", error=type(error).__name__)
        return "failed"
    nudge("incidents")
    return outcome.answer.value
