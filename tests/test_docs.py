"""What the documents say is true: their configs load, their paths exist."""

import re
import shlex
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from alerts.channels._alertmanager import webhook_body
from alerts.drill_score import DETECT_WITHIN_S, NOTIFY_WITHIN_S
from alerts.expected_alerts import outcome_lines, outcomes
from alerts.fields import fields_of
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS
from alerts.message import Message
from alerts.postable import Reader
from alerts.rule_tests import checked_rule_tests
from alerts.ruleset import load_channels, load_rules
from dashboard.api.routes import operations
from dashboard.server import Server
from pulse.api_token import ApiScope
from pulse.cli import app
from pulse.config import Config, checked_config, load_config
from pulse.drills import Scenario
from pulse.durations import seconds
from pulse.plugins import kinds, load
from pulse.runtime.checking import report
from pulse.runtime.collecting import checked_sources
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite
from pulse.runtime.up import PAGES
from pulse.text import Language
from sql.views import DIALECTS, statements

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ACCESS = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
RULE_TESTS = (ROOT / "docs" / "rule-tests.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", README, re.DOTALL), ids=lambda block: block.split("\n")[0][:20])
def test_a_config_in_the_readme_has_no_fault(block: str, tmp_path: Path) -> None:
    config = checked_config(tomllib.loads(block), tmp_path / "pulse.toml")

    assert len(load_channels(config)) == len(config.notify)
    assert len(checked_sources(RunningSite(config, Places(tmp_path)))) == len(config.sources)


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.name)
def test_an_example_has_no_fault(example: Path) -> None:
    site = RunningSite.of(example)

    assert "no fault" in next(report(site, None))


def test_the_demo_has_the_whole_chain_and_calls_nobody_outside() -> None:
    demo = load_config(ROOT / "examples" / "demo.toml")
    named = (table for table in (demo.teams, demo.drills, demo.maintenance, demo.goals) for table in table.values())

    assert {channel.kind for channel in demo.notify.values()} == {"file"}
    assert all(rule.notify and rule.owner for rule in demo.rules.values())
    assert all(team.notify and set(team.on_duty) == set(demo.shifts) for team in demo.teams.values())
    assert all(one.title and one.title.zh for one in named)
    assert set(demo.escalation) == {"1", "2", "3"}
    assert demo.handover
    assert demo.goals
    assert demo.auditor


def test_readme_says_where_a_site_may_keep_its_things() -> None:
    places = [name for name, field in Config.model_fields.items() if field.annotation == str | None]

    assert len(places) == 3
    assert [name for name in places if not re.search(rf"^{name} = ", README, re.MULTILINE)] == []


def test_every_kind_of_rule_is_shown_with_a_table_that_has_no_fault(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.DOTALL)
    config = checked_config(tomllib.loads("\n".join(blocks)), tmp_path / "pulse.toml")

    assert {rule.kind for rule in load_rules(config)} == set(kinds("alerts.rules"))


def test_the_page_on_tests_of_rules_shows_commands_that_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    outcomes_of = {
        line: CliRunner().invoke(app, shlex.split(line)[1:]) for line in _lines(RULE_TESTS) if line.startswith("pulse rule test")
    }

    assert outcomes_of
    assert [line for line, outcome in outcomes_of.items() if outcome.exit_code or "failed" in outcome.stdout] == []


def test_the_page_on_tests_of_rules_shows_a_file_that_passes_and_what_is_said_of_one_that_fails() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", RULE_TESTS, re.DOTALL)
    good, bad = tomllib.loads(block), tomllib.loads(block)
    bad["tests"][0]["name"] = "a long queue is raised after a minute"
    bad["tests"][0]["expect"] = [{"at": "60s", "rule": "long_queue", "scope": "support", "level": 3}]
    passing, failing = (checked_rule_tests(told, Path("made.toml")) for told in (good, bad))

    said = [*outcome_lines(passing, outcomes(passing)), *outcome_lines(failing, outcomes(failing))]

    assert said[0] == "made.toml: 1 test passed"
    assert "\n".join(said[1:]) in RULE_TESTS


