"""What people do on the hand-over page: allowed or refused by their role, done by alerts.handovers, answered with a word.

In: a note or a hand-over's number, and who. Out: one word; the note loses identities before it is stored.
"""

from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from alerts.actions import Answer
from alerts.handovers import HandOvers, Seen
from alerts.silences import By
from collectors.redact import redact
from dashboard.data import database, nudge
from dashboard.incident_actions import CONSOLE, FAILED, NOT_ALLOWED
from dashboard.serving import serving
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.kpi.board import Board, UnreadableBoard
from pulse.live.read import latest_board
from pulse.roles import Permission
from sql.session import DatabaseUnreadable

log = structlog.get_logger(__name__)
DONE = frozenset({"offered_done", "accepted_done"})
"""The words of what was done; every other one is a refusal."""


def hand_overs() -> HandOvers:
    """The hand-overs of the site."""
    served = serving()
    return HandOvers(database(served.database_url), served.config)


def board_now() -> Board | None:
    """The Board that screens show; None while Redis does not answer or holds none."""
    served = serving()
    try:
        with served.redis() as client:
            return latest_board(client, served.keys)
    except (RedisError, UnreadableBoard) as error:
        log.warning("board_unread", error=type(error).__name__)
        return None


def offer(note: str, by: Actor) -> str:
    """Offers a sheet of this instant; answers offered_done, not_allowed or failed."""

    def do(known: HandOvers, who: By) -> str:
        known.offer(who, Seen(board=board_now(), note=redact(note)))
        return "offered_done"

    return _attempt(by, do)


def accept(hand_over_id: int, by: Actor) -> str:
    """Takes a shift over; answers accepted_done, changed (somebody else did, or a newer one took its place), author, gone, or why not."""
    second = serving().config.login is not None

    def do(known: HandOvers, who: By) -> str:
        outcome = known.accept(hand_over_id, who, second_person=second)
        return "accepted_done" if outcome.answer is Answer.DONE else outcome.answer.value

    return _attempt(by, do)


def _attempt(by: Actor, do: Callable[[HandOvers, By], str]) -> str:
    if not by.may(Permission.HAND_OVER):
        log.warning("action_refused", needs=Permission.HAND_OVER.value)
        return NOT_ALLOWED
    try:
        word = do(hand_overs(), By(by.who, system_clock(), CONSOLE))
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return FAILED
    nudge("incidents")
    return word
