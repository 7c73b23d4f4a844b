"""`pulse snapshot` as people meet it: freeze once, list, show, verify, restated, and clear words for what cannot be."""

import json
import zlib

import pytest
from frozen_site import count, missed_day
from typer.testing import CliRunner

from pulse.cli import app
from pulse.runtime.site import RunningSite
from sql.memory_tables import SnapshotRow
from sql.session import open_database

WRITTEN = """
[site]
name = "harbour"
title = { en = "Harbour", zh = "港口" }
zone = "Asia/Kolkata"
[targets]
abandonment_ratio = "5%"
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text(WRITTEN)
    made = RunningSite.of(tmp_path / "pulse.toml")
    with open_database(made.database_url) as database:
        for day in (18, 19, 20):
            missed_day(database, f"2025-11-{day}")
    return made


@pytest.fixture
def snapshot(site):
    def run(*words):
        outcome = CliRunner().invoke(app, ["snapshot", *words, "--config", str(site.config.path)])
        return outcome.exit_code, outcome.output.strip()

    return run


def test_a_day_is_frozen_once_listed_and_shown(snapshot):
    said = [snapshot("freeze", "--day", "2025-11-20") for _ in range(2)]
    code, table = snapshot("show", "2025-11-20")
    lines = table.splitlines()

    assert said == [
        (0, "daily snapshot of 2025-11-20: frozen"),
        (0, "daily snapshot of 2025-11-20: it was frozen before, nothing is changed"),
    ]
    assert snapshot("list")[1].startswith("2025-11-20  daily    frozen ")
    assert code == 0
    assert lines[0].startswith("Harbour: 2025-11-20, frozen ")
    level = next(line for line in lines if "Service level" in line).split()
    assert level == ["Service", "level", "70.0", "%", "80.0", "%", "70.0", "%", "70.0", "%", "MISSED"]
    assert lines[1].split() == ["value", "target", "before", "to", "date", "status"]
    assert "Answered: 10" in lines


def test_what_a_first_day_cannot_be_compared_with_has_no_column(snapshot):
    snapshot("freeze", "--day", "2025-11-18")

    head, *rows = snapshot("show", "2025-11-18")[1].splitlines()[1:]

    assert "before" not in head
    assert {"value", "target", "status"} <= set(head.split())
    assert next(row for row in rows if "Service level" in row).split()[-1] == "MISSED"


def test_what_may_come_on_the_day_after_is_shown_too(site, snapshot):
    with open_database(site.database_url) as database:
        count(database, "2025-11-13 09:00", offered=1)
        count(database, "2025-11-14 09:00", offered=1_200)
    snapshot("freeze", "--day", "2025-11-20")

    last = snapshot("show", "2025-11-20")[1].splitlines()[-1]

    assert last.startswith("to be expected on 2025-11-21: Phone 1,200 (1,200 to 1,200). As on the one day of this kind (Friday)")


def test_a_week_is_found_by_any_of_its_days_and_is_the_json_that_is_kept(snapshot):
    snapshot("freeze", "--day", "2025-11-20", "--edition", "weekly")

    code, told = snapshot("show", "2025-11-18", "--edition", "weekly", "--json")

    assert code == 0
    assert (json.loads(told)["day"], json.loads(told)["last_day"]) == ("2025-11-17", "2025-11-23")


def test_late_records_are_told_as_restated_and_the_frozen_day_stays(snapshot, site):
    snapshot("freeze", "--day", "2025-11-20")
    before = snapshot("restated", "2025-11-20")[1]
    with open_database(site.database_url) as database:
        count(database, "2025-11-20 11:00", offered=1, answered=1)

    after = snapshot("restated", "2025-11-20")[1].splitlines()

    assert before.startswith("nothing is restated since ")
    assert "site  Offered: frozen 10, now 11" in after
    assert snapshot("verify")[0] == 0


def test_a_changed_row_is_found(snapshot, site):
    snapshot("freeze", "--day", "2025-11-20")
    snapshot("freeze", "--day", "2025-11-19")
    whole = snapshot("verify")
    with open_database(site.database_url) as database, database.write() as session:
        session.get(SnapshotRow, ("harbour", "daily", "2025-11-20")).content = zlib.compress(b"{}")

    assert whole == (0, "2 snapshots are as frozen")
    assert snapshot("verify") == (1, "daily snapshot of 2025-11-20: its content does not have its hash")
    assert snapshot("verify", "2025-11-19") == (0, "1 snapshot is as frozen")
    assert snapshot("show", "2025-11-20")[1].startswith("daily snapshot of 2025-11-20: it cannot be read any more: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("freeze", "--day", "2125-01-01"), "not frozen: 2125-01-01: it is not over yet, expected a stretch that ended two hours ago"),
        (("freeze", "--day", "9999-12-31"), "not frozen: 9999-12-31: it is not over yet, expected a stretch that ended two hours ago"),
        (("freeze", "--day", "0001-01-01"), "not frozen: 0001-01-01: nothing is known of it, history holds what happened since 2025-11-18"),
        (("show", "2025-11-20"), "daily snapshot of 2025-11-20: there is none, expected one that `pulse snapshot list` shows"),
        (("verify", "2025-11-20"), "daily snapshot of 2025-11-20: there is none"),
        (("restated", "2025-11-20"), "daily snapshot of 2025-11-20: there is none"),
    ],
)
def test_what_cannot_be_ends_with_1_and_says_why(snapshot, words, said):
    code, told = snapshot(*words)

    assert code == 1
    assert told.startswith(said)


def test_a_site_without_a_frozen_day_says_so(snapshot):
    assert snapshot("list") == (0, "nothing is frozen yet")
    assert snapshot("verify") == (0, "nothing is frozen yet")
