"""A drill beside what is real: it touches no real alert, hides none, and is set aside for the gravest."""

import pytest
from drilled import Site, ms
from made import contact

from pulse.drills import Scenario
from sql.models import Incident


def lost(site, second, count=8):
    """So many real contacts that waited in vain."""
    for number in range(count):
        began = contact("offered", f"r{second}-{number}", ms(second) - 60_000)
        site.real(began, contact("abandoned", f"r{second}-{number}", ms(second), wait_s=60.0))


def test_a_real_alert_that_stands_already_is_not_raised_again_as_a_drill(site):
    lost(site, 0)
    site.until(1, 5, quiet=True).drill()
    site.until(6, 20, quiet=True)

    assert [(one.rule, one.drill) for one in site.all(Incident) if one.rule == "sla"] == [("sla", False)]
    assert site.score.steps[0].note.en == "a real alert stood meanwhile: what it tells of is left out of the drill"


def test_a_real_alert_is_seen_as_real_at_once_while_a_drill_stands_in_the_same_place(site):
    site.turn(0).drill()
    site.until(1, 14, quiet=True)
    lost(site, 15, count=20)
    site.until(15, 18, quiet=True)

    assert ("sla", "support", 2, False) in site.shown
    assert ("sla", "support", 2, True) in site.shown
    assert site.shown.index(("sla", "support", 2, False)) < site.shown.index(("sla", "support", 2, True))
    assert [one["drill"] for one in site.mailbox.got if one["state"] == "raised"][-1] is False


def test_a_real_alert_of_level_one_ends_the_drill_and_no_drill_begins_beside_it(database):
    site = Site(database, rules={"sla": {"kind": "sla_breach", "level": 1, "raise_for": "0s", "window": "last_5m", "min_contacts": 5}})
    site.turn(0).drill(Scenario.COMPLAINTS)
    site.until(1, 5)
    lost(site, 6, count=20)
    site.until(6, 8)

    assert (site.row.state, site.row.why["en"]) == ("stopped", "a real alert of level I stands")
    assert site.refused() == "a real alert of level I stands: first things first"


@pytest.mark.both_databases
def test_only_one_drill_runs_at_a_time(site):
    site.turn(0).drill()

    assert site.refused() == "another drill is under way, or this one was played already"


def test_a_killed_watch_goes_on_with_the_drill_and_raises_nothing_twice(site):
    site.turn(0).drill()
    site.until(1, 15)
    before = [(one.id, one.opened_at) for one in site.all(Incident)]
    site.start()
    site.until(16, 30)

    assert [(one.id, one.opened_at) for one in site.all(Incident)] == before
    assert [(one["state"], one["incident"]) for one in site.mailbox.got] == [("raised", number) for number, _ in before]
    assert site.row.state == "running"
    assert {drill for *_, drill in site.shown} == {True}


def test_a_drill_that_was_stopped_while_watch_was_away_is_let_go(site):
    site.turn(0).drill()
    site.until(1, 15)
    site.stop()
    site.start()
    site.until(16, 20)

    assert site.shown == []
    assert {one.work for one in site.all(Incident)} == {"closed"}


def test_a_drill_ended_while_its_alert_is_being_written_leaves_no_alert_open(site):
    site.turn(0).drill()
    site.until(1, 4, quiet=True)
    refresh, site.drilling.refresh = site.drilling.refresh, lambda now: None
    site.stop()
    site.until(5, 15, quiet=True)
    site.drilling.refresh = refresh
    site.turn(16)

    assert {one.work for one in site.all(Incident)} <= {"closed"}
    assert list(site.drilling.rows) == []


def test_a_drill_whose_time_ends_while_no_watch_runs_is_interrupted_and_not_missed(site):
    site.until(0, 5).drill(limit_s=60)
    site.until(6, 8)

    site.start()
    site.turn(80)

    assert (site.row.state, site.row.why["en"]) == ("stopped", "the watch was away until its time was over")
    assert site.marks()["acknowledge"][0] == "interrupted"
