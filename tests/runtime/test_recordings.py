"""Recordings of a simulated centre: whole or not there, of the days that are wanted, and what cannot be written is said."""

import gzip
from datetime import date
from zoneinfo import ZoneInfo

from typer.testing import CliRunner

from pulse.cli import app
from pulse.config import ConfigError
from pulse.runtime.simulating import Wanted, simulate


def test_a_recording_that_is_broken_off_leaves_no_file_and_an_older_one_as_it_was(tmp_path):
    path = tmp_path / "days.jsonl.gz"
    path.write_bytes(b"an older one")
    wanted = Wanted(days=2, contacts_per_day=100, last_day=date(2026, 11, 20), zone=ZoneInfo("UTC"), seed=7)

    writing = simulate(path, wanted)
    next(writing)
    writing.close()

    assert [one.name for one in tmp_path.iterdir()] == ["days.jsonl.gz"]
    assert path.read_bytes() == b"an older one"
    list(simulate(path, wanted))
    assert gzip.decompress(path.read_bytes()).endswith(b"}\n")


def test_a_recording_has_the_days_of_the_zone_of_the_config_unless_another_is_wanted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def said(*words):
        one_day = ["--days", "1", "--contacts", "100", "--last-day", "2026-11-20", "--force"]
        outcome = CliRunner().invoke(app, ["simulate", "d.jsonl", *one_day, *words])
        return outcome.exit_code, outcome.output

    without = said()[1]
    (tmp_path / "pulse.toml").write_text('[site]\nzone = "Asia/Kolkata"\n')

    assert without.startswith("d.jsonl: ")
    assert " records of 1 day until 2026-11-20 (UTC), written in " in without
    assert len(without.splitlines()) == 1
    assert "(Asia/Kolkata)" in said()[1]
    assert "(Europe/Berlin)" in said("--zone", "Europe/Berlin")[1]
    assert (said("--zone", "Mars")[0], "expected an IANA time zone" in said("--zone", "Mars")[1]) == (2, True)


def test_a_recording_is_not_written_over_a_file_that_is_there(tmp_path):
    path = tmp_path / "contacts-2025.csv.gz"
    path.write_bytes(b"what the phone system told")

    outcome = CliRunner().invoke(app, ["simulate", str(path), "--days", "1", "--contacts", "100"])

    assert "contacts-2025.csv.gz: is there, expected the name of a new file, or --force" in str(outcome.exception)
    assert path.read_bytes() == b"what the phone system told"


def test_a_recording_that_cannot_be_written_is_said_with_the_file_and_the_reason(tmp_path):
    outcome = CliRunner().invoke(app, ["simulate", str(tmp_path / "nowhere" / "d.jsonl"), "--days", "1", "--contacts", "100"])

    assert isinstance(outcome.exception, ConfigError)
    assert "d.jsonl: cannot be written: No such file or directory" in str(outcome.exception)
