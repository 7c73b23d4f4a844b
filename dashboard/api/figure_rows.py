"""Figures of the past by quarter, hour or day: of the site, its channels and queues, and of the parts that events told.

In: history and what is wanted. Out: a row for each stretch, scope and KPI, with how many contacts the value is made of. A stretch of which
nothing was recorded has no row; a value that nobody tells is None, never zero.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from dashboard.api.columns import Row
from dashboard.report.counted import Counted
from pulse.clock import day_of, day_start, next_day_start
from pulse.config import Config
from pulse.definitions import definitions, figures
from pulse.kpi.board import Board, Scope
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel, ContactEventType
from pulse.kpi.tally import Tally
from sql import day_facts
from sql.due import Grain, bucket_end, bucket_of
from sql.ledger import Ledger
from sql.rolled import DIMENSIONS, Rolled
from sql.session import Database


class By(StrEnum):
    """What figures are told of, each apart."""

    SITE = "site"
    CHANNEL = "channel"
    QUEUE = "queue"
    BUSINESS_LINE = "business_line"
    SEGMENT = "segment"
    CATEGORY = "category"


_DAYS_AT_ONCE: Mapping[Grain, int] = {Grain.QUARTER: 1, Grain.HOUR: 7, Grain.DAY: 31}
"""So many are held in memory."""
_PERCENTILE = re.compile(r"_p\d\d_s$")
"""Only these need distributions, which are large."""
_OF_ONE_CHANNEL = frozenset({By.CHANNEL, By.QUEUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The figures that are asked for; the stretch (epoch ms, the end left out) is taken out to whole grains."""

    kpis: tuple[str, ...]
    start: int
    end: int
    grain: Grain
    by: By


Counts = Mapping[int, Mapping[str, tuple[str, Tally]]]
"""By the first instant of a stretch and the name of a scope: its channel, empty where it has several, and what it counted."""


def kpis_by(by: By) -> tuple[str, ...]:
    """The KPIs that say something of such scopes: a mean wait over several channels does not."""
    return tuple(kpi.name for kpi in figures() if kpi.mixes_channels or by in _OF_ONE_CHANNEL)


def whole(wanted: Wanted, config: Config) -> tuple[int, int]:
    """The stretch in whole grains."""
    end = bucket_of(wanted.grain, wanted.end, config.zone)
    return (
        bucket_of(wanted.grain, wanted.start, config.zone),
        end if end == wanted.end else bucket_end(wanted.grain, end, config.zone),
    )


class Figures:
    """The figures of one site, as history has them now (epoch ms)."""

    def __init__(self, database: Database, config: Config, wanted: Wanted, now: int) -> None:
        self._database, self._config, self._wanted, self._now = database, config, wanted, now
        self._rolled = Rolled(database, config.site.name, config.zone)
        self._ledger = Ledger.read(database, config)
        self._goals: dict[tuple[date, str], QueueGoal] = {}
        self.start, self.end = whole(wanted, config)

    def rows(self) -> Iterator[Row]:
        """A row for each stretch, scope and KPI, in this order; read some days at a time."""
        for counts in self._parts(self._wanted.grain, self.start, self.end):
            for at in sorted(counts):
                for name in sorted(counts[at]):
                    yield from self._of_scope(at, name, *counts[at][name])

    def _of_scope(self, at: int, name: str, channel: str, tally: Tally) -> Iterator[Row]:
        zone, day = self._config.zone, day_of(at, self._config.zone)
        counted = Counted(tally, self._goal(day, name, channel), kinds=self._told.get(name))
        same = {
            "at": at,
            "day": day.isoformat(),
            "by": self._wanted.by.value,
            "name": name,
            "channel": channel or None,
            "over": bucket_end(self._wanted.grain, at, zone) <= self._now,
        }
        for kpi in self._wanted.kpis:
            yield {**same, "kpi": kpi, "unit": definitions()[kpi].unit.value, "value": counted.value(kpi), "count": counted.at_hand(kpi)}

    @cached_property
    def _told(self) -> Mapping[str, frozenset[ContactEventType]]:
        """By scope: what some source told of it on any day of the stretch, or on the last Board of it."""
        totals: dict[str, Tally] = {}
        zone = self._config.zone
        for counts in self._parts(Grain.DAY, day_start(self.start, zone), next_day_start(self.end - 1, zone)):
            for scopes in counts.values():
                for name, (_, tally) in scopes.items():
                    totals.setdefault(name, Tally()).merge(tally)
        (board,) = day_facts.last_boards(self._database, self._config.site.name, [(self.start, self.end)])
        by, goal = self._wanted.by, self._config.site_goal
        return {name: Counted(tally, goal, _scope_of(board, by, name)).told for name, tally in totals.items()}

    def _parts(self, grain: Grain, start: int, until: int) -> Iterator[Counts]:
        while start < until:
            end = start
            for _ in range(_DAYS_AT_ONCE[grain]):
                end = next_day_start(end, self._config.zone)
            yield self._counts(grain, start, min(end, until))
            start = end

    def _counts(self, grain: Grain, start: int, end: int) -> Counts:
        by, spread = self._wanted.by, any(map(_PERCENTILE.search, self._wanted.kpis))
        if by.value in DIMENSIONS:
            parts = self._rolled.parts(grain, start, end, by.value, spread=spread)
            return {at: {name: ("", tally) for name, tally in scopes.items()} for at, scopes in parts.items()}
        queues = self._rolled.by(grain, start, end, spread=spread)
        return queues if by is By.QUEUE else {at: self._together(scopes) for at, scopes in queues.items()}

    def _together(self, queues: Mapping[str, tuple[str, Tally]]) -> dict[str, tuple[str, Tally]]:
        by_channel, site = self._wanted.by is By.CHANNEL, self._config.site.name
        scopes: dict[str, tuple[str, Tally]] = {}
        for channel, tally in queues.values():
            name = channel if by_channel else site
            scopes.setdefault(name, (channel if by_channel else "", Tally()))[1].merge(tally)
        return scopes

    def _goal(self, day: date, name: str, channel: str) -> QueueGoal:
        """What a scope promised on that day: a formula that was changed later does not change what was."""
        found = self._goals.get((day, name))
        if found is None:
            promised = self._ledger.on(day)
            if self._wanted.by is By.QUEUE:
                found = promised.queue_goal(name, Channel(channel))
            else:
                found = promised.channel_goal(Channel(channel)) if channel else promised.site_goal
            self._goals[day, name] = found
        return found


def _scope_of(board: Board | None, by: By, name: str) -> Scope | None:
    if board is None or by in (By.BUSINESS_LINE, By.SEGMENT, By.CATEGORY):
        return None
    return board.site if by is By.SITE else (board.channels if by is By.CHANNEL else board.queues).get(name)
