"""[handover] of pulse.toml: until when a shift must have been taken over, and who is told where nobody does.

In: a table of the config. Out: the same, checked.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pulse.durations import seconds


class HandOverRules(BaseModel):
    """[handover]: with it every shift is to be taken over by somebody."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    team: str
    """Name of the [teams] table that is told."""
    within: Annotated[float, BeforeValidator(seconds)] = Field(900.0, gt=0)
    """How long after the beginning of the shift or, where that is later, after the offer."""
    every: Annotated[float, BeforeValidator(seconds)] = Field(900.0, gt=0)
    """How often it is told again until somebody does."""
