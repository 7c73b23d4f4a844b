"""Freezing at its time: once, made up for after a pause, never before the day has settled, and told to who wants to know."""

from datetime import date
from pathlib import Path

import pytest
from frozen_site import at, count, missed_day
from sqlalchemy import select, text
from structlog.testing import capture_logs

from dashboard.report.stretch import stretch_of
from pulse.config import checked_config
from pulse.fence import Fenced
from pulse.kpi.snapshot import Edition
from pulse.runtime.freezing import LOOK_EVERY_MS, Freezing, due, freeze
from sql.duty import Notice
from sql.snapshots import find, listed

HOOK = {"kind": "webhook", "url": "https://example.org/hook"}


def config(**rules):
    tables = {"site": {"name": "harbour", "zone": "Asia/Kolkata"}, "notify": {"boss": HOOK}}
    return checked_config({**tables, "snapshot": {"notify": ["boss"], **rules}}, Path("pulse.toml"))


class Site:
    """A site on a clock of its own, with history from a Thursday on."""

    def __init__(self, database, **rules):
        self.database, self.config, self.now = database, config(**rules), 0
        missed_day(database, "2026-11-19")
        self.freezing = None

    def start(self, written):
        self.now = at(written)
        self.freezing = Freezing(self.database, lambda: self.config, lambda: self.now)
        return self

    def look_on(self):
        """The next look."""
        self.now += LOOK_EVERY_MS
        self.freezing.look()
        self.freezing.wait()

    def look(self, written):
        """Looks at an instant and, because what is frozen must stand still, once more."""
        self.now = at(written) - LOOK_EVERY_MS
        self.look_on()
        self.look_on()
        return self

    @property
    def frozen(self):
        return [(one.edition.value, one.day) for one in listed(self.database, "harbour")]

    @property
    def told(self):
        with self.database.read() as session:
            return [row.key for row in session.scalars(select(Notice).order_by(Notice.id))]


@pytest.mark.both_databases
def test_a_day_is_frozen_at_its_time_by_the_clock_of_the_site_and_who_wants_to_know_is_told(database):
    site = Site(database).start("2026-11-20 07:00")

    before = site.look("2026-11-20 07:28").frozen
    after = site.look("2026-11-20 07:30").frozen

    assert (before, after) == ([], [("daily", "2026-11-19")])
    assert site.told == ["harbour/snapshot-daily/2026-11-19/boss"]
    assert find(database, "harbour", Edition.DAILY, "2026-11-19").frozen_at == at("2026-11-20 07:30") + LOOK_EVERY_MS


def test_what_is_frozen_stays_as_it_is_and_nobody_is_told_again(database):
    site = Site(database).start("2026-11-20 07:00").look("2026-11-20 07:30")
    first = find(database, "harbour", Edition.DAILY, "2026-11-19")
    count(database, "2026-11-19 11:00", offered=5)

    site.look("2026-11-20 09:00").start("2026-11-20 09:10").look("2026-11-20 09:20")
    again = freeze(database, site.config, stretch_of(Edition.DAILY, date(2026, 11, 19), site.config.zone), "Ada", site.now)

    assert again is False
    assert find(database, "harbour", Edition.DAILY, "2026-11-19") == first
    assert len(site.told) == 1


def test_a_week_and_a_month_are_frozen_on_the_day_after_and_may_be_left_out(database):
    begun = at("2026-11-19 10:00")
    all_, no_months = ([one.edition for one in due(rules, begun, at("2026-12-01 07:30"))] for rules in (config(), config(monthly=False)))
    site = Site(database, monthly=False).start("2026-11-23 07:00").look("2026-11-23 07:30")

    assert (all_.count(Edition.MONTHLY), no_months.count(Edition.MONTHLY)) == (1, 0)
    assert ("weekly", "2026-11-16") in site.frozen


def test_what_was_missed_is_made_up_for_a_week_and_only_the_last_day_is_told(database):
    site = Site(database, weekly=False, monthly=False)

    site.start("2026-11-30 10:00").look("2026-11-30 10:01")

    assert site.frozen == [("daily", f"2026-11-{day}") for day in range(29, 22, -1)]
    assert site.told == ["harbour/snapshot-daily/2026-11-29/boss"]


def test_nothing_of_before_history_is_frozen_and_nothing_at_all_without_any(database):
    assert [one.first.day for one in due(config(weekly=False, monthly=False), at("2026-11-19 10:00"), at("2026-11-22 07:30"))] == [
        19,
        20,
        21,
    ]
    assert list(due(config(), None, at("2026-11-22 07:30"))) == []


def test_a_day_waits_until_it_has_settled(database):
    early = config(at="02:00", weekly=False, monthly=False)
    begun = at("2026-11-21 00:00")

    assert [list(due(early, begun, at(f"2026-11-22 0{hour}"))) == [] for hour in ("1:59", "2:00")] == [True, False]


def test_it_waits_while_what_came_in_before_is_still_being_folded_but_not_for_ever(database):
    site = Site(database).start("2026-11-20 09:00")

    def fold_and_look(times):
        for _ in range(times):
            count(database, "2026-11-19 11:00", offered=1)
            site.look_on()
        return len(site.frozen)

    assert [fold_and_look(20), fold_and_look(1)] == [0, 1]


def test_who_ends_before_everybody_is_told_leaves_nothing_half_done(database):
    site = Site(database).start("2026-11-20 07:00")
    rename(database, "notices", "notices_away")

    with capture_logs() as logs:
        site.look("2026-11-20 07:30")
    frozen = site.frozen
    rename(database, "notices_away", "notices")
    site.look("2026-11-20 07:40")

    assert frozen == []
    assert [one["event"] for one in logs] == ["snapshot_not_frozen"]
    assert (len(site.frozen), len(site.told)) == (1, 1)


def rename(database, table, to):
    with database.write() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


def test_only_who_has_the_lease_freezes(database):
    def guard(_session):
        raise Fenced("another")

    site = Site(database)
    site.database = database.guarded(guard)
    site.start("2026-11-20 07:00")

    with capture_logs() as logs:
        site.look("2026-11-20 07:30")

    assert (site.frozen, site.told, logs) == ([], [], [])
