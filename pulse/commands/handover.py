"""`pulse handover show | list | offer | accept`: a shift is handed over by a sheet that somebody must accept.

In: what a person types. Out: lines; exit code 1 where it cannot be, with why.
"""

from typing import Annotated

import typer

from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who

app = typer.Typer(no_args_is_help=True, help="Hand-overs of shifts: the sheet, who offered it, who took the shift over.")

Number = Annotated[
    int | None, typer.Argument(help="The hand-over, as `list` numbers it; without it, the one that waits.", max=MOST_ID, metavar="ID")
]


@app.command()
def show(number: Number = None, config: ConfigPath = HERE) -> None:
    """Shows a hand-over; without a number the one that waits, and where none does the sheet as it would be now."""
    from pulse.clock import system_clock
    from pulse.runtime import handing_over
    from pulse.runtime.site import RunningSite

    lines = handing_over.shown(RunningSite.known(config), number, system_clock())
    if lines is None:
        _refuse(f"hand-over {number}: there is none of that number, expected one that `pulse handover list` shows")
    for line in lines or ():
        print(line)


@app.command("list")
def list_hand_overs(config: ConfigPath = HERE) -> None:
    """Shows the newest hand-overs, the newest first."""
    from pulse.runtime import handing_over
    from pulse.runtime.site import RunningSite

    for line in handing_over.listed(RunningSite.known(config)):
        print(line)


@app.command()
def offer(
    note: Annotated[
        str,
        typer.Option(
            help="What the next shift must know; numbers of phones, cards and orders and mail addresses are taken out: write no names."
        ),
    ] = "",
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Keeps the sheet of this instant and offers it to the next shift."""
    from pulse.clock import system_clock
    from pulse.runtime import handing_over
    from pulse.runtime.site import RunningSite

    for line in handing_over.offered(RunningSite.known(config), note, who, system_clock()):
        print(line)


@app.command()
def accept(number: Number = None, who: Who = None, config: ConfigPath = HERE) -> None:
    """Takes the shift over: what the sheet says somebody owned is yours until that shift ends."""
    from pulse.clock import system_clock
    from pulse.runtime import handing_over
    from pulse.runtime.site import RunningSite

    done = handing_over.accepted(RunningSite.known(config), number, who, system_clock())
    if not done.is_done:
        _refuse(done.line)
    print(done.line)


def _refuse(line: str) -> None:
    typer.echo(line, err=True)
    raise typer.Exit(1)
