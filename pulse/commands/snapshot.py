"""`pulse snapshot freeze | list | show | verify | restated`: days, weeks and months that are over, as they were frozen.

In: what a person types. Out: lines; exit code 1 where it cannot be or is not as it should be, with why.
"""

from datetime import datetime
from typing import Annotated, NoReturn

import typer

from pulse.commands.options import HERE, ConfigPath
from pulse.kpi.snapshot import Edition

app = typer.Typer(no_args_is_help=True, help="Snapshots: a day, week or month that is over, frozen once and never changed.")

_FORMATS = ["%Y-%m-%d"]
Day = Annotated[datetime, typer.Argument(help="A day such as 2026-11-20; of a week or month any of its days.", formats=_FORMATS)]
MaybeDay = Annotated[datetime | None, typer.Argument(help="One day; without it, everything.", formats=_FORMATS)]
Which = Annotated[Edition, typer.Option("--edition", help="Of a day, a week (Monday to Sunday) or a month.")]


@app.command()
def freeze(
    day: Annotated[
        datetime | None,
        typer.Option(help="A day that is over; without it, the newest. Of a week or month any of its days.", formats=_FORMATS),
    ] = None,
    edition: Which = Edition.DAILY,
    config: ConfigPath = HERE,
) -> None:
    """Freezes what is over as history has it now; what was frozen before stays as it is."""
    from pulse.clock import system_clock
    from pulse.runtime import snapshots
    from pulse.runtime.site import RunningSite

    try:
        done = snapshots.frozen(RunningSite.known(config), edition, None if day is None else day.date(), system_clock())
    except snapshots.Refused as refused:
        _refuse(f"not frozen: {refused}", refused)
    print(done.line)


@app.command("list")
def list_snapshots(config: ConfigPath = HERE) -> None:
    """Shows everything that is frozen, the newest day first."""
    from pulse.runtime import snapshots
    from pulse.runtime.site import RunningSite

    for line in snapshots.listed(RunningSite.known(config)):
        print(line)


@app.command()
def show(
    day: Day,
    edition: Which = Edition.DAILY,
    as_json: Annotated[bool, typer.Option("--json", help="As it is kept.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """Shows a snapshot as a table."""
    from pulse.runtime import snapshots
    from pulse.runtime.site import RunningSite

    site = RunningSite.known(config)
    try:
        lines = [snapshots.as_json(site, edition, day.date())] if as_json else snapshots.shown(site, edition, day.date())
    except snapshots.Refused as refused:
        _refuse(str(refused), refused)
    for line in lines:
        print(line)


@app.command()
def verify(
    day: MaybeDay = None,
    edition: Annotated[Edition | None, typer.Option(help="Of a day, a week or a month; without it, every one.")] = None,
    config: ConfigPath = HERE,
) -> None:
    """Says whether a byte of what is frozen was changed; `pulse incident verify-log` checks the log that vouches for it."""
    from pulse.runtime import snapshots
    from pulse.runtime.site import RunningSite

    try:
        found = snapshots.verified(RunningSite.known(config), edition, None if day is None else day.date())
    except snapshots.Refused as refused:
        _refuse(str(refused), refused)
    for one in found:
        typer.echo(one.line, err=not one.is_done)
    if not all(one.is_done for one in found):
        raise typer.Exit(1)


@app.command()
def restated(day: Day, edition: Which = Edition.DAILY, config: ConfigPath = HERE) -> None:
    """Lists the figures that history tells otherwise by now, such as after late records."""
    from pulse.clock import system_clock
    from pulse.runtime import snapshots
    from pulse.runtime.site import RunningSite

    try:
        lines = list(snapshots.restated_since(RunningSite.known(config), edition, day.date(), system_clock()))
    except snapshots.Refused as refused:
        _refuse(str(refused), refused)
    for line in lines:
        print(line)


def _refuse(line: str, cause: Exception) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(1) from cause