def _lines(page: str) -> list[str]:
    return [line for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("name", kinds("bench"))
def test_every_bench_can_be_run_with_the_code_as_it_is(name: str) -> None:
    assert callable(load("bench", name).figures)


def test_readme_names_every_page() -> None:
    assert [page for page in PAGES if f"<http://127.0.0.1:8501/{page}>" not in README] == []


def test_every_path_the_readme_names_exists() -> None:
    named = set(re.findall(r"`((?:pulse|alerts|sql|collectors|dashboard|docs|examples)/[\w/.]*)`", README))

    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_readme_names_every_channel_and_every_field_of_a_template() -> None:
    named = fields_of({}, Language.EN, ZoneInfo("UTC"), 0)

    assert [kind for kind in kinds("alerts.channels") if f"| `{kind}` |" not in README] == []
    assert [name for name in named if f"`{name}`" not in README] == []


def test_the_page_on_access_names_every_route_with_its_parameters_every_scope_and_every_view() -> None:
    parameters = {name.name for one in operations() for name in one.parameters}
    views = {dialect: statements(dialect) for dialect in DIALECTS}

    assert [one.address for one in operations() if f"| `{one.address}` |" not in ACCESS] == []
    assert [name for name in (*parameters, *ApiScope, *views["sqlite"]) if f"`{name}`" not in ACCESS] == []
    assert views["sqlite"].keys() == views["postgresql"].keys()


@pytest.mark.parametrize("package", ["collectors.connectors", "alerts.rules", "alerts.channels"])
def test_every_plugin_names_itself_in_both_languages_and_describes_itself(package: str) -> None:
    for kind in kinds(package):
        module = load(package, kind)
        assert module.__doc__, kind
        assert module.TITLE.en, kind
        assert module.TITLE.zh, kind


DRILLS = (ROOT / "docs" / "drills.md").read_text(encoding="utf-8")


def test_the_page_on_drills_names_every_scenario_there_is_a_file_of_and_shows_plans_without_fault(tmp_path: Path) -> None:
    config = checked_config(tomllib.loads("\n".join(re.findall(r"```toml\n(.*?)```", DRILLS, re.DOTALL))), tmp_path / "pulse.toml")

    assert set(kinds("collectors.drills")) == set(Scenario) == set(re.findall(r"^\| `(\w+)` \|", DRILLS, re.MULTILINE))
    assert set(config.drills) == {"month", "quarter"}
    assert all(re.search(rf"\| `{name}` .*\| {load('collectors.drills', name).LASTS_S / 60:.0f} min \|", DRILLS) for name in Scenario)


def test_the_page_on_drills_tells_the_goals_that_are_scored() -> None:
    rows = dict(re.findall(r"^\| to (\w+) \|.*?\| (.+) \|$", DRILLS, re.MULTILINE))
    acknowledge = {level: within_ms / 1000 for level, within_ms in ACKNOWLEDGE_WITHIN_MS.items()}

    for step, goals in {"detect": DETECT_WITHIN_S, "notify": NOTIFY_WITHIN_S, "acknowledge": acknowledge}.items():
        told = rows[step].split(" | ")[-3:]
        assert [seconds(goal.replace(" ", "").replace("min", "m")) for goal in told] == [goals[level] for level in (1, 2, 3)], step


INTEROP = (ROOT / "docs" / "interop.md").read_text(encoding="utf-8")


def test_tables_of_interop_have_no_fault(tmp_path: Path) -> None:
    config = checked_config(tomllib.loads("\n".join(re.findall(r"```toml\n(.*?)```", INTEROP, re.DOTALL))), tmp_path / "pulse.toml")

    assert {rule.kind for rule in load_rules(config)} == {"external", "sla_breach"}
    assert config.interop is not None
    assert len(load_channels(config)) == len(config.notify)


def test_interop_names_every_label_and_annotation_of_our_alerts() -> None:
    body = webhook_body(Message("site/1/raised-1/am", payload_with_everything()), "en")
    told = {**body["commonLabels"], **body["commonAnnotations"]}

    assert len(told) == 13
    assert [name for name in told if f"`{name}`" not in INTEROP] == []


def payload_with_everything() -> dict[str, object]:
    named = {"rule": "sla", "site": "site", "scope": "support", "kind": "sla_breach", "incident": 1, "level": 1, "drill": True}
    texts = {"title": {"en": "low"}, "why": {"en": "low"}, "runbook": "https://wiki.example.com"}
    return {**named, **texts, "state": "raised", "value": 0.5, "threshold": 0.8, "opened_at": 0, "at": 0}


def test_interop_names_every_metric() -> None:
    source = (ROOT / "dashboard" / "metrics.py").read_text(encoding="utf-8")
    metrics = set(re.findall(r'"(pulse_\w+)"', source))

    assert len(metrics) > 15
    assert [name for name in metrics if f"`{name}`" not in INTEROP] == []


def test_commands_of_interop_ask_routes_that_there_are_and_post_alerts_that_are_taken() -> None:
    paths = {way.route.path for way in Server().ways()}
    bodies = re.findall(r"-d '(\[.*?\])'", INTEROP)

    assert {path for path in re.findall(r"127\.0\.0\.1:8501(/[\w/]+)", INTEROP) if path not in paths} == set()
    assert [len(Reader(resolve_timeout_s=300, redact=str).read(body.encode(), 0).alerts) for body in bodies] == [1]
