"""A system upgrade locks 3,000 users out: all of them call or write within eight minutes, nobody can help, they give up.

In: a stage. Out: their contacts, and the complaints of some.
"""

from collections.abc import Iterator

from collectors.drill_stage import Part, Stage
from pulse.kpi.records import Channel, ContactEvent, ContactEventType

LASTS_S = 480.0
WANTS = (Channel.VOICE, Channel.CHAT)
USERS = 3_000
_COMPLAIN_EVERY = 25
_PATIENCE_S = (90.0, 240.0)


def events(stage: Stage) -> Iterator[ContactEvent]:
    """Every user's contact: offered, waits past any target, abandoned; one in 25 complains, and that is grave."""
    for number, at_s in enumerate(stage.spread("users", USERS, LASTS_S)):
        yield from _user(stage, stage.cast[number % len(stage.cast)], number, at_s)


def _user(stage: Stage, part: Part, number: int, at_s: float) -> Iterator[ContactEvent]:
    waited_s = round(stage.chance("patience", number).uniform(*_PATIENCE_S), 1)
    yield stage.event(part, number, ContactEventType.OFFERED, at_s)
    yield stage.event(part, number, ContactEventType.ABANDONED, at_s + waited_s, wait_s=waited_s)
    if number % _COMPLAIN_EVERY == 0:
        about = {"category": "problem_solving", "business_line": "account", "level": "major"}
        yield stage.event(part, number, ContactEventType.COMPLAINT, at_s + waited_s / 2, **about)
