"""[auditor] of pulse.toml: who is told, past every other way, that alerting itself is late.

In: a table of the config. Out: the same, checked.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pulse.durations import seconds


class AuditorRules(BaseModel):
    """[auditor]: with it the pages' own process looks whether alerts are told in time."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    channels: tuple[str, ...] = ()
    """Names of [notify] tables that no rule tells; without any it is only shown."""
    grace: Annotated[float, BeforeValidator(seconds)] = Field(15.0, ge=2)
    """How late a step of an escalation may be."""
