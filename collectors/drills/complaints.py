"""A quarter more complaints than on any day, nearly all about late parcels of one carrier, within five minutes.

In: a stage. Out: the complaints. A quiet site gets forty at least: fewer would drown in chance.
"""

from collections.abc import Iterator

from collectors.drill_stage import Stage
from pulse.kpi.records import Channel, ContactEvent, ContactEventType

LASTS_S = 300.0
WANTS = (Channel.VOICE,)
HINT = "logistic"
RISE_RATIO = 0.25
FEWEST, MOST = 40, 400
_CARRIER_RATIO = 0.86


def events(stage: Stage) -> Iterator[ContactEvent]:
    """The complaints that make a day's total a quarter larger."""
    part = stage.cast[0]
    count = min(MOST, max(FEWEST, round(part.complaints * RISE_RATIO)))
    for number, at_s in enumerate(stage.spread("complaints", count, LASTS_S)):
        random = stage.chance("complaint", number)
        carrier = "the late one" if random.random() < _CARRIER_RATIO else "another"
        about = {"category": "delay", "business_line": "logistics", "level": random.choice(("minor", "medium"))}
        yield stage.event(part, number, ContactEventType.COMPLAINT, at_s, attributes={"carrier": carrier}, **about)
