"""[retention] of pulse.toml: for how long each kind of thing is kept. Sums of days, hours and quarters are kept for good.

In: a table of the config. Out: the same, checked.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from pulse.durations import at_least

_DAY_S = 86_400.0
ADay = Annotated[float, BeforeValidator(at_least("1d"))]


class Retention(BaseModel):
    """[retention]: durations such as "90d"; what is older is deleted every night."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    boards: Annotated[float, BeforeValidator(at_least("2d"))] = 35 * _DAY_S
    """The Board of each minute: what the time machine shows as it was recorded, and rules are tried on."""
    minutes: Annotated[float, BeforeValidator(at_least("35d"))] = 90 * _DAY_S
    """What each queue counted in each minute; rules that look back, and drills, need five weeks of it."""
    contacts: Annotated[float, BeforeValidator(at_least("16d"))] = 400 * _DAY_S
    """Single contacts, by which a number can be traced back; repeats are told by the week before and the week after each."""
    complaints: Annotated[float, BeforeValidator(at_least("8d"))] = 400 * _DAY_S
    complaint_texts: ADay = 90 * _DAY_S
    """The redacted words of a complaint; the rest of it stays."""
    agents: ADay = 400 * _DAY_S
    """How long single people were in which state."""
