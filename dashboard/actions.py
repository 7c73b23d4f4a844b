"""What people do on a page: allowed or refused by their role, done by alerts.actions in this process, answered with a console word."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts import actions
from alerts.actions import Answer, Cause, Outcome
from dashboard.data import database, nudge
from dashboard.serving import serving
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.roles import Permission
from sql.session import Database

log = structlog.get_logger(__name__)
_CLOSED = "closed"
_NOT_ALLOWED = "not_allowed"


def acknowledge(incident_id: int, version: int, by: Actor) -> str:
    """Makes `by` the owner of an incident; answers done, changed (its version moved on), gone (closed), not_allowed or failed."""
    return _done(by, Permission.ACKNOWLEDGE, lambda opened: actions.acknowledge(opened, incident_id, version, by.who, system_clock()))


def close(incident_id: int, version: int, by: Actor, cause: Cause) -> str:
    """Closes an incident with its cause; answers closed, stands (its alert is still raised), changed, gone, not_allowed or failed."""
    answer = _done(by, Permission.CLOSE, lambda opened: actions.close(opened, incident_id, version, by.who, system_clock(), cause))
    return _CLOSED if answer == Answer.DONE else answer


def _done(by: Actor, needs: Permission, act: Callable[[Database], Outcome]) -> str:
    if not by.may(needs):
        log.warning("action_refused", needs=needs.value)
        return _NOT_ALLOWED
    try:
        outcome = act(database(serving().database_url))
    except SQLAlchemyError as error:
        log.error("action_failed", error=type(error).__name__)
        return "failed"
    nudge("incidents")
    return outcome.answer.value
