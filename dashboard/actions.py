"""What people do on a page: done by alerts.actions in this process, answered with the key of a console word."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts import actions as alerts_actions
from dashboard.data import database, nudge
from dashboard.serving import serving
from pulse.clock import system_clock
from sql.session import Database

ANSWERS = frozenset({"done", "changed", "gone", "failed", "not_allowed"})
"""The words of the console an action can be answered with."""

Act = Callable[[Database, int, int, str, int], object]
log = structlog.get_logger(__name__)


def acknowledge(incident_id: int, version: int, who: str, act: Act | None = None) -> str:
    """Makes `who` the owner of an incident; answers done, changed (its version moved on), gone (closed) or failed."""
    act = act or alerts_actions.acknowledge
    try:
        outcome = act(database(serving().database_url), incident_id, version, who, system_clock())
    except SQLAlchemyError as error:
        log.error("acknowledge_failed", incident=incident_id, error=type(error).__name__)
        return "failed"
    nudge("incidents")
    return answer_of(outcome)


def answer_of(outcome: object) -> str:
    """The console word of an outcome; one that has no word is `failed`, and logged."""
    answer = str(getattr(outcome, "value", outcome))
    if answer in ANSWERS:
        return answer
    log.error("outcome_without_a_word", outcome=answer)
    return "failed"
