"""`pulse up | collect | watch | serve | replay | check-config`, and what stands in pulse/commands: `pulse --help` names all.

What a command needs is imported inside it, so that no process carries what only another one uses.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from pulse.commands import (
    annotate,
    api_token,
    backfill,
    board,
    drill,
    export,
    handover,
    incident,
    keeping,
    reconcile,
    rule,
    silence,
    snapshot,
)
from pulse.commands.options import HERE, ConfigPath, duration
from pulse.config import ConfigError
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.replaying import site_of_recording
from pulse.runtime.site import RunningSite
from pulse.runtime.up import Address, serve_arguments
from pulse.runtime.up import up as run_up

app = typer.Typer(name="pulse", no_args_is_help=True, add_completion=False, help="Pulseboard: a live monitor for contact centres.")


def main() -> None:
    """Runs the command line; a fault of config or input is one clear line and exit code 2."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper("iso"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        app()
    except (ConfigError, RefusedToStart) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


Duration = Annotated[float, typer.Option(parser=duration, metavar="DURATION")]


@app.callback()
def _pulse() -> None:
    """Pulseboard."""


@app.command()
def up(
    config: ConfigPath = HERE,
    host: Annotated[str | None, typer.Option(help="Where pages listen; 0.0.0.0 also prints an address for TVs.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of the one in the config.")] = None,
) -> None:
    """Starts the whole site on this machine; ctrl-C stops it."""
    run_up(RunningSite.of(config), host, port, lambda line: print(line, flush=True))


@app.command()
def collect(config: ConfigPath = HERE) -> None:
    """Runs the sources of the config."""
    from pulse.runtime.collecting import collect as run_collect

    asyncio.run(run_collect(RunningSite.of(config)))


@app.command()
def watch(config: ConfigPath = HERE) -> None:
    """Folds records into Boards, decides, and remembers."""
    from pulse.runtime.watching import watch as run_watch

    run_watch(RunningSite.of(config))


@app.command()
def serve(config: ConfigPath = HERE) -> None:
    """Serves pages and streams."""
    site = RunningSite.of(config)
    os.environ.update(PULSE_CONFIG=str(site.config.path), REDIS_URL=site.redis_url)
    site.places.site_key()
    arguments = serve_arguments(Address(site.config.serve.host, site.config.serve.port))
    os.execv(arguments[0], arguments)  # noqa: S606 - becomes the server itself, so that signals reach it


@app.command()
def replay(
    recording: Annotated[Path, typer.Argument(help="A recorded log; it may be packed (.gz).", metavar="FILE")],
    kind: Annotated[str, typer.Option(help="The connector that reads it, such as asterisk_queue_log.")],
    speed: Annotated[float, typer.Option(help="How many times faster than it was recorded.")] = 1.0,
    data: Annotated[Path, typer.Option(help="Where the site of the replay is kept.")] = Path("var/replay"),
    port: Annotated[int | None, typer.Option(help="Where pages listen.")] = None,
) -> None:
    """Starts a site in which a recording happens again, now."""
    run_up(site_of_recording(recording, kind, speed, data), None, port, lambda line: print(line, flush=True))


@app.command("check-config")
def check_config(source: Annotated[str | None, typer.Argument(help="One source to call once.")] = None, config: ConfigPath = HERE) -> None:
    """Says everything that is wrong with the config at once; with SOURCE makes one call and shows what it brought."""
    from pulse.runtime.checking import checked_site, report

    for line in report(checked_site(config), source):
        print(line)


wall_token = typer.Typer(no_args_is_help=True, help="Screens without a person: let in by a signed token, shut out by revoking it.")
app.add_typer(wall_token, name="wall-token")
app.command()(board.board)
app.command()(reconcile.reconcile)
app.add_typer(api_token.app, name="api-token")
app.add_typer(export.app, name="export")
app.add_typer(incident.app, name="incident")
app.add_typer(silence.app, name="silence")
app.add_typer(annotate.app, name="annotate")
app.add_typer(drill.app, name="drill")
app.add_typer(handover.app, name="handover")
app.add_typer(rule.app, name="rule")
app.add_typer(snapshot.app, name="snapshot")
app.add_typer(keeping.retention, name="retention")
app.add_typer(keeping.privacy, name="privacy")
app.command("backfill")(backfill.backfill)
app.command("simulate")(backfill.simulate)


@wall_token.command("create")
def wall_token_create(
    label: Annotated[str, typer.Option(help="Which screen it is for.")],
    layout: Annotated[list[str] | None, typer.Option(help="A layout it may show; may be given again. None: all.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Names, phone numbers and texts of people may be shown.")] = False,
    valid_for: Duration = "365d",  # type: ignore[assignment]
    config: ConfigPath = HERE,
) -> None:
    """Makes a token and prints the address to open on the screen; its text is not kept."""
    from pulse.clock import system_clock
    from pulse.runtime import wall_tokens

    scope = wall_tokens.Scope(label=label, layouts=tuple(layout or ()), sees_names=names)
    site = RunningSite.of(config)
    row, token = wall_tokens.create(site, scope, valid_for, system_clock())
    print(f"{row.id}  {row.label}\n{wall_tokens.origin(site)}{wall_tokens.path_of(row, token)}")


@wall_token.command("list")
def wall_token_list(config: ConfigPath = HERE) -> None:
    """Shows every token that was made, the newest first."""
    from pulse.clock import system_clock
    from pulse.runtime import wall_tokens

    for line in wall_tokens.listed(RunningSite.known(config), system_clock()):
        print(line)


@wall_token.command("revoke")
def wall_token_revoke(
    token_id: Annotated[str, typer.Argument(help="The id, as `list` shows it.", metavar="ID")], config: ConfigPath = HERE
) -> None:
    """Takes a token back; its screens go dark within seconds."""
    from pulse.clock import system_clock
    from pulse.runtime import wall_tokens

    row = wall_tokens.revoke(RunningSite.known(config), token_id, system_clock())
    print(f"{row.id}  {row.label}: revoked")


@wall_token.command("for-up", hidden=True)
def wall_token_for_up(config: ConfigPath = HERE) -> None:
    """Prints the text of the token whose address `pulse up` says."""
    from pulse.clock import system_clock
    from pulse.runtime import wall_tokens

    print(wall_tokens.for_up(RunningSite.of(config), system_clock()))


if __name__ == "__main__":
    main()
