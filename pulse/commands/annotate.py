"""`pulse annotate add | list | remove`: releases, campaigns and whatever else stands beside the time axis of trends.

In: what a person types. Out: lines; exit code 1 where it cannot be, with why.
"""

from typing import Annotated

import typer

from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who

app = typer.Typer(no_args_is_help=True, help="Annotations: what happened when, beside the trends.")


@app.command()
def add(
    title: Annotated[str, typer.Argument(help="What happened, in English.")],
    at: Annotated[str, typer.Option(help="When: a day, or a time such as 2026-11-20T14:35 by the site's clock.", metavar="TIME")],
    until: Annotated[str | None, typer.Option(help="Where it lasted: its end, left out.", metavar="TIME")] = None,
    zh: Annotated[str | None, typer.Option(help="The same in Chinese; none: as it is.")] = None,
    kind: Annotated[str, typer.Option(help="release, campaign, outage or other.")] = "other",
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Writes what happened beside the trends."""
    from pulse.clock import system_clock
    from pulse.runtime import annotating
    from pulse.runtime.site import RunningSite
    from pulse.text import Text
    from sql.annotations import UnfitAnnotation

    told = annotating.Told(kind=kind, at=at, until=until, title=Text(title, zh or title))
    try:
        print(annotating.added(RunningSite.known(config), told, who, system_clock()))
    except UnfitAnnotation as unfit:
        typer.echo(f"not annotated: {unfit}", err=True)
        raise typer.Exit(1) from unfit


@app.command("list")
def list_annotations(config: ConfigPath = HERE) -> None:
    """Shows those that stand, the oldest first."""
    from pulse.runtime import annotating
    from pulse.runtime.site import RunningSite

    for line in annotating.listed(RunningSite.known(config)):
        print(line)


@app.command()
def remove(
    annotation_id: Annotated[int, typer.Argument(help="The annotation, as `list` numbers it.", max=MOST_ID, metavar="ID")],
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Takes one back; it is not deleted, the event log tells who did it."""
    from pulse.clock import system_clock
    from pulse.runtime import annotating
    from pulse.runtime.site import RunningSite

    said = annotating.removed(RunningSite.known(config), annotation_id, who, system_clock())
    if said is None:
        typer.echo(f"annotation {annotation_id}: none of that number stands, expected one that `pulse annotate list` shows", err=True)
        raise typer.Exit(1)
    print(said)
