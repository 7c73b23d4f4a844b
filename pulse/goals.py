"""[goals.NAME] of pulse.toml: which figure is to move from where to where by a date, and who answers for it.

In: a table of the config. Out: the same, checked: numbers in the figure's own unit, a scope, dates in order.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from pulse.definitions import definitions
from pulse.kpi.records import Channel
from pulse.names import Names
from pulse.tables import Owner, Strict
from pulse.targets import allowed_names, possible
from pulse.written import read

SITE, CHANNEL, QUEUE = "site", "channel:", "queue:"
_SERVICE_LEVEL = "service_level"


def _kpi(name: str) -> str:
    allowed = (_SERVICE_LEVEL, *allowed_names())
    if name not in allowed:
        raise ValueError(f'got "{name}", expected one of {", ".join(allowed)}')
    return name


def _scope(written: str) -> str:
    channel = written.removeprefix(CHANNEL)
    if written == SITE or (written.startswith(QUEUE) and written != QUEUE) or (written.startswith(CHANNEL) and channel in set(Channel)):
        return written
    raise ValueError(f'got "{written}", expected site, queue:NAME or channel: with one of {", ".join(Channel)}')


class PlannedGoal(Strict):
    """[goals.NAME]: on a straight line from `baseline` at `from` to `target` at `by`."""

    kpi: Annotated[str, AfterValidator(_kpi)]
    baseline: float
    target: float
    since: date = Field(alias="from")
    by: date
    scope: Annotated[str, AfterValidator(_scope)] = SITE
    owner: Owner | None = None
    title: Names | None = None

    @field_validator("baseline", "target", mode="before")
    @classmethod
    def _in_its_unit(cls, written: Any, others: ValidationInfo) -> float:
        kpi = others.data.get("kpi")
        return 0.0 if kpi is None else possible(kpi, read(written, definitions()[kpi].unit))

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "PlannedGoal":
        if self.by <= self.since:
            raise ValueError(f"by: got {self.by}, expected a day after {self.since}")
        if self.target == self.baseline:
            raise ValueError(f"target: got {self.target:g}, expected another value than the baseline: there is no way to go")
        if definitions()[self.kpi].mixes_channels or self.scope != SITE:
            return self
        raise ValueError(f"scope: got site, expected a channel or queue: one value of {self.kpi} over several channels says nothing")

    def expected(self, day: date) -> float:
        """Where the straight line is on a day, in the figure's unit; its ends before the first and after the last day."""
        share = (day - self.since).days / (self.by - self.since).days
        return self.baseline + (self.target - self.baseline) * min(1.0, max(0.0, share))
