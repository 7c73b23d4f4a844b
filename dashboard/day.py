"""What the day page shows: each figure of four days beside its target, for the site and by channel, and two days by half hours.

In: tallies by half hour and channel, the KPI definitions and the config's targets. Out: figures and points ready to be drawn.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboard.day_points import HALF_HOUR_MS, Point, Slots, contact_points, level_points
from dashboard.report.goals import Goals, verdict_of
from dashboard.report.shown import ALWAYS, SHOWN, SHOWN_BY_CHANNEL
from dashboard.status import Status
from pulse.clock import day_start, earlier_day_start
from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Kpi, Scene, Value
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Verdict
from pulse.kpi.tally import Tally, merged
from pulse.promises import Promises
from sql.ledger import Ledger

_STALE_MS = 180_000
_DRAWN = ("yesterday", "today")


STATUS: Mapping[Verdict, Status] = {
    Verdict.MET: Status.NORMAL,
    Verdict.MISSED: Status.WARNING,
    Verdict.NO_TARGET: Status.UNKNOWN,
    Verdict.UNKNOWN: Status.UNKNOWN,
}
"""How a verdict looks."""


class Days(NamedTuple):
    """Beginnings of days and the end of today's figures, as epoch ms; a day ends where the next begins."""

    last_week: int
    """The day of the same weekday as yesterday, a week before it."""
    last_week_end: int
    day_before: int
    yesterday: int
    today: int
    until: int

    def spans(self) -> dict[str, tuple[int, int]]:
        """Beginning and end of each day, by name."""
        return {
            "yesterday": (self.yesterday, self.today),
            "today": (self.today, self.until),
            "day_before": (self.day_before, self.yesterday),
            "last_week": (self.last_week, self.last_week_end),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the site or a channel; a day without any record has no value, not zero."""

    kpi: str
    values: Mapping[str, Value]
    """By day: yesterday, today, day_before, last_week."""
    target: float | None
    verdict: Verdict
    today: Verdict
    """Today's, as far as today has come."""


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """The figures of one channel, in the order of `SHOWN_BY_CHANNEL`."""

    channel: Channel
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The page."""

    days: Days
    figures: tuple[Figure, ...]
    channels: tuple[ChannelFigures, ...]
    judged: str
    """The day the verdicts are about: yesterday, or today where yesterday was not recorded."""
    contacts: tuple[Point, ...]
    service_level: tuple[Point, ...]
    goal_ratio: float
    counted_until: int | None
    """The last minute (epoch ms) of which it is known that the site was counted."""

    @property
    def is_empty(self) -> bool:
        """Whether neither yesterday nor today has a figure."""
        return all(figure.values[day] is None for figure in self.figures for day in _DRAWN)

    @property
    def answers_earlier_days(self) -> bool:
        """Whether yesterday or today answered more than came: contacts of the days before."""
        values = {figure.kpi: figure.values for figure in self.figures}
        return any(_number(values["answered"][day]) > _number(values["offered"][day]) for day in _DRAWN)

    def age_ms(self, now: int) -> int | None:
        """How old the figures of today are; None where nobody knows."""
        return None if self.counted_until is None else max(0, now - self.counted_until)

    def is_stale(self, now: int) -> bool:
        """Whether the site has not been counted for three minutes."""
        age_ms = self.age_ms(now)
        return age_ms is None or age_ms > _STALE_MS


Read = Callable[[int, int], Slots]
"""The half hours of a stretch of time (epoch ms, the end is left out), by channel."""


def days_at(until: int, zone: ZoneInfo) -> Days:
    """The days around an instant (epoch ms); right on days of 23 and 25 hours."""
    last_week = earlier_day_start(until, 8, zone)
    return Days(
        last_week=last_week,
        last_week_end=earlier_day_start(until, 7, zone),
        day_before=earlier_day_start(until, 2, zone),
        yesterday=earlier_day_start(until, 1, zone),
        today=day_start(until, zone),
        until=until,
    )


def day_of(read: Read, ledger: Ledger, days: Days, counted_until: int | None = None) -> Day:
    """The page; each day is judged by what was promised then."""
    slots = {name: read(*span) for name, span in days.spans().items()}
    totals = {name: by_channel(found) for name, found in slots.items()}
    judged = "yesterday" if totals["yesterday"] or not totals["today"] else "today"
    promised = {name: ledger.at(span[0]) for name, span in days.spans().items()}
    goal, zone = promised[judged].site_goal, ledger.config.zone
    drawn = {day: _whole(slots[day], days.until) for day in _DRAWN}
    return Day(
        days=days,
        figures=tuple(_site_figures(totals, promised, judged)),
        channels=tuple(_channel_figures(totals, promised, judged)),
        judged=judged,
        contacts=tuple(point for day in _DRAWN for point in contact_points(day, drawn[day], zone)),
        service_level=tuple(point for day in _DRAWN for point in level_points(day, drawn[day], zone, promised[day].site_goal)),
        goal_ratio=goal.goal_ratio,
        counted_until=counted_until,
    )


def _number(value: Value) -> float:
    return 0.0 if value is None or isinstance(value, dict) else value


_Totals = Mapping[str, Mapping[str, Tally]]
_Promised = Mapping[str, Promises]
"""By day."""


def _site_figures(totals: _Totals, promised: _Promised, judged: str) -> Iterator[Figure]:
    """A figure of which nothing was told on either day is left out: nobody knows whether it was nothing."""
    together = {day: merged(channels.values()) for day, channels in totals.items()}
    goals = {day: one.site_goal for day, one in promised.items()}
    for name in SHOWN:
        targets = {day: Goals(promised[day]).target(name) for day in (judged, "today")}
        figure = _figure(definitions()[name], _scenes(together, goals), targets, judged)
        if name in ALWAYS or any(figure.values[day] for day in _DRAWN):
            yield figure


def _channel_figures(totals: _Totals, promised: _Promised, judged: str) -> Iterator[ChannelFigures]:
    present = {channel for day in _DRAWN for channel in totals[day]}
    for channel in (channel for channel in Channel if channel in present):
        own = {day: channels.get(channel, Tally()) for day, channels in totals.items()}
        scenes = _scenes(own, {day: one.channel_goal(channel) for day, one in promised.items()})
        targets = {name: {day: Goals(promised[day]).target(name, channel) for day in (judged, "today")} for name in SHOWN_BY_CHANNEL}
        yield ChannelFigures(channel, tuple(_figure(definitions()[name], scenes, targets[name], judged) for name in SHOWN_BY_CHANNEL))


def _scenes(tallies: Mapping[str, Tally], goals: Mapping[str, QueueGoal]) -> dict[str, Scene | None]:
    """What each day's values are formed from; None where nothing was counted."""
    return {day: Scene(tally, goals[day]) if tally else None for day, tally in tallies.items()}


def _figure(kpi: Kpi, scenes: Mapping[str, Scene | None], targets: Mapping[str, float | None], judged: str) -> Figure:
    values = {day: kpi.value(scene) if scene else None for day, scene in scenes.items()}
    verdicts = {day: verdict_of(values[day], target, kpi.better) for day, target in targets.items()}
    return Figure(kpi=kpi.name, values=values, target=targets[judged], verdict=verdicts[judged], today=verdicts["today"])


def by_channel(slots: Slots) -> dict[str, Tally]:
    """What each channel counted in all the slots together."""
    channels: dict[str, Tally] = {}
    for slot in slots.values():
        for channel, tally in slot.items():
            channels.setdefault(channel, Tally()).merge(tally)
    return channels


def _whole(slots: Slots, until: int) -> Slots:
    """The half hours that are over: the line of one that still runs would fall for no other reason."""
    return {at: slot for at, slot in slots.items() if at + HALF_HOUR_MS <= until}
