"""The figures of a snapshot: each KPI of the site, of channels and of lines of business beside what it is compared with.

In: what was counted, by stretch. Out: figures with their verdict and sentence. `value` is the name of the stretch itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from dashboard.report.counted import Counted
from dashboard.report.goals import Goals, verdict_of
from dashboard.report.sentence import sentence
from dashboard.report.shown import ALWAYS, SHOWN, SHOWN_BY_CHANNEL, SHOWN_BY_LINE
from dashboard.written import channel_titles
from pulse.config import Config
from pulse.definitions import definitions
from pulse.kpi.kpi import Unit
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Edition, Figure, Section
from pulse.text import Text

ByStretch = Mapping[str, Counted]
"""What one scope counted in the stretch itself, called `value`, and in those it is compared with."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What figures of one edition are read against."""

    config: Config
    goals: Goals
    edition: Edition
    year_earlier: Text | None = None
    """How `last_year` is called where it is not called as usual."""

    def site(self, counted: ByStretch) -> Iterator[Figure]:
        """Those of the site; one of which nothing is known, now or before, is left out unless it is always shown."""
        for name in SHOWN:
            figure = self._figure(name, counted, self.goals.target(name))
            if name in ALWAYS or is_known(figure):
                yield figure

    def channel(self, channel: Channel, counted: ByStretch) -> Section:
        """Those of a channel that are known, now or before."""
        made = (self._figure(name, counted, self.goals.target(name, channel)) for name in SHOWN_BY_CHANNEL)
        return Section(name=channel.value, titles=channel_titles(channel), figures=tuple(filter(is_known, made)))

    def line(self, line: str, counted: ByStretch) -> Section:
        """Those of a line of business that are known; a target for a count of the whole site says nothing of a part."""
        made = (self._figure(name, counted, self._target_of_part(name)) for name in SHOWN_BY_LINE)
        return Section(name=line, titles=self.config.name_of(line).by_language(), figures=tuple(filter(is_known, made)))

    def _target_of_part(self, name: str) -> float | None:
        return None if definitions()[name].unit is Unit.COUNT else self.goals.target(name)

    def _figure(self, name: str, counted: ByStretch, target: float | None) -> Figure:
        values = {stretch: one.value(name) for stretch, one in counted.items()}
        figure = Figure(
            kpi=name,
            value=values["value"],
            before=values.get("before"),
            last_week=values.get("last_week"),
            last_year=values.get("last_year"),
            to_date=values.get("to_date"),
            target=target,
            benchmark=self.config.benchmarks.get(name),
            verdict=verdict_of(values["value"], target, definitions()[name].better),
            count=counted["value"].made_of(name),
        )
        return replace(figure, sentence=sentence(figure, self.edition, self.year_earlier).by_language())


def is_known(figure: Figure) -> bool:
    """Whether anything is known of it, in the stretch or before."""
    return any(value is not None for value in (figure.value, figure.before, figure.last_week, figure.last_year, figure.to_date))
