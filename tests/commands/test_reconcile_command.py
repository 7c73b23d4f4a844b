"""`pulse reconcile` as people meet it: six levels, who makes them differ, by the promise of that day."""

from datetime import date

import pytest
from made import HOUR, MINUTE, NOON
from typer.testing import CliRunner

from pulse.cli import app
from pulse.config import load_config
from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from pulse.runtime.site import RunningSite
from sql.contact_tables import ContactRow
from sql.ledger import entries_of, keep
from sql.recorder import Recorder
from sql.session import open_database

HEAD = '[site]\nname = "harbour"\n[channels.voice]\n'
COUNTS = {"answered": 10, "answered_within_target": 8, "abandoned": 3, "abandoned_within_target": 2, "short_abandoned": 1}


def left(contact_id, wait_s, outcome="abandoned", **facts):
    at = {"at": NOON, "offered_at": NOON, "left_at": NOON + round(wait_s * 1000), "wait_s": wait_s, "outcome": outcome}
    known = {"site": "harbour", "contact_id": contact_id, "queue": "support", "channel": "voice", "attributes": {}}
    return ContactRow(**(known | at | facts))


@pytest.fixture
def pulse(tmp_path):
    path = tmp_path / "pulse.toml"
    path.write_text(f"{HEAD}goal_percent = 80\n")
    with open_database(RunningSite.of(path).database_url) as database:
        rows = [IntervalRow(NOON, "support", "voice", Tally.from_map({"counts": COUNTS, "peaks": {}}))]
        Recorder(database, "harbour").commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=rows)
        with database.write() as session:
            keep(session, "harbour", entries_of(load_config(path)), (0, date(2026, 11, 1)))
            path.write_text(f'{HEAD}goal_percent = 95\nformula = "a"\n')
            keep(session, "harbour", entries_of(load_config(path)), (0, date(2026, 11, 24)))
            session.add_all([left("short", 3.0), left("soon", 12.0), left("late", 60.0), left("served", 3.0, "answered")])
            session.add_all(
                [left("other", 3.0, queue="sales"), left("before", 3.0, left_at=NOON - 20 * HOUR, at=NOON - 20 * HOUR - MINUTE)]
            )

    def run(*words):
        outcome = CliRunner().invoke(app, ["reconcile", *words, "--config", str(path)])
        return outcome.exit_code, outcome.output

    return run


def test_a_past_day_is_reconciled_by_the_promise_it_had(pulse):
    code, said = pulse("2026-11-23")

    first, *others = said.splitlines()
    assert code == 0
    assert first == "site, 2026-11-23: promised 80.0 % within 20 s, short up to 5 s; by formula D"
    assert [line.split()[0] for line in others[:6]] == ["A", "B", "C", "*", "E", "F"]
    assert others[3].split()[:6] == ["*", "D", "72.7", "%", "8", "of"]


def test_a_site_whose_queues_promise_differently_tells_each_by_its_own(pulse, tmp_path):
    with open_database(RunningSite.of(tmp_path / "pulse.toml").database_url) as database:
        tally = Tally.from_map({"counts": {"answered": 1}, "peaks": {}})
        rows = [IntervalRow(NOON, f"mail{number}", "email", tally) for number in range(5)]
        Recorder(database, "harbour").commit(stream_id="2-0", at=NOON, state=b"", seen={}, rows=rows)

    whole, mails = pulse("2026-11-23")[1], pulse("2026-11-23", "--queue", "mail3")[1]

    mail = "90.0 % within 4:00:00 h"
    each = f"by queue · mail0, mail1, mail2 +2: {mail} · support: 80.0 % within 20 s, short up to 5 s"
    assert whole.splitlines()[0] == f"site, 2026-11-23: promised {each}; by formula D"
    assert mails.splitlines()[0] == f"queue:mail3, 2026-11-23: promised {mail}; by formula D"


def test_the_contacts_that_differ_are_told_by_id_with_what_they_are(pulse):
    _, said = pulse("2026-11-23", "--queue", "support")

    last = [line.split("  ")[1:] for line in said.strip().splitlines()[-3:]]
    assert last == [
        ["support", "short", "3 s", "short abandon"],
        ["support", "soon", "12 s", "abandoned within the target, not short"],
        ["support", "late", "1:00 min", "abandoned after the target"],
    ]
    assert "served in time by A, left out by B D, missed by C E F" in said


def test_a_day_or_queue_of_which_nothing_was_counted_says_so(pulse):
    said = "queue:nowhere, 2026-11-2{}: nothing was counted; {}\n"
    assert pulse("2026-11-23", "--queue", "nowhere") == (1, said.format(3, "expected one of the queues of that day: support"))
    assert pulse("2026-11-22", "--queue", "nowhere") == (1, said.format(2, "nor was any other queue that day"))
    assert pulse("2026-11-22")[0] == 1
    assert pulse("2026-11-23", "--queue", "support", "--channel", "voice")[0] == 2
