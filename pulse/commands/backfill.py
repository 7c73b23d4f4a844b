"""`pulse backfill FILE…` takes recorded files into history, `pulse simulate FILE` writes one; both say how far they have come."""

import gc
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer

from pulse.commands.options import HERE, ConfigPath

if TYPE_CHECKING:
    from rich.progress import Progress

_RINGS_AFTER = (50_000, 20, 50)
"""So seldom rings of objects are looked for: what a back-fill makes goes as soon as nobody holds it, and looking at the usual times costs
a fifth of all its time."""


def backfill(
    files: Annotated[list[Path], typer.Argument(help="Files; packed ones (.gz) too.", metavar="FILE…")],
    source: Annotated[str | None, typer.Option(help="The source of the config whose files they are; none: files of records.")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="Records a transaction.")] = 20_000,
    config: ConfigPath = HERE,
) -> None:
    """Takes whole files into history; it may be broken off and goes on where it was, and a file adds nothing twice.

    Ends with 1 where a file had nothing that could be read.
    """
    from pulse.clock import local_time, system_clock
    from pulse.runtime.backfilling import backfill as take_in
    from pulse.runtime.backfilling import summed_up
    from pulse.runtime.site import RunningSite
    from sql.session import open_database

    gc.set_threshold(*_RINGS_AFTER)
    site = RunningSite.of(config)
    unreadable = 0
    with open_database(site.database_url) as database, _bar() as bar:
        task = bar.add_task("reading")
        for step in take_in(site, database, files, source, system_clock, at_once):
            at = "" if step.at is None else f", up to {local_time(step.at, site.config.zone)}"
            bar.update(task, description=f"{step.name}: {step.read:,} records read, {step.added:,} new{at}")
            if step.is_done:
                unreadable += not step.read
                for line in step.lines():
                    bar.console.print(line, highlight=False, markup=False, soft_wrap=True)
        bar.update(task, description="summing up")
        bar.console.print(f"{summed_up(site, database, system_clock()):,} sums formed", highlight=False)
    if unreadable:
        raise typer.Exit(1)


def simulate(
    file: Annotated[Path, typer.Argument(help="Where to write; packed where the name ends in .gz.", metavar="FILE")],
    days: Annotated[int, typer.Option(min=1, max=3660)] = 365,
    contacts: Annotated[
        int, typer.Option(min=100, help="In all days together, about; readings of queues and people come on top, whatever it is.")
    ] = 500_000,
    last_day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; none: yesterday.")] = None,
    zone: Annotated[str | None, typer.Option(help="The time zone of its days; none: that of the config, UTC where there is none.")] = None,
    seed: Annotated[int, typer.Option()] = 7,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """Writes what a simulated centre tells in many days, as records that `pulse backfill` takes in."""
    from pulse.clock import local_time, system_clock
    from pulse.config import ConfigError, Fault
    from pulse.runtime.simulating import Wanted
    from pulse.runtime.simulating import simulate as write
    from pulse.written import duration

    if file.exists() and not force:
        raise ConfigError([Fault(where=str(file), message="is there, expected the name of a new file, or --force to write over it")])
    known, began = _zone(zone, config), system_clock()
    last = last_day.date() if last_day else datetime.fromtimestamp(began / 1000, known).date() - timedelta(days=1)
    wanted = Wanted(days=days, contacts_per_day=contacts // days, last_day=last, zone=known, seed=seed)
    try:
        with _bar() as bar:
            task = bar.add_task("writing", total=days * 24)
            for written in write(file, wanted):
                bar.update(task, advance=1, description=f"{written.records:,} records, up to {local_time(written.at, known)}")
    except OSError as error:
        message = f"cannot be written: {error.strerror}, expected a file in a folder that may be written to"
        raise ConfigError([Fault(where=str(file), message=message)]) from error
    took = duration((system_clock() - began) / 1000)
    print(f"{file}: {written.records:,} records of {days} day{'' if days == 1 else 's'} until {last} ({known.key}), written in {took}")


def _bar() -> "Progress":
    """Stands only while it runs, and only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _zone(given: str | None, config: Path) -> ZoneInfo:
    from pulse.config import load_config

    if given is None:
        return ZoneInfo("UTC") if config == HERE and not config.exists() else load_config(config).zone
    if given not in available_timezones():
        raise typer.BadParameter(f'got "{given}", expected an IANA time zone such as Europe/Berlin or Asia/Shanghai', param_hint="--zone")
    return ZoneInfo(given)
