"""A drill from its first record to its end: it enters by the collector's door, runs the whole chain, and is marked at every place."""

import pytest
from drilled import RULES, Site, ms

from alerts.account import account_of
from alerts.actions import Answer, Asked, reopen
from alerts.affected import Affected
from alerts.allowed import allowed
from pulse.drills import Scenario
from sql.models import Incident, OutboxMessage, Transition


def test_a_lock_out_is_detected_told_and_acknowledged_and_the_drill_is_scored(site):
    site.until(0, 5).drill()
    site.until(6, 20)
    raised = site.all(Incident)[0]
    site.acknowledge(raised, "Bo")
    site.turn(21)

    assert (raised.drill, raised.drill_id, raised.rule, raised.scope) == (True, 1, "sla", "support")
    assert site.mailbox.got[0]["drill"] is True
    assert site.mailbox.got[0]["link"] == f"https://pulse.example/console?alert={raised.id}"
    began = site.row.began_at
    assert site.marks()["detect"] == ("passed", (raised.opened_at - began) / 1000, None)
    assert site.marks()["notify"] == ("passed", 0.0, None)
    assert (site.row.state, site.score.level) == ("running", 2)


def test_what_a_drill_raises_is_marked_on_the_console_in_the_log_and_in_every_message(site):
    site.until(0, 5).drill()
    site.until(6, 20)

    assert {drill for *_, drill in site.shown} == {True}
    assert {line.origin for line in site.all(Transition, Transition.incident_id.is_not(None))} == {"drill"}
    assert {message.payload["drill"] for message in site.all(OutboxMessage)} == {True}


@pytest.mark.both_databases
def test_the_end_of_a_drill_closes_its_alerts_tells_who_was_told_and_leaves_nothing_behind(site):
    site.until(0, 5).drill()
    site.until(6, 20)
    told = len(site.mailbox.got)
    site.stop()
    site.until(21, 23)

    assert {(one.work, one.signal) for one in site.all(Incident)} == {("closed", "ok")}
    assert [(one["state"], one["drill"]) for one in site.mailbox.got[told:]] == [("cleared", True)] * len(site.all(Incident))
    assert site.shown == []
    assert {state.site for state in site.all_states()} <= {"site"}
    assert site.keys.drill not in site.stream.kept
    assert site.log() == [("none", "asked", "Ada"), ("asked", "running", "pulse"), ("running", "stopped", "Bo")]


def test_a_drill_ends_by_itself_when_its_time_is_over(site):
    site.until(0, 5).drill(limit_s=60)
    site.until(6, 20).turn(70)

    assert (site.row.state, site.row.why["en"]) == ("ended", "its time is over")
    assert {one.work for one in site.all(Incident)} == {"closed"}


def test_a_drill_of_which_nothing_comes_in_fails_and_says_so(database):
    site = Site(database, collects=False)
    site.until(0, 5).drill()
    site.until(6, 8).turn(40)

    assert site.row.state == "failed"
    assert site.row.why["en"] == "none of its records came in: does `pulse collect` run?"
    assert site.marks()["detect"] == ("failed", None, None)


def test_a_drill_that_nobody_acknowledges_is_failed_once_its_time_to_be_acknowledged_is_over(site):
    site.until(0, 5).drill()
    site.until(6, 20)
    raised = site.all(Incident)[0]
    site.now = raised.acknowledge_by + 1000

    assert site.marks()["acknowledge"] == ("failed", None, None)


def test_alerts_of_a_drill_escalate_like_real_ones_and_are_marked(database):
    site = Site(database, teams={"managers": {"notify": ["ops"]}}, escalation={"2": {"steps": ["managers"]}})
    site.until(0, 5).drill()
    site.until(6, 20).turn(700)

    assert ("unanswered", True) in [(one["state"], one["drill"]) for one in site.mailbox.got]


@pytest.mark.parametrize("scenario", Scenario)
def test_every_scenario_is_detected(database, scenario):
    rise = {"kind": "threshold", "figure": "complaints", "raise_above": 1, "window": "last_5m", "raise_for": "0s"}
    site = Site(database, rules={"sla": RULES["sla"], "rise": rise})
    site.turn(0).drill(scenario, queues=("support",))
    for second in range(1, 120, 4):
        site.turn(second)

    assert site.marks()["detect"][0] == "passed"


def test_records_of_a_drill_that_is_over_reach_nothing(site):
    site.until(0, 5).drill()
    site.until(6, 20)
    stale = [entry for entry in site.stream.entries if b"drill" in entry[1]]
    site.stop()
    site.until(21, 25)
    site.drill()
    site.stream.entries += [(f"{site.stream.last + number}-0".encode(), fields) for number, (_, fields) in enumerate(stale, 1)]
    site.collects = False
    site.until(26, 30)

    assert site.drilling._running.came_in is False
    assert ms(30) == site.now


def test_what_a_drill_closed_is_not_opened_again_for_nobody_would_ever_close_it(site):
    site.turn(0).drill()
    site.until(1, 15, quiet=True)
    site.stop()
    closed = site.all()[0]

    answer = reopen(site.database, Asked(closed.id, closed.version, "Ada", site.now))

    assert (answer.answer, allowed(closed)) == (Answer.ONLY_DRILL, ("comment",))


def test_the_account_of_a_drill_tells_its_times_and_no_contacts_of_history_that_it_did_not_touch(site):
    site.turn(0).drill()
    site.until(1, 15)
    raised = site.all()[0]
    site.acknowledge(raised)

    account = account_of(site.database, site.config, raised.id, site.now)

    assert (account.affected, account.minutes) == (Affected(), ())
    assert account.times.notify_s == 0.0
    assert account.times.acknowledge_s is not None
