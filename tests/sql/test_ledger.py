"""The ledger of definitions: a change is a new version from today on, and no past day is judged by it."""

from datetime import date
from pathlib import Path

import pytest

from pulse.config import ConfigError, checked_config
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.records import Channel
from sql.ledger import BEGINNING, GOAL, KPI, Ledger, entries_of, keep

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def config(**tables):
    return checked_config({"site": {"name": "harbour"}, **tables}, Path("pulse.toml"))


@pytest.fixture
def seen(database):
    """Keeps what a config says on a day; how many versions were new."""

    def see(day, known):
        with database.write() as session:
            return len(keep(session, "harbour", entries_of(known), (0, day)))

    return see


BEFORE = config(channels={"voice": {"goal_percent": 80}}, targets={"csat_score": 4.2}, queues={"vip": {"goal_percent": 95}})
AFTER = config(channels={"voice": {"goal_percent": 90, "formula": "a"}}, targets={"csat_score": 4.5})


@pytest.mark.both_databases
def test_a_past_day_is_judged_by_what_was_promised_then(database, seen):
    seen(MONDAY, BEFORE)
    seen(TUESDAY, AFTER)

    ledger = Ledger.read(database, AFTER)

    voice = [ledger.on(day).channel_goal(Channel.VOICE) for day in (date(2020, 1, 1), MONDAY, TUESDAY, WEDNESDAY)]
    assert [goal.goal_ratio for goal in voice] == [0.8, 0.8, 0.9, 0.9]
    assert [goal.formula for goal in voice[1:3]] == [ServiceLevelFormula.D, ServiceLevelFormula.A]
    assert [ledger.on(day).site_goal.goal_ratio for day in (MONDAY, TUESDAY)] == [0.8, 0.9]
    assert [ledger.on(day).targets.of("csat_score", Channel.CHAT) for day in (MONDAY, TUESDAY)] == [4.2, 4.5]


def test_a_queue_that_lost_its_own_promise_promises_what_its_channel_does_from_that_day_on(database, seen):
    seen(MONDAY, BEFORE)
    seen(TUESDAY, AFTER)

    ledger = Ledger.read(database, AFTER)

    assert [ledger.goal_on(day, "queue:vip").goal_ratio for day in (MONDAY, TUESDAY)] == [0.95, 0.9]
    assert ledger.goal_on(MONDAY, "channel:voice").goal_ratio == ledger.goal_on(MONDAY, "site").goal_ratio == 0.8


def test_what_did_not_change_gets_no_version(database, seen):
    first, again, changed = seen(MONDAY, BEFORE), seen(TUESDAY, BEFORE), seen(WEDNESDAY, AFTER)

    assert (first > 30, again, changed) == (True, 0, 3)
    versions = Ledger.read(database, AFTER).versions(GOAL, "channel:voice")
    assert [(row.version, row.since) for row in versions] == [(1, BEGINNING), (2, "2026-11-25")]


def test_of_what_is_not_on_record_the_config_answers(database):
    ledger = Ledger.read(database, AFTER)

    assert ledger.on(MONDAY).channel_goal(Channel.VOICE).goal_ratio == 0.9
    assert ledger.on(MONDAY).queue_goal("unknown", Channel.CHAT).target_s == 60
    assert ledger.on(MONDAY).targets.of("csat_score") == 4.5


def test_business_hours_are_those_of_the_config_for_they_were_counted_by_then(database, seen):
    open_days = {"calendar": {"open": {"mon": ["08:00-18:00"]}}}
    seen(MONDAY, config(**open_days))

    assert Ledger.read(database, config(**open_days)).on(MONDAY).site_goal.hours is not None


def test_who_answers_for_a_figure_is_part_of_its_version(database, seen):
    seen(MONDAY, BEFORE)
    named = config(definitions={"service_level": {"owner": "Operations"}})
    seen(TUESDAY, named)

    versions = Ledger.read(database, named).versions(KPI, "service_level")

    assert [row.owner for row in versions] == [None, "Operations"]
    assert versions[0].content == versions[1].content


def test_an_owner_of_what_is_no_figure_is_a_fault():
    with pytest.raises(ConfigError, match=r"definitions.servce_level: got servce_level, expected a KPI"):
        config(definitions={"servce_level": {"owner": "Operations"}})
