"""`pulse silence list | make | lift`: what people want to hear nothing of for a while.

In: what a person types. Out: lines; exit code 1 where it cannot be, with why.
"""

from typing import Annotated

import typer

from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who, duration

app = typer.Typer(no_args_is_help=True, help="Silences: alerts that are recorded and shown, and of which nobody is told.")


@app.command("list")
def list_silences(config: ConfigPath = HERE) -> None:
    """Shows the silences that stand or will, the next to end first."""
    from pulse.clock import system_clock
    from pulse.runtime import silencing
    from pulse.runtime.site import RunningSite

    for line in silencing.listed(RunningSite.known(config), system_clock()):
        print(line)


@app.command()
def make(
    rule: Annotated[str, typer.Option(help="A rule's name; * and ? stand for anything.")],
    scope: Annotated[str, typer.Option(help="A queue, a source or site; * and ? stand for anything.")],
    length: Annotated[float, typer.Option("--for", parser=duration, metavar="DURATION", help="Such as 30m or 4h; 7 days at most.")],
    level: Annotated[int, typer.Option(help="The gravest level it hides.", min=1, max=3)] = 3,
    why: Annotated[str, typer.Option(help="Why, for those who find it.")] = "",
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Makes a silence; it begins now and always ends."""
    from alerts.silences import Unfit, Wanted
    from pulse.clock import system_clock
    from pulse.runtime import silencing
    from pulse.runtime.site import RunningSite

    now = system_clock()
    wanted = Wanted(rule=rule, scope=scope, level=level, starts_at=now, ends_at=now + round(length * 1000), comment=why)
    try:
        print(silencing.made(RunningSite.known(config), wanted, who, now))
    except Unfit as unfit:
        typer.echo(f"not silenced: {unfit}", err=True)
        raise typer.Exit(1) from unfit


@app.command("lift")
def lift_silence(
    silence_id: Annotated[int, typer.Argument(help="The silence, as `list` numbers it.", max=MOST_ID, metavar="ID")],
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Ends a silence before its time."""
    from pulse.clock import system_clock
    from pulse.runtime import silencing
    from pulse.runtime.site import RunningSite

    said = silencing.lifted(RunningSite.known(config), silence_id, who, system_clock())
    if said is None:
        typer.echo(f"silence {silence_id}: none of that number stands, expected one that `pulse silence list` shows", err=True)
        raise typer.Exit(1)
    print(said)
