"""What the serve process finds is late, named for the screens by the clock of the site: steps, a silent database, a hand-over."""

import pytest
from test_incident_page import incident, kept  # noqa: F401 - fixtures

from alerts.handovers import HandOvers, Seen
from alerts.silences import By
from dashboard.data import auditor_look, database, hand_over_look
from dashboard.serving import serving
from sql.duty import HandOver

NOW = 1_795_435_200_000
"""2026-11-23 20:00 in Shanghai."""
TABLES = '\n[teams.ops]\n[escalation.2]\nsteps = ["ops"]\n[auditor]\ngrace = "15s"\n[handover]\nteam = "ops"\n'


@pytest.fixture
def audited(site):
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text(encoding="utf-8") + TABLES, encoding="utf-8")
    serving.cache_clear()


def test_a_step_that_is_late_is_named_with_the_clock_of_the_site(audited, kept):  # noqa: F811
    kept(incident(1, "open", opened_at=NOW - 600_000, acknowledge_by=NOW - 120_000))
    times = iter([NOW, NOW + 20_000, NOW + 25_000])
    look = auditor_look(serving(), lambda: next(times))

    assert [look(), look()] == [(), ("late_steps:19:58",)]


def test_a_site_without_the_table_has_no_auditor(site):
    assert auditor_look(serving(), lambda: NOW) is None
    assert hand_over_look(serving()) is None


def test_a_database_that_cannot_be_opened_is_said_after_a_minute(audited, history_away):
    times = iter([NOW, NOW, NOW + 61_000])
    look = auditor_look(serving(), lambda: next(times))

    assert [look(), look()] == [(), ("late_blind:20:00",)]


def test_a_shift_that_nobody_took_over_in_time_is_named_until_somebody_does(audited):
    hand_overs = HandOvers(database(serving().database_url), serving().config)
    look = hand_over_look(serving())
    row = hand_overs.offer(By("Ada", NOW), Seen())
    before = look()
    with database(serving().database_url).write() as session:
        session.get(HandOver, row.id).told = 1

    overdue = look()
    hand_overs.accept(row.id, By("Bo", NOW))

    assert (before, overdue, look()) == ((), ("late_handover:20:00",), ())
