"""`pulse drill NAME`, `pulse drill list | run | stop | score | assess`: incidents practised, marked and scored.

In: what a person types. Out: lines; exit code 1 where it cannot be, with why.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who, duration


class RunByName(TyperGroup):
    """`pulse drill NAME` is short for `pulse drill run NAME`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant, with what follows it."""
        is_known = self.get_command(ctx, args[0]) is not None
        return super().resolve_command(ctx, args if is_known else ["run", *args])


app = typer.Typer(
    cls=RunByName, no_args_is_help=True, help="Drills: incidents practised through the whole chain, marked everywhere, in no figure."
)
DrillId = Annotated[int, typer.Argument(help="The drill, as `list` numbers it.", max=MOST_ID, metavar="ID")]


@app.command("list")
def list_drills(config: ConfigPath = HERE) -> None:
    """Shows what is planned and what can be run, then every drill there was, the newest first."""
    from pulse.clock import system_clock
    from pulse.runtime import drills
    from pulse.runtime.site import RunningSite

    for line in drills.listed(RunningSite.known(config), system_clock()):
        print(line)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="A drill of the config or a scenario, as `list` names them.")],
    queue: Annotated[list[str] | None, typer.Option(help="Where it plays; else the scenario chooses.")] = None,
    limit: Annotated[
        float | None, typer.Option("--for", parser=duration, metavar="DURATION", help="When it ends at the latest; 30m unless given.")
    ] = None,
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Begins a drill on the running site: people are told of it, with DRILL before every message."""
    from alerts.drills import Refused
    from pulse.clock import system_clock
    from pulse.drills import checked_limit
    from pulse.runtime import drills
    from pulse.runtime.site import RunningSite

    try:
        wish = drills.Wish(name, tuple(queue or ()), checked_limit(limit) if limit is not None else None, who)
        print(drills.run(RunningSite.known(config), wish, system_clock()))
    except (Refused, ValueError) as refused:
        _refuse(f"no drill: {refused}", refused)


@app.command()
def stop(who: Who = None, config: ConfigPath = HERE) -> None:
    """Ends the drill that is under way: its alerts are closed, and who was told of them is told so."""
    from pulse.clock import system_clock
    from pulse.runtime import drills
    from pulse.runtime.site import RunningSite

    print(drills.stopped(RunningSite.known(config), who, system_clock()) or _refuse("no drill is under way"))


@app.command()
def score(
    drill_id: Annotated[
        int | None, typer.Argument(help="The drill, as `list` numbers it; else the newest.", max=MOST_ID, metavar="ID")
    ] = None,
    config: ConfigPath = HERE,
) -> None:
    """Shows how long it took to detect, to notify and to acknowledge, each beside its goal."""
    from pulse.clock import system_clock
    from pulse.runtime import drills
    from pulse.runtime.site import RunningSite

    lines = drills.scored(RunningSite.known(config), drill_id, system_clock())
    for line in lines if lines is not None else [_refuse(f"drill {drill_id or ''}: there is none, expected one that `list` shows")]:
        print(line)


@app.command()
def assess(
    drill_id: DrillId,
    text: Annotated[str, typer.Argument(help="What you found.")],
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Keeps what a person found who watched it, in place of what was found before."""
    from alerts.silences import By
    from pulse.clock import system_clock
    from pulse.runtime import drills
    from pulse.runtime.site import RunningSite

    said = drills.assessed(RunningSite.known(config), drill_id, text, By(who or "", system_clock()))
    print(said or _refuse(f"drill {drill_id}: none of that number is over, expected one that `list` shows"))


def _refuse(said: str, cause: Exception | None = None) -> str:
    typer.echo(said, err=True)
    raise typer.Exit(1) from cause
