"""A config file that changes under a running process: read when it is whole, taken over when it is right."""

import pytest

from alerts.ruleset import faults_in
from pulse.config import load_config
from pulse.config_file import ConfigFile

FIRST = """
[site]
zone = "Europe/Berlin"
[rules.queue]
kind = "threshold"
figure = "waiting"
raise_above = 10
"""
CHANGED = FIRST.replace("raise_above = 10", "raise_above = 25")
TEAM = '[teams.night]\ntitle = { en = "Night", zh = "夜班" }\n'


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "pulse.toml"
    found.write_text(FIRST, encoding="utf-8")
    return found


@pytest.fixture
def file(path):
    found = ConfigFile(load_config(path), faults_in)
    found.now()
    return found


def read(file, path, text):
    """What the file says after two looks at it as it is now."""
    path.write_text(text, encoding="utf-8")
    assert file.look() is None
    return file.look()


def told(reading):
    return [str(fault).removeprefix("pulse.toml, ") for fault in reading.faults]


def test_a_file_that_did_not_change_says_nothing(file, path):
    path.touch()

    assert [file.look() for _ in range(3)] == [None] * 3


def test_a_change_is_read_once_it_has_stood_still_from_one_look_to_the_next(file, path):
    path.write_text(CHANGED[:40], encoding="utf-8")
    half = file.look()
    path.write_text(CHANGED, encoding="utf-8")

    found = [half, file.look(), file.look(), file.look()]

    assert [reading is not None for reading in found] == [False, False, True, False]
    assert found[2].config.rules["queue"].options["raise_above"] == 25


def test_a_file_with_faults_names_all_of_them_and_one_that_is_right_again_is_taken(file, path):
    wrong = read(file, path, CHANGED.replace("waiting", "wating").replace("Berlin", "Bärlin") + '[rules.odd]\nkind = "odd"\n')
    torn = read(file, path, "[rules")
    again = read(file, path, FIRST)

    assert (wrong.config, torn.config) == (None, None)
    assert any(fault.startswith('site.zone: got "Europe/Bärlin"') for fault in told(wrong))
    assert len(torn.faults) == 1
    assert (again.faults, again.config.rules["queue"].options["raise_above"]) == ((), 10)


def test_faults_of_rules_are_faults_of_the_file(file, path):
    found = read(file, path, CHANGED.replace("waiting", "wating") + '[rules.odd]\nkind = "odd"\n')

    assert len([fault for fault in told(found) if fault.startswith("rules.")]) == 2


def test_what_may_not_change_while_it_runs_stays_and_is_named(file, path):
    text = CHANGED.replace("Berlin", "Paris") + TEAM + '[sources.phone]\nkind = "simulator"\n'

    found = read(file, path, 'redis_url = "redis://elsewhere"\n' + text)

    assert found.restart == ("site.zone", "redis_url", "sources.phone")
    assert (found.config.site.zone, found.config.redis_url, list(found.config.sources)) == ("Europe/Berlin", None, [])
    assert (list(found.config.teams), found.config.rules["queue"].options["raise_above"]) == (["night"], 25)


def test_a_rule_that_needs_what_waits_for_a_restart_waits_too(file, path):
    text = CHANGED + 'schedule = "late"\n[shifts.late]\ntime = "14:00-22:00"\n'

    found = read(file, path, text)

    assert (found.config, found.restart) == (None, ("shifts.late",))
    assert told(found) == ['rules.queue.schedule: got "late", expected a [calendar] or [shifts.NAME] beside it']


def test_a_table_that_is_taken_out_is_gone(file, path):
    assert list(read(file, path, CHANGED + TEAM).config.teams) == ["night"]
    assert list(read(file, path, FIRST).config.teams) == []


def test_a_file_that_is_gone_is_a_fault_and_nothing_else(file, path):
    path.unlink()

    found = [file.look(), file.look(), file.look()]

    assert found[0] is found[2] is None
    assert (found[1].config, told(found[1])) == (None, [f"{path}: it cannot be read, expected the file this process was started with"])


def test_a_change_made_since_the_process_started_is_not_missed(path):
    config = load_config(path)
    path.write_text(CHANGED.replace("Berlin", "Paris"), encoding="utf-8")

    file = ConfigFile(config, faults_in)
    first = file.now()

    assert (first.config.rules["queue"].options["raise_above"], first.config.site.zone) == (25, "Europe/Berlin")
    assert (first.restart, file.look()) == (("site.zone",), None)
