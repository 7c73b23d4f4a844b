"""`pulse incident list | show | acknowledge | assign | comment | mitigate | escalate | close | reopen`: every action of the console.

In: what a person types. Out: lines; exit code 1 where the action was refused, with what is allowed.
"""

from pathlib import Path
from typing import Annotated

import typer

from pulse.commands import after
from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who

app = typer.Typer(no_args_is_help=True, help="Incidents: look at them, and do to them what the console does.")
app.add_typer(after.statement, name="statement")
app.add_typer(after.post_mortem, name="post-mortem")
app.add_typer(after.action, name="action")

IncidentId = Annotated[int, typer.Argument(help="The incident, as `list` numbers it.", max=MOST_ID, metavar="ID")]
Comment = Annotated[str | None, typer.Option(help="A comment that goes into the log with it.")]


@app.command("list")
def list_incidents(every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False, config: ConfigPath = HERE) -> None:
    """Shows the open incidents, the newest first."""
    from pulse.clock import system_clock
    from pulse.runtime import incidents
    from pulse.runtime.site import RunningSite

    for line in incidents.listed(RunningSite.known(config), every, system_clock()):
        print(line)


@app.command()
def show(incident_id: IncidentId, config: ConfigPath = HERE) -> None:
    """Shows all that is known of an incident: facts, times, contacts affected, what happened."""
    from pulse.clock import system_clock
    from pulse.runtime import incidents
    from pulse.runtime.site import RunningSite

    lines = incidents.shown(RunningSite.known(config), incident_id, system_clock())
    if lines is None:
        typer.echo(f"incident {incident_id}: there is no such incident, expected an id that `pulse incident list --all` shows", err=True)
        raise typer.Exit(1)
    for line in lines:
        print(line)


@app.command()
def acknowledge(incident_id: IncidentId, who: Who = None, comment: Comment = None, config: ConfigPath = HERE) -> None:
    """Makes you the owner of an open incident."""
    _act(config, incident_id, "acknowledge", who=who, comment=comment)


@app.command()
def assign(
    incident_id: IncidentId,
    to: Annotated[str, typer.Argument(help="Who is to own it.", metavar="NAME")],
    who: Who = None,
    comment: Comment = None,
    config: ConfigPath = HERE,
) -> None:
    """Makes somebody the owner, whoever it was before."""
    _act(config, incident_id, "assign", said=to, who=who, comment=comment)


@app.command()
def comment(
    incident_id: IncidentId, text: Annotated[str, typer.Argument(metavar="TEXT")], who: Who = None, config: ConfigPath = HERE
) -> None:
    """Puts a comment into the log; numbers of phones, cards and orders and mail addresses are taken out: write no names."""
    _act(config, incident_id, "comment", who=who, comment=text)


@app.command()
def mitigate(incident_id: IncidentId, who: Who = None, comment: Comment = None, config: ConfigPath = HERE) -> None:
    """Says that the harm is contained though the cause is not."""
    _act(config, incident_id, "mitigate", who=who, comment=comment)


@app.command()
def escalate(incident_id: IncidentId, who: Who = None, comment: Comment = None, config: ConfigPath = HERE) -> None:
    """Raises the level by one and tells the rule's channels."""
    _act(config, incident_id, "escalate", who=who, comment=comment)


@app.command()
def close(
    incident_id: IncidentId,
    cause: Annotated[str, typer.Option(help="people, process, technology, resources, demand or false_alarm.")],
    who: Who = None,
    comment: Comment = None,
    config: ConfigPath = HERE,
) -> None:
    """Closes an incident whose alert is over, with its cause."""
    _act(config, incident_id, "close", said=cause, who=who, comment=comment)


@app.command()
def reopen(incident_id: IncidentId, who: Who = None, comment: Comment = None, config: ConfigPath = HERE) -> None:
    """Opens a closed incident again; you own it."""
    _act(config, incident_id, "reopen", who=who, comment=comment)


def _act(config: Path, incident_id: int, deed: str, *, said: str = "", who: str | None, comment: str | None) -> None:
    from pulse.clock import system_clock
    from pulse.runtime import incidents
    from pulse.runtime.site import RunningSite

    wish = incidents.Wish(incident_id=incident_id, deed=deed, said=said, who=who, comment=comment)
    answer = incidents.done(RunningSite.known(config), wish, system_clock())
    typer.echo(answer.line, err=not answer.is_done)
    if not answer.is_done:
        raise typer.Exit(1)


@app.command("verify-log")
def verify_log(config: ConfigPath = HERE) -> None:
    """Walks the event log and says whether any line was changed, taken out or cut off; exit code 1 where one was."""
    from pulse.runtime import incidents
    from pulse.runtime.site import RunningSite

    done = incidents.verified(RunningSite.known(config))
    typer.echo(done.line, err=not done.is_done)
    if not done.is_done:
        raise typer.Exit(1)
