"""What people write after an incident on its page: statements, the post-mortem and what follows from it.

In: what a person wrote, the version it was written upon, and who. Out: one word; texts lose identities before they are stored. Each
asks the table of roles by itself.
"""

from collections.abc import Callable

import msgspec
import structlog

from alerts import follow_ups, postmortem, statements
from alerts.actions import Answer, Asked, Outcome
from alerts.follow_ups import Promise, State
from alerts.postmortem import LONGEST_FIELD, PostMortem
from collectors.redact import redact
from dashboard.data import account_now, database, nudge
from dashboard.incident_actions import FAILED, NOT_ALLOWED
from dashboard.serving import serving
from pulse.access import Actor
from pulse.audiences import Audience, AudienceTable
from pulse.clock import system_clock
from pulse.roles import Permission
from pulse.text import Text
from sql.session import Database, DatabaseUnreadable

log = structlog.get_logger(__name__)
DONE = frozenset({"drafted", "approved", "sent", "saved", "finished", "promised", "moved"})
"""The words of what was done; every other one is a refusal."""
At = tuple[int, int]
"""An incident and the version of it that was looked at."""
_LONGEST_NAME = 100


def draft_statement(at: At, audience: Audience, text: Text, seen: int, by: Actor) -> str:
    """Keeps a draft upon version `seen`; answers drafted, or why not."""
    clean = Text(redact(text.en), redact(text.zh))

    def keep(opened: Database, now: int) -> Outcome:
        return statements.draft(opened, _asked(at, by, now), audience, clean, seen=seen)

    return _attempt(Permission.DRAFT_STATEMENT, by, "drafted", keep)


def approve_statement(at: At, audience: Audience, version: int, by: Actor) -> str:
    """Approves a version; answers approved, author (another person must), or why not."""
    config = serving().config
    second = config.login is not None and _table(audience).second_person
    return _attempt(
        Permission.APPROVE_STATEMENT,
        by,
        "approved",
        lambda opened, now: statements.approve(opened, _asked(at, by, now), audience, version, second_person=second),
    )


def send_statement(at: At, audience: Audience, version: int, by: Actor) -> str:
    """Sends an approved version to the channels of its audience; answers sent, no_channel, or why not."""
    channels = _table(audience).notify
    return _attempt(
        Permission.APPROVE_STATEMENT,
        by,
        "sent",
        lambda opened, now: statements.send(opened, _asked(at, by, now), audience, version, channels=channels),
    )


def save_post_mortem(at: At, content: PostMortem, seen: int, by: Actor) -> str:
    """Keeps a version upon version `seen`, with the facts of now; answers saved, changed, or why not."""

    def save(opened: Database, now: int) -> Outcome:
        account = account_now(at[0], now)
        made = _clean(content) if account is None else postmortem.with_facts(_clean(content), account)
        return postmortem.save(opened, _asked(at, by, now), made, seen)

    return _attempt(Permission.REVIEW, by, "saved", save)


def finish_post_mortem(at: At, by: Actor) -> str:
    """Ends the work on a closed incident; answers finished, incomplete, stands, or why not."""
    return _attempt(Permission.REVIEW, by, "finished", lambda opened, now: postmortem.finish(opened, _asked(at, by, now)))


def keep_promise(at: At, promised: Promise, by: Actor) -> str:
    """Keeps what somebody is to do; answers promised, incomplete, or why not."""
    clean = Promise(what=redact(promised.what), owner=promised.owner.strip()[:_LONGEST_NAME], due_at=promised.due_at)
    return _attempt(Permission.REVIEW, by, "promised", lambda opened, now: follow_ups.promise(opened, _asked(at, by, now), clean))


def move_promise(at: At, follow_up_id: int, state: State, by: Actor) -> str:
    """Says that a promise is done, dropped or open again; answers moved, or why not."""
    return _attempt(Permission.REVIEW, by, "moved", lambda opened, now: follow_ups.move(opened, _asked(at, by, now), follow_up_id, state))


def _attempt(needs: Permission, by: Actor, done: str, do: Callable[[Database, int], Outcome]) -> str:
    if not by.may(needs):
        log.warning("action_refused", needs=needs.value)
        return NOT_ALLOWED
    try:
        outcome = do(database(serving().database_url), system_clock())
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return FAILED
    nudge("incidents")
    return done if outcome.answer is Answer.DONE else outcome.answer.value


def _asked(at: At, by: Actor, now: int) -> Asked:
    return Asked(at[0], at[1], by.who, now)


def _table(audience: Audience) -> AudienceTable:
    return serving().config.statements.get(audience, AudienceTable())


def _clean(content: PostMortem) -> PostMortem:
    return msgspec.structs.replace(
        content,
        summary=redact(content.summary[:LONGEST_FIELD]),
        whys=tuple(redact(why[:LONGEST_FIELD]) for why in content.whys),
        went_well=redact(content.went_well[:LONGEST_FIELD]),
        went_badly=redact(content.went_badly[:LONGEST_FIELD]),
    )
