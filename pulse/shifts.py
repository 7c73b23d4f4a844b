"""[shifts] of pulse.toml: at which times and on which days people work together.

In: a table of the config. Out: a `Shift` in the site's zone, or a fault in words.
"""

from datetime import date
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from pulse.calendar import WEEKDAYS, Days, Times, named_weekdays
from pulse.kpi.hours import OpenHours
from pulse.kpi.shift import Shift
from pulse.names import Names
from pulse.text import itself


class PlannedShift(BaseModel):
    """[shifts.NAME]: when people work together; one that ends no later than it begins runs overnight."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Names | None = None
    time: Times
    days: Days = "mon-sun"
    """The weekdays it begins on."""
    on_holidays: bool = True
    """Whether it also begins on days on which the [calendar] closes the site."""

    def shift(self, name: str, zone: ZoneInfo, closed: frozenset[date]) -> Shift:
        """The shift in a zone; `closed` are the days on which the site does not open."""
        begins = named_weekdays(self.days)
        week = tuple((self.time,) if day in begins else () for day in WEEKDAYS)
        title = self.title.text if self.title else itself(name)
        return Shift(name, title, OpenHours(zone, week, frozenset() if self.on_holidays else closed))
