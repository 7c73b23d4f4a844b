"""The console at a past minute: what was open then, to be read only."""

import re

from visits import ZONE, sheets

from dashboard.data import database
from dashboard.serving import serving
from pulse.clock import system_clock
from pulse.instant import written_at
from sql.models import Incident, Transition
from sql.recorder import Recorder

MINUTE = 60_000
EVIL = "<img src=x>"


def opened_and_closed(opened, closed):
    told = {"title": {"en": EVIL, "zh": EVIL}, "why": {"en": "55 %", "zh": "55%"}, "rule": "sla", "kind": "sla_breach", "contributors": []}
    now = {"site": "harbour", "level": 2, "signal": "ok", "work": "closed", "version": 3, "owner": "Ada", "closed_at": closed}
    lines = ((opened, "work", "pulse", "open"), (opened, "signal", "pulse", "raised"), (closed, "work", "Ada", "closed"))
    with database(serving().database_url).write() as session:
        session.add(Incident(id=1, scope="support", opened_at=opened, **told, **now))
        session.flush()
        for at, kind, who, to in lines:
            moved = {"kind": kind, "who": who, "from_state": "", "to_state": to, "why": {"en": "55 %", "zh": "55%"}}
            session.add(Transition(site="harbour", at=at, incident_id=1, **moved))
    Recorder(database(serving().database_url), "harbour").record_board(opened - 60 * MINUTE, b"{}")


def test_an_alert_that_is_closed_by_now_stands_in_the_minute_in_which_it_was_open_and_nobody_can_act_on_it(visit):
    minute = system_clock() // MINUTE * MINUTE - 60 * MINUTE
    opened_and_closed(minute, minute + 5 * MINUTE)

    then, later = (visit("console", at=written_at(minute + minutes * MINUTE, ZONE)) for minutes in (2, 9))

    assert not then.exception
    assert "&lt;img src=x&gt;" in sheets(then)
    assert EVIL not in sheets(then)
    assert "to read only" in sheets(then)
    assert not then.main.get("bidi_component")
    assert not then.main.get("button")
    assert "No alert is on record as open at that minute." in [info.value for info in later.info]


def test_a_minute_that_is_none_is_said(visit):
    assert "expected a time such as" in visit("console", at="<b>soon").error[0].value.replace("\\", "")


def test_of_a_minute_to_come_the_console_leads_to_the_last_there_is(visit, recorded):
    recorded(minutes_ago=1)

    app = visit("console", at="2065-01-01T00:00")

    assert "which is yet to come" in app.error[0].value
    assert re.search(r'href="/console\?at=\d{4}-\d\d-\d\dT.*?">\d{4}-\d\d-\d\d \d\d:\d\d', sheets(app))
