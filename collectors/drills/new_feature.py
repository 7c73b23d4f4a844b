"""Questions about one new feature jump: each takes long, so those who ask wait ever longer.

In: a stage. Out: their contacts; all are answered in the end, the later the longer it lasts.
"""

from collections.abc import Iterator

from collectors.drill_stage import Stage
from pulse.kpi.records import Channel, ContactEvent, ContactEventType

LASTS_S = 600.0
WANTS = (Channel.VOICE, Channel.CHAT)
QUESTIONS = 600
_FIRST_WAIT_S, _LAST_WAIT_S = 10.0, 300.0
_TALK_S = 1080.0
"""What is complex takes 18 minutes."""


def events(stage: Stage) -> Iterator[ContactEvent]:
    """Every question: offered, answered after a wait that grows, completed."""
    facts = {"attributes": {"product": "new_feature"}}
    for number, at_s in enumerate(stage.spread("questions", QUESTIONS, LASTS_S)):
        part = stage.cast[number % len(stage.cast)]
        waited_s = round(_FIRST_WAIT_S + (_LAST_WAIT_S - _FIRST_WAIT_S) * at_s / LASTS_S, 1)
        talk_s = round(_TALK_S * stage.chance("talk", number).uniform(0.8, 1.2), 1)
        yield stage.event(part, number, ContactEventType.OFFERED, at_s, **facts)
        yield stage.event(part, number, ContactEventType.ANSWERED, at_s + waited_s, wait_s=waited_s, **facts)
        yield stage.event(part, number, ContactEventType.COMPLETED, at_s + waited_s + talk_s, talk_s=talk_s, **facts)
