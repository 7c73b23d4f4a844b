"""A sign-up form that has grown too long loses new users: they ask for help in chat, wait, and leave without an answer.

In: a stage. Out: their contacts; three of four give up.
"""

from collections.abc import Iterator

from collectors.drill_stage import Stage
from pulse.kpi.records import Channel, ContactEvent, ContactEventType

LASTS_S = 480.0
WANTS = (Channel.CHAT,)
USERS = 400
_LOST_RATIO = 0.75
_PATIENCE_S, _HELPED_AFTER_S = (70.0, 180.0), (5.0, 40.0)


def events(stage: Stage) -> Iterator[ContactEvent]:
    """Every new user's contact at the touchpoint of the form."""
    part = stage.cast[0]
    facts = {"segment": "new", "attributes": {"touchpoint": "sign_up"}}
    for number, at_s in enumerate(stage.spread("users", USERS, LASTS_S)):
        random = stage.chance("user", number)
        is_lost = random.random() < _LOST_RATIO
        waited_s = round(random.uniform(*(_PATIENCE_S if is_lost else _HELPED_AFTER_S)), 1)
        ending = ContactEventType.ABANDONED if is_lost else ContactEventType.ANSWERED
        yield stage.event(part, number, ContactEventType.OFFERED, at_s, **facts)
        yield stage.event(part, number, ending, at_s + waited_s, wait_s=waited_s, **facts)
