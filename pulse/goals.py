"""[goals.NAME] of pulse.toml: which figure is to move from where to where by a date, and who answers for it.

In: a table of the config. Out: the same, checked: numbers in the figure's own unit, a scope, dates in order.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from pulse.definitions import definitions
from pulse.kpi.kpi import Unit
from pulse.kpi.records import Channel
from pulse.names import Names
from pulse.tables import Owner, Strict
from pulse.targets import allowed_names, possible
from pulse.written import read

SITE, CHANNEL, QUEUE = "site", "channel:", "queue:"
QUEUES = "queues"
"""Under this name the context of a check holds the names of the file's queues."""
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


def _in_some_unit(written: Any) -> float:
    """The value by the first unit that has such ones: where the figure is not known, only what no unit has is a fault."""
    for unit in (Unit.RATIO, Unit.SECONDS, Unit.COUNT):
        try:
            return read(written, unit)
        except ValueError:
            continue
    shown = f'"{written}"' if isinstance(written, str) else f"{written!r:.60}"
    raise ValueError(f'got {shown}, expected a value in the unit of the figure, such as "80%", "30s" or 4.2')


class PlannedGoal(Strict):
    """[goals.NAME]: on a straight line from `baseline` at `from` to `target` at `by`."""

    kpi: Annotated[str, AfterValidator(_kpi)]
    baseline: float
    target: float
    since: date = Field(alias="from")
    by: date
    scope: Annotated[str, AfterValidator(_scope)] = Field(SITE, validate_default=True)
    owner: Owner | None = None
    title: Names | None = None

    @field_validator("baseline", "target", mode="before")
    @classmethod
    def _in_its_unit(cls, written: Any, others: ValidationInfo) -> float:
        kpi = others.data.get("kpi")
        return _in_some_unit(written) if kpi is None else possible(kpi, read(written, definitions()[kpi].unit))

    @field_validator("target")
    @classmethod
    def _leads_somewhere(cls, target: float, others: ValidationInfo) -> float:
        if "kpi" in others.data and target == others.data.get("baseline"):
            raise ValueError(f"got {target:g}, expected another value than the baseline: there is no way to go")
        return target

    @field_validator("by")
    @classmethod
    def _ends_after_it_began(cls, by: date, others: ValidationInfo) -> date:
        since = others.data.get("since")
        if since is not None and by <= since:
            raise ValueError(f"got {by}, expected a day after {since}")
        return by

    @field_validator("scope")
    @classmethod
    def _says_something_there(cls, scope: str, others: ValidationInfo) -> str:
        kpi, queues = others.data.get("kpi"), (others.context or {}).get(QUEUES)
        if scope.startswith(QUEUE) and queues is not None and scope.removeprefix(QUEUE) not in queues:
            raise ValueError(f'got "{scope}", expected one of the [queues] of the file: {", ".join(queues) or "none"}')
        if scope == SITE and kpi is not None and not definitions()[kpi].mixes_channels:
            raise ValueError(f"got site, expected a channel or queue: one value of {kpi} over several channels says nothing")
        return scope

    def expected(self, day: date) -> float:
        """Where the straight line is on a day, in the figure's unit; its ends before the first and after the last day."""
        share = (day - self.since).days / (self.by - self.since).days
        return self.baseline + (self.target - self.baseline) * min(1.0, max(0.0, share))
