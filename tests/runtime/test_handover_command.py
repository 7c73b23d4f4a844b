"""`pulse handover` as people meet it: show, offer, accept, list, and clear words for what cannot be."""

import pytest

from pulse.runtime.handing_over import accepted, listed, offered, shown
from pulse.runtime.site import RunningSite
from sql.models import Incident
from sql.session import open_database

NOW = 1_795_435_200_000
MINUTE_MS = 60_000
WRITTEN = """
redis_url = "redis://127.0.0.1:1/0"
[site]
name = "harbour"
zone = "Asia/Shanghai"
[shifts.late]
time = "14:00-22:00"
[shifts.night]
time = "22:00-06:00"
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text(WRITTEN)
    made = RunningSite.of(tmp_path / "pulse.toml")
    told = {"title": {"en": "Support is late", "zh": "t"}, "why": {"en": "w", "zh": "w"}, "contributors": []}
    facts = {"rule": "sla", "kind": "sla_breach", "scope": "support", "signal": "raised", "work": "acknowledged", "owner": "Ada"}
    with open_database(made.database_url) as database, database.write() as session:
        session.add(Incident(site="harbour", level=2, worst_level=2, opened_at=NOW - 5 * MINUTE_MS, **facts, **told))
    return made


def test_a_sheet_is_shown_offered_accepted_and_listed_by_the_clock_of_the_site(site):
    before = shown(site, None, NOW)
    (offer,) = offered(site, "call 13800000001", "Ada", NOW)
    taken = accepted(site, None, "Bo", NOW + MINUTE_MS)
    (line,) = listed(site)

    assert before == [
        "nothing waits; the sheet as it would be now",
        "figures: not known, there was no Board",
        "open alerts: 1, without an owner: 0",
        "    #1  II   5:00 min  to acknowledge: —  Ada  Support is late",
        "kept quiet: 0",
    ]
    assert offer == "#1  late -> night  offered 2026-11-23 20:00:00 by Ada; waits"
    assert (taken.is_done, taken.line) == (True, "hand-over 1 accepted by Bo; alerts moved: 1")
    assert line == "#1  late -> night  offered 2026-11-23 20:00:00 by Ada; accepted 2026-11-23 20:01:00 by Bo"
    lines = shown(site, 1, NOW)
    assert "note: call [phone]" in lines
    assert lines[-1].endswith(": as it was offered, says the event log")


def test_what_cannot_be_accepted_or_shown_is_said(site):
    nothing = accepted(site, None, "Bo", NOW)
    next(offered(site, "", "Ada", NOW))
    accepted(site, 1, "Bo", NOW)

    assert (nothing.is_done, nothing.line) == (False, "nothing waits to be accepted")
    assert accepted(site, 1, "Cem", NOW).line == "hand-over 1: it was accepted by Bo already"
    assert accepted(site, 9, "Cem", NOW).line == "hand-over 9: there is no such hand-over"
    assert shown(site, 9, NOW) is None
