"""[snapshot] of pulse.toml: when a day, week or month that is over is frozen, and who is told.

In: a table of the config. Out: the same, checked.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from pulse.kpi.snapshot import Edition
from pulse.text import Language

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EARLIEST = "02:00"
"""For so long after a day's end the fold takes records of it: what was frozen before would be restated at once."""


def _clock(written: str) -> str:
    if not _CLOCK.fullmatch(written):
        raise ValueError(f'got "{written}", expected a time of day such as 07:30')
    if written < _EARLIEST:
        raise ValueError(f'got "{written}", expected {_EARLIEST} or later: until then records of the day before may come in')
    return written


class FreezingRules(BaseModel):
    """[snapshot]: every site freezes its days; the table says when, and what else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at: Annotated[str, AfterValidator(_clock)] = "07:30"
    """By the site's clock, on the day after, two hours after midnight at the earliest."""
    weekly: bool = True
    monthly: bool = True
    notify: tuple[str, ...] = ()
    """Names of [notify] tables that are told of each."""
    languages: tuple[Language, ...] = ()
    """Of what is attached to mails; none given means the site's own."""

    @property
    def minutes(self) -> int:
        """The time of day in minutes after midnight."""
        hour, minute = self.at.split(":")
        return int(hour) * 60 + int(minute)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """What is frozen by itself."""
        wanted = ((Edition.DAILY, True), (Edition.WEEKLY, self.weekly), (Edition.MONTHLY, self.monthly))
        return tuple(edition for edition, is_on in wanted if is_on)
