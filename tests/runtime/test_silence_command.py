"""`pulse silence` as people meet it: make, list, lift, and clear words for what cannot be."""

import subprocess
import sys

import pytest

from alerts.silences import Unfit, Wanted
from pulse.runtime.silencing import lifted, listed, made
from pulse.runtime.site import RunningSite
from sql.session import open_database

NOW = 1_795_435_200_000
HOUR_MS = 3_600_000


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text(
        '[site]\nname = "harbour"\nzone = "Asia/Shanghai"\n[rules.sla]\nkind = "sla_breach"\n[rules.late]\nkind = "due_soon"\n'
    )
    opened = RunningSite.of(tmp_path / "pulse.toml")
    open_database(opened.database_url).close()
    return opened


def wanted(**facts):
    return Wanted(**{"rule": "sla", "scope": "sup*", "level": 3, "starts_at": NOW, "ends_at": NOW + HOUR_MS, **facts})


def test_a_silence_is_made_listed_by_the_clock_of_the_site_and_lifted(site):
    assert made(site, wanted(comment="call 13800000001"), "Ada", NOW) == "#1  sla / sup*: silenced until 2026-11-23 21:00:00"
    assert list(listed(site, NOW)) == ["#1  sla / sup*  III and milder  until 2026-11-23 21:00:00  by Ada  call [phone]"]
    assert lifted(site, 1, "Bo", NOW) == "#1: lifted"
    assert list(listed(site, NOW)) == ["nothing is silenced"]


def test_what_does_not_stand_is_not_lifted_and_what_cannot_be_is_not_made(site):
    assert lifted(site, 7, "Bo", NOW) is None
    with pytest.raises(Unfit, match="longer than 7 days"):
        made(site, wanted(ends_at=NOW + 8 * 24 * HOUR_MS), "Ada", NOW)


def test_the_command_says_what_was_done_and_refuses_with_exit_code_one(site):
    def pulse(*words):
        return subprocess.run(
            [sys.executable, "-m", "pulse.cli", "silence", *words, "--config", site.config.path],
            check=False,
            capture_output=True,
            text=True,
        )

    asked = pulse("make", "--rule", "sla", "--scope", "*", "--for", "8d")
    found = pulse("lift", "3")

    assert (asked.returncode, asked.stdout) == (1, "")
    assert "not silenced: it is longer than 7 days; plan a maintenance window" in asked.stderr
    assert (found.returncode, found.stderr) == (1, "silence 3: none of that number stands, expected one that `pulse silence list` shows\n")


@pytest.mark.parametrize("pattern", ["slq", "sla ", "x*"])
def test_a_rule_that_is_not_there_is_refused_with_the_names_there_are(site, pattern):
    with pytest.raises(Unfit) as refused:
        made(site, wanted(rule=pattern), "Ada", NOW)

    assert str(refused.value) == f'--rule: got "{pattern}", expected one of sla, late, *'
    assert list(listed(site, NOW)) == ["nothing is silenced"]


@pytest.mark.parametrize("pattern", ["sla", "s*", "*", "l?te"])
def test_a_rule_that_is_there_may_be_named_or_matched(site, pattern):
    assert made(site, wanted(rule=pattern), "Ada", NOW).startswith(f"#1  {pattern} / sup*: silenced")
