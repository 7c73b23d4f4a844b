"""`pulse rule list | backtest | test`: the rules of a config, what they would have raised, and whether they do what is expected."""

import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from pulse.commands.options import HERE, ConfigPath

app = typer.Typer(no_args_is_help=True, help="Rules: what they are, and what they would have raised.")


@app.command("list")
def list_rules(
    versions: Annotated[bool, typer.Option("--versions", help="Every text each rule had, and the incidents it opened.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """Shows every rule of the config with its kind, level and keys."""
    if versions:
        from pulse.runtime.rule_versions import version_lines
        from pulse.runtime.site import RunningSite

        for line in version_lines(RunningSite.known(config)):
            print(line)
        return
    from alerts.ruleset import load_rules
    from alerts.trial_lines import rule_line
    from pulse.config import load_config

    for rule in load_rules(load_config(config)):
        print(rule_line(rule))


@app.command("backtest")
def backtest_rule(
    name: Annotated[str, typer.Argument(help="The name of a rule in the config.", metavar="NAME")],
    days: Annotated[float, typer.Option(help="How many days up to now.", min=0.01, max=35)] = 30,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another value of a key; may be given again. `key=` takes it away.", metavar="KEY=VALUE"),
    ] = None,
    per_day: Annotated[float | None, typer.Option(help="Suggests a limit with at most so many alerts on an average day.", min=0)] = None,
    until: Annotated[
        str | None,
        typer.Option(help="The end: a day, or a time by the site's clock; without it, now.", metavar="TIME"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """Says what a rule would have raised on the recorded Boards; nothing is saved and nobody is told."""
    from alerts.past import Stretch
    from alerts.trial_lines import trial_json, trial_lines
    from alerts.tried import tried, tried_rule, written_changes
    from pulse.clock import system_clock
    from pulse.config import load_config
    from pulse.runtime.known_database import known_database
    from sql.history import History

    site = load_config(config)
    end = system_clock() if until is None else _instant(until, site.zone)
    rule = tried_rule(site, name, written_changes(changes or []))
    with known_database(site.history_url) as database:
        trial = tried(site, History(database), rule, Stretch(end - round(days * 86_400_000), end), per_day)
    if as_json:
        sys.stdout.buffer.write(trial_json(trial) + b"\n")
        sys.stdout.flush()
        return
    for line in trial_lines(trial, site.zone):
        print(line)


@app.command("test")
def run_tests(
    files: Annotated[list[Path], typer.Argument(help="Files with tests of rules.", metavar="FILE…")],
    config: Annotated[
        Path | None, typer.Option(help="The pulse.toml whose rules are tested, for files without rules of their own.", metavar="FILE")
    ] = None,
) -> None:
    """Says whether rules raise and clear as their tests expect; exit code 1 where one does not."""
    from alerts.expected_alerts import outcome_lines, outcomes
    from alerts.rule_tests import read_all

    failed = False
    for tests in read_all(files, config):
        came = outcomes(tests)
        failed = failed or any(outcome.differences for outcome in came)
        for line in outcome_lines(tests, came):
            print(line)
    if failed:
        raise typer.Exit(1)


def _instant(until: str, zone: ZoneInfo) -> int:
    from pulse.instant import UnclearInstant, day_or_instant

    try:
        return day_or_instant(until, zone)
    except UnclearInstant as error:
        raise typer.BadParameter(str(error), param_hint="--until") from error
