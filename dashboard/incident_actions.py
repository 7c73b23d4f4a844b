"""What people do to incidents on a page: allowed or refused by their role, done by alerts.actions, answered with a console word.

One line of `DEEDS` is one button; the table of roles says who has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from alerts import actions, silence_actions
from alerts.actions import Answer, Asked, Cause, Outcome
from alerts.telling import ways_of
from collectors.redact import redact
from dashboard.data import database, nudge
from dashboard.serving import serving
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.kpi.interval import MINUTE_MS
from pulse.roles import Permission
from pulse.text import Text
from sql.session import Database, DatabaseUnreadable

log = structlog.get_logger(__name__)
NOT_ALLOWED, FAILED = "not_allowed", "failed"
CONSOLE = "console"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done: who may, how, and the word for it being done; `act` gets what the person wrote or chose with it."""

    needs: Permission
    act: Callable[[Database, Asked, str], Outcome]
    done: str


def _commented(opened: Database, asked: Asked, said: str) -> Outcome:
    return actions.comment(opened, replace(asked, comment=redact(said)))


SILENCES: Mapping[int, Text] = {
    15: Text("15 minutes", "15 分钟"),
    60: Text("1 hour", "1 小时"),
    240: Text("4 hours", "4 小时"),
    480: Text("8 hours", "8 小时"),
}
"""For how many minutes an alert can be silenced from its details."""


def _silenced(opened: Database, asked: Asked, minutes: str) -> Outcome:
    if int(minutes) not in SILENCES:
        raise ValueError(f"got {minutes} minutes, expected one of {', '.join(map(str, SILENCES))}")
    return silence_actions.silence_of_incident(opened, asked, int(minutes) * MINUTE_MS)


DEEDS: Mapping[str, Deed] = {
    "acknowledge": Deed(Permission.ACKNOWLEDGE, lambda opened, asked, _: actions.acknowledge(opened, asked), "done"),
    "take": Deed(Permission.ACKNOWLEDGE, lambda opened, asked, _: actions.assign(opened, asked, asked.who), "taken"),
    "comment": Deed(Permission.ACKNOWLEDGE, _commented, "commented"),
    "mitigate": Deed(Permission.ACKNOWLEDGE, lambda opened, asked, _: actions.mitigate(opened, asked), "mitigated"),
    "escalate": Deed(Permission.ESCALATE, lambda opened, asked, _: actions.escalate(opened, asked, ways_of(serving().config)), "escalated"),
    "silence": Deed(Permission.SILENCE, _silenced, "silenced"),
    "unsilence": Deed(Permission.SILENCE, lambda opened, asked, number: silence_actions.lift_of(opened, asked, int(number)), "unsilenced"),
    "assign": Deed(Permission.ASSIGN, actions.assign, "assigned"),
    "close": Deed(Permission.CLOSE, lambda opened, asked, cause: actions.close(opened, asked, Cause(cause)), "closed"),
    "reopen": Deed(Permission.CLOSE, lambda opened, asked, _: actions.reopen(opened, asked), "reopened"),
}
_WITH_WORDS = frozenset({"comment", "assign", "close", "silence", "unsilence"})
"""Deeds that are nothing without what the person wrote or chose."""


def _asked(incident_id: int, version: int, by: Actor) -> Asked:
    now = system_clock()
    return Asked(incident_id, version, by.who, now, origin=CONSOLE, shift_ends_at=serving().config.shift_ends_at(now))


def act(deed: str, incident_id: int, version: int, by: Actor, said: str = "") -> str:
    """Does a deed; answers its own word or changed (its version moved on), gone (closed), stands, gravest, empty, unfit (too long),
    not_allowed, failed.

    `said` is the name, the comment or the cause that goes with it. KeyError for an unknown deed, ValueError for an unknown cause.
    """
    wanted, said = DEEDS[deed], said.strip()
    if not by.may(wanted.needs):
        log.warning("action_refused", needs=wanted.needs.value)
        return NOT_ALLOWED
    if deed in _WITH_WORDS and not said:
        return "empty"
    if deed == "assign":
        said = said[:_LONGEST_NAME]
    try:
        outcome = wanted.act(database(serving().database_url), _asked(incident_id, version, by), said)
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return FAILED
    nudge("incidents")
    return wanted.done if outcome.answer is Answer.DONE else outcome.answer.value
