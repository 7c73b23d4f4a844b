"""What the tests of snapshots share: a port that reads from a map of days, and a config by tables."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from made import tally

from dashboard.report.compose import composed
from dashboard.report.ports import Facts, Ports
from dashboard.report.stretch import stretch_of
from pulse.clock import day_at
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope
from pulse.kpi.snapshot import Edition
from pulse.kpi.tally import Tally

DAY = date(2026, 11, 20)
"""A Friday."""


def config(**tables):
    return checked_config(tables, Path("pulse.toml"))


def calls(offered=10, within=7, answered=10, **more):
    """A day of the phone."""
    return tally(offered=offered, answered=answered, answered_within_target=within, **more)


def board(at=0, sources=None, site=None, **channels):
    scopes = {name: Scope(title=name, today=today) for name, today in channels.items()}
    return Board(at=at, site=Scope(title="site", today=site or {}), channels=scopes, sources=sources or {})


class History:
    """What was counted by day: a tally of the phone, or (channel, tally) by queue."""

    def __init__(self, zone="UTC", begun=date(2020, 1, 1), boards=None, lines=None, facts=None, **tables):
        self.zone = ZoneInfo(zone)
        self.config = config(site={"zone": zone}, **tables)
        self.days, self.boards, self.by_line, self.facts = {}, boards or {}, lines or {}, facts or Facts()
        self.begun_at = None if begun is None else day_at(begun, self.zone)

    def on(self, day, counted):
        self.days[day] = {"support": ("voice", counted)} if isinstance(counted, Tally) else counted
        return self

    def composed(self, edition=Edition.DAILY, day=DAY, made_at=0, **more):
        ports = Ports(
            read=lambda spans: [self._read(*one) for one in spans],
            last_boards=lambda spans: [next((one for _, one in self._in(self.boards, *span)), None) for span in spans],
            facts=lambda _start, _end: self.facts,
            begun_at=self.begun_at,
            lines=lambda spans: [self._lines(*one) for one in spans],
            offered=lambda days: [self._offered(start, end) for start, end in days],
        )
        return composed(ports, self.config, stretch_of(edition, day, self.zone), made_at, **more)

    def _in(self, by_day, start, end):
        return [(day, one) for day, one in by_day.items() if start <= day_at(day, self.zone) < end]

    def _read(self, start, end):
        found = {}
        for _, queues in self._in(self.days, start, end):
            for channel, counted in queues.values():
                found.setdefault(channel, Tally()).merge(counted)
        return found

    def _offered(self, start, end):
        return {channel: one.count("offered") for _, queues in self._in(self.days, start, end) for channel, one in queues.values()}

    def _lines(self, start, end):
        found = {}
        for _, lines in self._in(self.by_line, start, end):
            for line, counted in lines.items():
                found.setdefault(line, Tally()).merge(counted)
        return found


def figure(snapshot, kpi, section=None):
    figures = snapshot.figures if section is None else next(one.figures for one in snapshot.channels if one.name == section)
    return next((one for one in figures if one.kpi == kpi), None)
