"""`pulse export figures | contacts | incidents | snapshots`: history into a file of Parquet, CSV or lines of JSON.

In: what a person types. Out: a file, and a line that says what is in it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulse.commands.options import HERE, ConfigPath

if TYPE_CHECKING:
    from pulse.runtime.exporting import Wish

app = typer.Typer(no_args_is_help=True, help="History into a file: .parquet, .csv or .jsonl; no stretch is too long.")

Start = Annotated[str, typer.Option("--from", help="The first day of the site, such as 2026-11-01, or an instant.", metavar="DAY")]
End = Annotated[str, typer.Option("--to", help="The last day, which is in it, or an instant, which is not.", metavar="DAY")]
Out = Annotated[Path, typer.Option(help="The file; its name says the form.", metavar="FILE")]


@app.command()
def figures(
    start: Start,
    end: End,
    out: Out,
    grain: Annotated[str, typer.Option(help="day, hour or 15m.")] = "day",
    by: Annotated[str, typer.Option(help="site, channel, queue, business_line, segment or category.")] = "site",
    kpi: Annotated[str | None, typer.Option(help="Which KPIs, with commas between; none: all that say something.")] = None,
    config: ConfigPath = HERE,
) -> None:
    """KPIs by day, hour or quarter of an hour: a row for each stretch, scope and KPI."""
    from pulse.runtime.exporting import Wish

    _export(config, Wish(what="figures", start=start, end=end, out=out, grain=grain, by=by, kpis=kpi))


@app.command()
def contacts(
    start: Start,
    end: End,
    out: Out,
    names: Annotated[bool, typer.Option("--names", help="Names of agents too.")] = False,
    texts: Annotated[bool, typer.Option("--texts", help="Redacted texts of complaints too.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """Single contacts, redacted: a row for each visit to a queue."""
    from pulse.api_token import ApiScope
    from pulse.runtime.exporting import Wish

    scopes = frozenset(scope for scope, wanted in ((ApiScope.NAMES, names), (ApiScope.TEXTS, texts)) if wanted)
    _export(config, Wish(what="contacts", start=start, end=end, out=out, scopes=scopes))


@app.command()
def incidents(
    start: Start,
    end: End,
    out: Out,
    names: Annotated[bool, typer.Option("--names", help="Names of owners too.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """The incidents that were opened; those of drills are left out."""
    from pulse.api_token import ApiScope
    from pulse.runtime.exporting import Wish

    scopes = frozenset({ApiScope.NAMES} if names else ())
    _export(config, Wish(what="incidents", start=start, end=end, out=out, scopes=scopes))


@app.command()
def snapshots(start: Start, end: End, out: Out, config: ConfigPath = HERE) -> None:
    """The figures of frozen days, weeks and months that begin in the stretch."""
    from pulse.runtime.exporting import Wish

    _export(config, Wish(what="snapshots", start=start, end=end, out=out))


def _export(config: Path, wish: "Wish") -> None:
    from pulse.clock import system_clock
    from pulse.runtime.exporting import export
    from pulse.runtime.site import RunningSite

    print(export(RunningSite.known(config), wish, system_clock()))
