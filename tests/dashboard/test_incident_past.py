"""The board of an incident's scope at one of its minutes."""

from types import SimpleNamespace

import pytest
from visits import sheets

from dashboard.data import database
from dashboard.incident_past import AROUND_MS, minutes_of, scope_table
from dashboard.serving import serving
from pulse.clock import system_clock
from pulse.kpi.board import Board, Scope, board_json
from pulse.text import Language
from sql.models import Incident, Transition
from sql.recorder import Recorder

MINUTE = 60_000
EVIL = "<img src=x>"


def account(opened_at, until):
    return SimpleNamespace(incident=SimpleNamespace(opened_at=opened_at), until=until)


def test_minutes_reach_a_quarter_of_an_hour_to_both_sides_and_never_into_the_future():
    opened = 600 * MINUTE

    past, running = minutes_of(account(opened, opened + MINUTE), 9_000 * MINUTE), minutes_of(account(opened, opened), opened + 2 * MINUTE)

    assert (past[0], past[-1]) == (opened - AROUND_MS, opened + MINUTE + AROUND_MS)
    assert running[-1] == opened + 2 * MINUTE
    assert len(minutes_of(account(opened, 90_000 * MINUTE), 90_000 * MINUTE)) == 721


def test_what_a_minute_does_not_tell_is_a_dash_and_what_nobody_tells_is_left_out():
    scope = Scope(title="Support", waiting=3, last_30m={"service_level": 0.5, "offered": 0}, today={"service_level": None})

    table = scope_table(scope, Language.EN)

    assert "<b>3</b>" in table
    assert "50.0 %" in table
    assert "—" in table
    assert "Complaints" not in table


@pytest.mark.parametrize("language", list(Language))
def test_page_shows_the_board_of_the_minute_it_was_raised_and_leads_to_the_wall(visit, language):
    opened = system_clock() // MINUTE * MINUTE - 30 * MINUTE
    support = Scope(title="Support", waiting=4711, last_30m={"service_level": 0.5})
    told = {"title": {"en": EVIL, "zh": EVIL}, "why": {"en": "", "zh": ""}, "rule": "sla", "kind": "sla_breach", "contributors": []}
    at = {"site": "harbour", "level": 2, "signal": "raised", "work": "open", "version": 1}
    with database(serving().database_url).write() as session:
        session.add(Incident(id=1, scope="support", opened_at=opened, **at, **told))
        session.flush()
        moved = {"kind": "signal", "who": "pulse", "from_state": "ok", "to_state": "raised", "why": {"en": "", "zh": ""}}
        session.add(Transition(site="harbour", at=opened, incident_id=1, **moved))
    recorder = Recorder(database(serving().database_url), "harbour")
    recorder.record_board(opened, board_json(Board(at=opened + 300, site=Scope(title="Harbour"), queues={"support": support})))

    app = visit("incident", id="1", language=language.value)

    assert not app.exception
    assert "<b>4,711</b>" in sheets(app)
    assert "/wall?at=" in sheets(app)
    assert len(app.select_slider) == 1
