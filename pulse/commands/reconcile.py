"""`pulse reconcile DAY`: all six service levels of a day, and the contacts that make them differ.

In: a day of the site, a queue or channel. Out: lines; exit code 1 where nothing was counted.
"""

from datetime import datetime
from typing import Annotated

import typer

from pulse.commands.options import HERE, ConfigPath
from pulse.kpi.records import Channel


def reconcile(
    day: Annotated[datetime, typer.Argument(help="A day of the site.", formats=["%Y-%m-%d"], metavar="DAY")],
    queue: Annotated[str | None, typer.Option(help="One queue; without queue and channel the whole site.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="One channel.")] = None,
    config: ConfigPath = HERE,
) -> None:
    """Shows all six service levels of a day side by side, what each makes of which contacts, and those that differ, by id."""
    from pulse.runtime import reconciling
    from pulse.runtime.site import RunningSite

    if queue and channel:
        raise typer.BadParameter("got --queue and --channel, expected one of them")
    scope = f"queue:{queue}" if queue else f"channel:{channel}" if channel else "site"
    site = RunningSite.known(config)
    lines = reconciling.lines(site, day.date(), scope)
    if lines is None:
        known = f"; {reconciling.queues_told(site, day.date())}" if queue else ""
        typer.echo(f"{scope}, {day:%Y-%m-%d}: nothing was counted{known}", err=True)
        raise typer.Exit(1)
    for line in lines:
        print(line)
