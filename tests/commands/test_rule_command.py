import json

import pytest
from typer.testing import CliRunner

from pulse.cli import app
from pulse.config import ConfigError
from pulse.kpi.board import Board, Scope, board_json
from sql.models import Incident
from sql.recorder import Recorder
from sql.rule_versions import keep
from sql.session import open_database

CONFIG = """
[rules.long_queue]
kind = "threshold"
figure = "waiting"
raise_above = 10
raise_for = "20s"

[rules.silence]
kind = "no_data"
level = 2
"""
MINUTE = 60_000
T0 = 1_795_435_200_000
"""2026-11-23 12:00 UTC."""
STRETCH = ("--days", "0.1", "--until", "2026-11-23T12:00")


@pytest.fixture
def site(tmp_path):
    """A site whose support queue was long for ten minutes of the last hour."""
    (tmp_path / "pulse.toml").write_text(CONFIG, encoding="utf-8")
    with open_database(f"sqlite:///{tmp_path}/var/pulse/history.db") as database:
        recorder = Recorder(database, "site")
        for minute in range(-60, 0, 2):
            at = T0 + minute * MINUTE
            for one in (at, at + MINUTE):
                waiting = 30 if -40 <= minute < -30 else 2
                board = Board(at=one, site=Scope(title="Site"), queues={"support": Scope(title="Support", waiting=waiting)})
                recorder.record_board(one, board_json(board))
    return tmp_path / "pulse.toml"


def rule(*arguments):
    return CliRunner().invoke(app, ["rule", *map(str, arguments)])


def test_rules_are_listed_with_their_keys(site):
    outcome = rule("list", "--config", site)

    assert outcome.stdout.splitlines() == [
        'long_queue  threshold  level III  raise_for 20s  clear_for 120s  figure = "waiting"  raise_above = 10',
        "silence  no_data  level II  raise_for 60s  clear_for 120s",
    ]


def test_backtest_tells_alerts_noise_and_what_it_cannot_judge(site):
    outcome = rule("backtest", "long_queue", "--config", site, *STRETCH)

    assert outcome.exit_code == 0
    assert "1 alert, 24.00 a day, 1 on the worst day" in outcome.stdout
    assert "support  11:00 min  worst 30 against 10" in outcome.stdout
    assert "note: raise_for is 20 s, Boards are 1:00 min apart" in outcome.stdout


def test_backtest_reads_its_end_as_every_other_time_is_read(site):
    by_an_offset = rule("backtest", "long_queue", "--config", site, "--days", "0.1", "--until", "2026-11-23T13:00+01:00")
    refused = rule("backtest", "long_queue", "--config", site, "--until", "noon")

    assert "1 alert, 24.00 a day" in by_an_offset.stdout
    assert (refused.exit_code, "which cannot be read" in " ".join(refused.stderr.replace("│", " ").split())) == (2, True)


def test_backtest_with_other_keys_and_a_limit_for_so_many_a_day(site):
    outcome = rule("backtest", "long_queue", "--config", site, *STRETCH, "--set", "raise_above=1", "--per-day", "0", "--json")

    told = json.loads(outcome.stdout)

    assert [alert["cleared_at"] for alert in told["alerts"]] == [None]
    assert told["suggestion"] == {"keys": {"raise_above": 30, "clear_at": None}, "searched": 0, "confirmed": 0}
    assert told["rule"]["keys"]["raise_above"] == 1


def test_a_rule_that_is_not_there_is_refused(site):
    outcome = rule("backtest", "lond_queue", "--config", site)

    assert isinstance(outcome.exception, ConfigError)
    assert 'got "lond_queue", expected one of long_queue, silence' in str(outcome.exception)


TESTS = """
every = "30s"

[rules.long_queue]
kind = "threshold"
figure = "waiting"
raise_above = 10
raise_for = "30s"

[[tests]]
name = "a long queue is raised after half a minute"
series.support.waiting = "2 12*2"
expect = [{ at = "60s", rule = "long_queue", scope = "support", level = 3 }]
"""


def test_tests_of_rules_pass_or_say_what_was_found_instead(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(TESTS, encoding="utf-8")
    bad.write_text(TESTS.replace("12*2", "9*2"), encoding="utf-8")

    passed, failed = rule("test", good), rule("test", good, bad)

    assert (passed.exit_code, passed.stdout) == (0, f"{good}: 1 test passed\n")
    assert failed.exit_code == 1
    assert failed.stdout.splitlines() == [
        f"{good}: 1 test passed",
        f"{bad}: 1 of 1 test failed",
        "  a long queue is raised after half a minute",
        "    at 1:00 min, long_queue, support: expected level III, found not raised; 9 now, alarm above 10",
    ]


def test_faults_of_all_files_of_tests_are_said_at_once(tmp_path):
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(TESTS.replace("long_queue]", "short_queue]"), encoding="utf-8")

    outcome = rule("test", tmp_path / "one.toml", tmp_path / "two.toml", tmp_path / "three.toml")

    assert isinstance(outcome.exception, ConfigError)
    assert [fault.where.split("/")[-1] for fault in outcome.exception.faults] == [
        "one.toml, tests.0.expect.0.rule",
        "two.toml, tests.0.expect.0.rule",
        "three.toml",
    ]


def test_versions_are_listed_with_the_incidents_each_opened(site):
    with open_database(f"sqlite:///{site.parent}/var/pulse/history.db") as database, database.write() as session:
        keep(session, "site", {"long_queue": "[rules.long_queue]", "silence": "a"}, (T0, "pulse.toml, desk"))
        keep(session, "site", {"long_queue": "[rules.long_queue]\n"}, (T0 + 2 * MINUTE, "pulse.toml, desk"))
        told = {"title": {}, "why": {}, "contributors": [], "kind": "threshold", "level": 3, "signal": "ok", "work": "closed"}
        for minute in (1, 2, 3):
            session.add(Incident(site="site", rule="long_queue", scope="support", opened_at=T0 + minute * MINUTE, **told))

    outcome = rule("list", "--versions", "--config", site)

    lines = outcome.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == ["long_queue", "silence"]
    assert lines[1].endswith("pulse.toml, desk  incidents: #1")
    assert lines[2].endswith("pulse.toml, desk  incidents: #2, #3")
    assert lines[5] == "      2  since 2026-11-23 12:02:00 UTC  removed"


def test_without_any_watch_there_are_no_versions(site):
    assert rule("list", "--versions", "--config", site).stdout == "no version: no watch has run since rules are kept\n"


def test_tests_without_rules_of_their_own_are_held_against_the_config_that_is_given(site, tmp_path):
    tests = tmp_path / "elsewhere" / "made.toml"
    tests.parent.mkdir()
    expected = '{ at = "1m", rule = "long_queue", scope = "support" }'
    tests.write_text(f'every = "10s"\n[[tests]]\nname = "long"\nseries.support.waiting = "20*9"\nexpect = [{expected}]\n', encoding="utf-8")

    alone, given = rule("test", tests), rule("test", tests, "--config", site)

    assert isinstance(alone.exception, ConfigError)
    assert (given.exit_code, given.exception) == (0, None)
