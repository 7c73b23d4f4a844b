"""`pulse api-token create | list | revoke`: which programs may read what the site knows.

In: what a person types. Out: lines; the text of a token once, when it is made.
"""

from typing import Annotated

import typer

from pulse.commands.options import HERE, ConfigPath, duration

app = typer.Typer(no_args_is_help=True, help="Programs that read figures: let in by a token, shut out by revoking it.")

Duration = Annotated[float, typer.Option(parser=duration, metavar="DURATION")]


@app.command()
def create(
    label: Annotated[str, typer.Option(help="Which program it is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it may read: figures, contacts, texts, names, incidents, snapshots; may be given again. None: figures."),
    ] = None,
    valid_for: Duration = "365d",  # type: ignore[assignment]
    config: ConfigPath = HERE,
) -> None:
    """Makes a token and prints its text; it is not kept, and is shown in the header Authorization: Bearer."""
    from pulse.clock import system_clock
    from pulse.runtime import api_tokens
    from pulse.runtime.site import RunningSite

    wish = api_tokens.Wish(label=label, scopes=tuple(scope or ()))
    row, text = api_tokens.create(RunningSite.known(config), wish, valid_for, system_clock())
    print(f"{row.id}  {row.label}: {', '.join(row.scopes)}\n{text}")


@app.command("list")
def list_tokens(config: ConfigPath = HERE) -> None:
    """Shows every token that was made, the newest first."""
    from pulse.clock import system_clock
    from pulse.runtime import api_tokens
    from pulse.runtime.site import RunningSite

    for line in api_tokens.listed(RunningSite.known(config), system_clock()):
        print(line)


@app.command()
def revoke(token_id: Annotated[str, typer.Argument(help="The id, as `list` shows it.", metavar="ID")], config: ConfigPath = HERE) -> None:
    """Takes a token back; the next request with it is refused."""
    from pulse.clock import system_clock
    from pulse.runtime import api_tokens
    from pulse.runtime.site import RunningSite

    row = api_tokens.revoke(RunningSite.known(config), token_id, system_clock())
    print(f"{row.id}  {row.label}: revoked")
