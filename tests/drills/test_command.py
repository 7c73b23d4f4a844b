"""`pulse drill` as people meet it: list, run, stop, score, assess, and clear words for what cannot be."""

import pytest
from drilled import Site, ms
from made import NOON
from typer.testing import CliRunner

from alerts.drills import Refused
from alerts.silences import By
from pulse.cli import app
from pulse.runtime import incidents
from pulse.runtime.drills import Wish, assessed, listed, run, scored, stopped
from pulse.runtime.site import RunningSite
from sql.session import open_database

PLAN = '[site]\nname = "site"\n[drills.spring]\nscenario = "sign_up"\nrrule = "FREQ=MONTHLY;BYDAY=2TU"\n'


@pytest.fixture
def running(tmp_path):
    (tmp_path / "pulse.toml").write_text(PLAN)
    opened = RunningSite.of(tmp_path / "pulse.toml")
    open_database(opened.database_url).close()
    return opened


def test_drills_are_run_listed_stopped_scored_and_assessed(running):
    said = run(running, Wish("spring", who="Ada"), NOON)
    stopped_ = stopped(running, "Bo", NOON + 1000)
    kept = assessed(running, 1, "call 13800000001", By("Cy", NOON + 2000))

    assert said.startswith("drill 1: A long sign-up form loses new users")
    assert (stopped_, kept) == ("drill 1: stopped", "drill 1: assessed")
    lines = list(listed(running, NOON))
    assert lines[0] == "spring  A long sign-up form loses new users  next 2026-12-08 10:00:00"
    assert lines[-1] == "#1  spring  2026-11-23 12:00:00  stopped  by Ada"
    score = scored(running, None, NOON)
    assert score[0] == "drill 1  A long sign-up form loses new users  stopped  interrupted"
    assert score[-1] == "    assessed by Cy: call [phone]"


def test_an_unknown_name_is_refused_with_what_there_is(running):
    with pytest.raises(Refused, match='got "flood", expected one of spring, lockout, complaints, sign_up, new_feature'):
        run(running, Wish("flood"), NOON)


@pytest.mark.parametrize("words", [["spring"], ["run", "spring"]])
def test_a_drill_is_begun_by_its_name_alone(running, words):
    outcome = CliRunner().invoke(app, ["drill", *words, "--config", str(running.config.path)])

    assert outcome.output.startswith("drill 1: A long sign-up form loses new users")


def test_what_is_not_there_is_neither_stopped_nor_scored_nor_assessed(running):
    assert stopped(running, "Bo", NOON) is None
    assert scored(running, 7, NOON) is None
    assert assessed(running, 7, "good", By("Cy", NOON)) is None


def test_an_acknowledged_alert_shows_who_took_it_and_how_long_that_took(database):
    site = Site(database)
    site.turn(0).drill()
    site.until(1, 15, quiet=True)
    for incident in site.all():
        if incident.level == site.score.level:
            site.now = ms(30)
            site.acknowledge(incident, "Ada (manager)")

    mark, took_s, who = site.marks()["acknowledge"]
    assert (mark, who) == ("passed", "Ada (manager)")
    assert 0 < took_s < 30


def test_the_list_of_incidents_says_which_are_of_a_drill(database, database_url, tmp_path):
    (tmp_path / "pulse.toml").write_text(f'database_url = "{database_url}"\n[site]\nname = "site"\n')
    site = Site(database)
    site.turn(0).drill()
    site.until(1, 15, quiet=True)

    lines = list(incidents.listed(RunningSite.of(tmp_path / "pulse.toml"), False, site.now))

    assert all("[DRILL] " in line for line in lines)
    assert len(lines) == len(site.all())
