"""Drills that come by themselves: on which days, at what time, and what becomes of those that come at a bad time."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from drilled import Site, ms
from test_beside import lost

from pulse.config import ConfigError, checked_config
from pulse.drills import Scenario
from sql.drill_table import DrillRow

BERLIN = ZoneInfo("Europe/Berlin")
MONTHLY = {"scenario": "lockout", "rrule": "FREQ=MONTHLY;BYDAY=4MO", "time": "12:00", "since": "2026-01-01"}
"""The fourth Monday: the day of the tests, at the instant at which they begin."""


def plan(tmp_path, **facts):
    return checked_config({"drills": {"month": {**MONTHLY, **facts}}}, tmp_path / "pulse.toml").drills["month"]


def test_a_monthly_drill_is_due_at_its_time_and_next_a_month_later(tmp_path):
    month = plan(tmp_path)

    assert month.due_at(ms(0) - 1, ZoneInfo("UTC")) is None
    assert month.due_at(ms(60), ZoneInfo("UTC")) == ms(0)
    assert month.due_at(ms(900), ZoneInfo("UTC")) is None
    assert month.next_at(ms(0), ZoneInfo("UTC")) == ms(35 * 86_400)


def test_the_time_is_that_of_the_wall_of_the_site_in_summer_too(tmp_path):
    quarter = plan(tmp_path, rrule="FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE", time="10:00")
    instants = [quarter.next_at(ms(0), BERLIN)]
    instants.append(quarter.next_at(instants[0], BERLIN))

    assert instants == [1_799_226_000_000, 1_807_084_800_000]


def test_a_closed_day_has_no_drill_unless_the_file_says_so(tmp_path):
    today = {date(2026, 11, 23)}

    assert plan(tmp_path).due_at(ms(1), ZoneInfo("UTC"), today) is None
    assert plan(tmp_path, holidays="also").due_at(ms(1), ZoneInfo("UTC"), today) == ms(0)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"scenario": "flood"}, 'drills.month.scenario: got "flood"'),
        ({"rrule": "monthly"}, 'drills.month.rrule: got "monthly", expected a recurrence by days that comes at all, such as'),
        ({"rrule": "FREQ=SECONDLY"}, 'drills.month.rrule: got "FREQ=SECONDLY"'),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"}, 'drills.month.rrule: got "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"'),
        ({"time": "25:00"}, 'drills.month.time: got "25:00", expected a time such as 10:30'),
        ({"limit": "5s"}, "drills.month.limit: got 5 s, expected 1m to 4h"),
        ({"repeat": "x"}, "drills.month.repeat: this key is not known here"),
    ],
)
def test_a_wrong_plan_is_refused_with_place_found_and_allowed(tmp_path, facts, told):
    with pytest.raises(ConfigError) as refused:
        plan(tmp_path, **facts)

    assert f"pulse.toml, {told}" in str(refused.value)


@pytest.mark.both_databases
def test_a_planned_drill_begins_by_itself_and_only_once(database):
    site = Site(database, drills={"month": MONTHLY})
    site.until(0, 4)
    site.stop()
    site.until(5, 8)

    assert [(row.name, row.scenario, row.asked_by, row.planned_for, row.state) for row in site.all(DrillRow)] == [
        ("month", Scenario.LOCKOUT, "pulse", ms(0), "stopped")
    ]


def test_a_planned_drill_is_left_out_while_a_real_alert_of_level_one_stands(database):
    rules = {"sla": {"kind": "sla_breach", "level": 1, "raise_for": "0s", "window": "last_5m", "min_contacts": 5}}
    site = Site(database, rules=rules, drills={"month": {**MONTHLY, "time": "12:01"}})
    lost(site, 0, count=20)
    site.until(1, 3).until(58, 66)

    assert [(row.state, row.why["en"]) for row in site.all(DrillRow)] == [("skipped", "a real alert of level I stands: first things first")]
