"""What people do on a page: allowed or refused by their role, done by alerts.actions in this process, answered with a console word."""

from collections.abc import Callable

import structlog

from alerts import actions
from alerts.actions import Answer, Asked, Cause, Outcome
from dashboard.data import database, nudge
from dashboard.layout import check_name, ready
from dashboard.layouts_kept import KIND
from dashboard.serving import serving
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.roles import Permission
from sql.documents import Outdated, save
from sql.session import Database, DatabaseUnreadable

log = structlog.get_logger(__name__)
_CLOSED = "closed"
_NOT_ALLOWED = "not_allowed"


def acknowledge(incident_id: int, version: int, by: Actor) -> str:
    """Makes `by` the owner of an incident; answers done, changed (its version moved on), gone (closed), not_allowed or failed."""
    return _done(
        by, Permission.ACKNOWLEDGE, lambda opened: actions.acknowledge(opened, Asked(incident_id, version, by.who, system_clock()))
    )


def close(incident_id: int, version: int, by: Actor, cause: Cause) -> str:
    """Closes an incident with its cause; answers closed, stands (its alert is still raised), changed, gone, not_allowed or failed."""
    answer = _done(by, Permission.CLOSE, lambda opened: actions.close(opened, Asked(incident_id, version, by.who, system_clock()), cause))
    return _CLOSED if answer == Answer.DONE else answer


def save_layout(name: str, text: str, seen: int, by: Actor) -> str:
    """Keeps a layout's new version upon version `seen`; an empty text takes the saved ones back.

    Answers saved, outdated (somebody saved in the meantime), not_allowed or failed; raises ConfigError with all its faults and
    keeps nothing then.
    """
    if not by.may(Permission.MANAGE_SCREENS):
        log.warning("action_refused", needs=Permission.MANAGE_SCREENS.value)
        return _NOT_ALLOWED
    check_name(name)
    if text.strip():
        ready(name, text)
    served = serving()
    try:
        save(database(served.database_url), (served.config.site.name, KIND, name), text, seen, (by.who, system_clock()))
    except Outdated:
        return "outdated"
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return "failed"
    nudge("layouts")
    return "saved"


def _done(by: Actor, needs: Permission, act: Callable[[Database], Outcome]) -> str:
    if not by.may(needs):
        log.warning("action_refused", needs=needs.value)
        return _NOT_ALLOWED
    try:
        outcome = act(database(serving().database_url))
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return "failed"
    nudge("incidents")
    return outcome.answer.value
