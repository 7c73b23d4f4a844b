"""A snapshot composed: pure, so that the same stretch gives the same bytes whoever makes it and when.

In: ports, the config, a stretch and the instant it is made at. Out: a `Snapshot`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from dashboard.report.ahead import ahead
from dashboard.report.counted import Counted
from dashboard.report.figures import Judge
from dashboard.report.goals import Goals, GoalsAt, goals_at
from dashboard.report.journey import complaints, journey
from dashboard.report.ports import Ports
from dashboard.report.sentence import SAME_HOLIDAY
from dashboard.report.stretch import NO_HOLIDAYS, Holidays, Stretch, compared
from pulse.clock import day_at
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.records import Channel, ContactEventType
from pulse.kpi.snapshot import ByLanguage, Completeness, Edition, Section, Snapshot
from pulse.kpi.tally import Tally, merged
from pulse.text import Language, Text, itself

Boards = Mapping[date, Board]
"""The last Board of each day of which one was kept."""
_CLOSED = Text("Closed", "休息日")
"""A further closed day of the calendar, which nobody gave a name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was counted in one stretch, read once; of channels those of which anything was."""

    channels: Mapping[Channel, Tally]
    lines: Mapping[str, Tally]
    board: Board | None
    goals: Goals
    kinds: frozenset[ContactEventType] | None = None
    """The kinds of events that are told in any of the stretches, where no Board says which were in this one."""

    def site(self) -> Counted:
        """All of it together."""
        return Counted(merged(self.channels.values()), self.goals.goal(), self.board.site if self.board else None, self.kinds)

    def channel(self, channel: Channel) -> Counted:
        """One channel."""
        total, board = self.channels.get(channel, Tally()), self.board
        return Counted(total, self.goals.goal(channel), board.channels.get(channel.value) if board else None)

    def line(self, line: str) -> Counted:
        """One line of business; Boards do not know them."""
        return Counted(self.lines.get(line, Tally()), self.goals.goal())


def composed(ports: Ports, config: Config, stretch: Stretch, made_at: int, promised: GoalsAt | None = None) -> Snapshot:
    """The snapshot of a stretch that is over, as history has it; `promised` tells what was in force on a day, else the config does."""
    holidays = _same_holidays(config, stretch)
    stretches = {"value": stretch, **compared(stretch, holidays)}
    boards = _boards(ports, stretch, stretches.values())
    known = _known(ports, stretches, boards, promised or partial(goals_at, config))
    own, facts = known["value"], ports.facts(stretch.start, stretch.end)
    judge, site = Judge(config, own.goals, stretch.edition, SAME_HOLIDAY if stretch.first in holidays else None), own.site()
    return Snapshot(
        edition=stretch.edition,
        site=config.site.name,
        titles=(config.site.title.text if config.site.title else itself(config.site.name)).by_language(),
        demo=config.site.demo,
        zone=config.site.zone,
        day=stretch.first.isoformat(),
        last_day=stretch.last.isoformat(),
        start=stretch.start,
        end=stretch.end,
        frozen_at=made_at,
        formula=site.goal.formula.value,
        figures=tuple(judge.site({name: one.site() for name, one in known.items()})),
        channels=tuple(_channels(judge, known)),
        business_lines=tuple(_lines(judge, known)),
        journey=tuple(journey(site, [own.channel(channel) for channel in own.channels])),
        complaints=complaints(site, facts.customers, config),
        incidents=tuple(facts.incidents),
        best_case=facts.best_case,
        completeness=tuple(_completeness(boards, config, stretch, facts.minutes)),
        holiday=_holiday(config, stretch),
        ahead=ahead(ports, config, stretch),
    )


def _boards(ports: Ports, stretch: Stretch, others: Iterable[Stretch]) -> Boards:
    """Of each day of a stretch, and of the last day of others: a Board of an earlier day would tell of another day's figures."""
    days = sorted({*stretch.days, *(one.last for one in others)})
    spans = [(day_at(day, stretch.zone), day_at(day + timedelta(days=1), stretch.zone)) for day in days]
    return {day: board for day, board in zip(days, ports.last_boards(spans), strict=True) if board}


def _known(ports: Ports, stretches: Mapping[str, Stretch], boards: Boards, promised: GoalsAt) -> dict[str, Known]:
    """What was counted in the stretch itself and in each it is compared with; what was before history began is no comparison."""
    whole = {
        name: one
        for name, one in stretches.items()
        if name in ("value", "to_date") or (ports.begun_at is not None and ports.begun_at <= one.start)
    }
    spans = [(one.start, one.end) for one in whole.values()]
    read = zip(whole.items(), ports.read(spans), ports.lines(spans), strict=True)
    return _told_at_other_times(
        {
            name: Known({Channel(name): tally for name, tally in channels.items()}, lines, boards.get(one.last), promised(one.last))
            for (name, one), channels, lines in read
        }
    )


def _told_at_other_times(known: dict[str, Known]) -> dict[str, Known]:
    """A stretch that a file told of has no Board: what is told in another of them, and was not counted in this one, did not come."""
    if all(one.board for one in known.values()):
        return known
    told = frozenset[ContactEventType]().union(*(one.site().told for one in known.values()))
    return {name: replace(one, kinds=told) if one.channels and not one.board else one for name, one in known.items()}


def _channels(judge: Judge, known: Mapping[str, Known]) -> Iterator[Section]:
    present = known["value"].channels.keys() | (known["before"].channels.keys() if "before" in known else set())
    for channel in (channel for channel in Channel if channel in present):
        yield judge.channel(channel, {name: one.channel(channel) for name, one in known.items()})


def _lines(judge: Judge, known: Mapping[str, Known]) -> Iterator[Section]:
    for line in sorted(filter(None, known["value"].lines)):
        yield judge.line(line, {name: one.line(line) for name, one in known.items()})


def _completeness(boards: Boards, config: Config, stretch: Stretch, minutes: int) -> Iterator[Completeness]:
    """Each source by its worst day, as the last Board of a day tells it."""
    shares: dict[str, list[float]] = {name: [] for name in config.sources}
    for day in stretch.days:
        board = boards.get(day)
        for name, health in (board.sources if board else {}).items():
            told = shares.setdefault(name, [])
            told += [] if health.completeness_ratio is None else [health.completeness_ratio]
    expected = (stretch.end - stretch.start) // MINUTE_MS
    for name, told in shares.items():
        yield Completeness(source=name, share_ratio=min(told, default=None), minutes=minutes, minutes_expected=expected)


def _same_holidays(config: Config, stretch: Stretch) -> Holidays:
    """The holidays of a day's year, each with the same one a year earlier; a longer stretch has ordinary days as well."""
    if config.calendar is None or stretch.edition is not Edition.DAILY:
        return NO_HOLIDAYS
    return config.calendar.holidays_a_year_earlier((stretch.first.year,))


def _holiday(config: Config, stretch: Stretch) -> ByLanguage | None:
    """The name of the holiday a day is; of a longer stretch none."""
    if config.calendar is None or stretch.edition is not Edition.DAILY:
        return None
    day = stretch.first
    closed = {language: config.calendar.closed_days((day.year,), language) for language in Language}
    if day not in closed[Language.EN]:
        return None
    return {language.value: days[day] or _CLOSED.in_(language) for language, days in closed.items()}
