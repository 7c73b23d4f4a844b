"""When a rule judges: while the [calendar] has the site open, or closed, or while a shift of the site runs.

In: names from a rule's table, the config's hours. Out: whether it judges at an instant. Outside its hours a rule neither raises nor
clears; what it has proven so far stays proven.
"""

from collections.abc import Callable, Iterator

from alerts.sample import Sample
from pulse.config import Config
from pulse.kpi.hours import OpenHours
from pulse.text import Text

OPEN, CLOSED = "open", "closed"
_MINUTE_MS = 60_000
_RESTS = Text("outside the hours of its rule: neither raised nor cleared until they begin", "不在规则生效时段：生效前既不触发也不恢复")


class Schedule:
    """The hours of a rule; they begin and end on whole minutes, so an answer holds for its minute."""

    def __init__(self, names: tuple[str, ...], config: Config) -> None:
        self.names = names
        self._parts = tuple(_part(name, config) for name in names)
        self._minute = -1
        self._is_on = False

    def is_on(self, at: int) -> bool:
        """Whether the rule judges at an instant (epoch ms)."""
        if at // _MINUTE_MS != self._minute:
            self._minute, self._is_on = at // _MINUTE_MS, any(part(at) for part in self._parts)
        return self._is_on


def unfit(names: tuple[str, ...], config: Config) -> Iterator[str]:
    """What is wrong with the names of a schedule, in words."""
    known = (*((OPEN, CLOSED) if config.hours else ()), *config.shifts)
    for name in names:
        if name in (OPEN, CLOSED) and (name in config.shifts or config.hours is None):
            lacks = "a shift of that name" if config.hours else "no [calendar]"
            yield f'got "{name}" with {lacks}, expected a [calendar] and no shift that is called so'
        elif name not in known:
            yield f'got "{name}", expected {"one of " + ", ".join(known) if known else "a [calendar] or [shifts.NAME] beside it"}'


def resting(scope: str, at: int) -> Sample:
    """What is said of an alert while its rule rests."""
    return Sample(scope=scope, at=at, title=_RESTS, why=_RESTS, breaching=None, clear=None)


def _part(name: str, config: Config) -> Callable[[int], bool]:
    if name not in (OPEN, CLOSED):
        planned = next(shift.hours for shift in config.planned_shifts if shift.name == name)
        return lambda at: planned.stretch_at(at) is not None
    hours: OpenHours | None = config.hours
    if hours is None:
        raise LookupError("a schedule without a calendar")
    return hours.is_open if name == OPEN else lambda at: not hours.is_open(at)
