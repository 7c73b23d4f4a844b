"""`pulse incident statement | post-mortem | action`: what people write after an incident, as on its page.

In: what a person types. Out: lines; exit code 1 where it was refused, with why.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pulse.audiences import Audience
from pulse.commands.options import HERE, MOST_ID, ConfigPath, Who

if TYPE_CHECKING:
    from pulse.runtime.after_incidents import By
    from pulse.runtime.incidents import Done
    from pulse.runtime.site import RunningSite

statement = typer.Typer(no_args_is_help=True, help="What customers, staff and partners are told: drafted, approved, sent.")
post_mortem = typer.Typer(no_args_is_help=True, help="What is learnt from an incident.")
action = typer.Typer(no_args_is_help=True, help="What somebody is to do so that it does not come again.")

IncidentId = Annotated[int, typer.Argument(help="The incident, as `pulse incident list` numbers it.", max=MOST_ID, metavar="ID")]
For = Annotated[Audience, typer.Argument(help="Who is told.", metavar="AUDIENCE")]
ActionId = Annotated[int, typer.Argument(help="The action, as `list` numbers it.", max=MOST_ID, metavar="ACTION")]


@statement.command("show")
def show_statements(incident_id: IncidentId, config: ConfigPath = HERE) -> None:
    """Shows the newest version for each audience."""
    from pulse.runtime import after_incidents
    from pulse.runtime.site import RunningSite

    for line in after_incidents.statements_shown(RunningSite.known(config), incident_id):
        print(line)


@statement.command()
def draft(
    incident_id: IncidentId,
    audience: For,
    en: Annotated[str, typer.Option(help="The English text; without both, the template's.")] = "",
    zh: Annotated[str, typer.Option(help="The Chinese text.")] = "",
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Adds a version; numbers of phones, cards and orders and mail addresses are taken out: write no names."""
    from pulse.runtime import after_incidents
    from pulse.text import Text

    text = Text(en, zh) if en or zh else None
    _do(config, (incident_id, who), lambda site, by: after_incidents.statement_drafted(site, by, audience, text))


@statement.command()
def approve(incident_id: IncidentId, audience: For, who: Who = None, config: ConfigPath = HERE) -> None:
    """Approves the newest version."""
    from pulse.runtime import after_incidents

    _do(config, (incident_id, who), lambda site, by: after_incidents.statement_approved(site, by, audience))


@statement.command()
def send(incident_id: IncidentId, audience: For, who: Who = None, config: ConfigPath = HERE) -> None:
    """Sends the newest version, if it is approved, by the channels of its audience."""
    from pulse.runtime import after_incidents

    _do(config, (incident_id, who), lambda site, by: after_incidents.statement_sent(site, by, audience))


@post_mortem.command("show")
def show_post_mortem(incident_id: IncidentId, config: ConfigPath = HERE) -> None:
    """Shows the newest version, else what the log drafts by itself."""
    from pulse.clock import system_clock
    from pulse.runtime import after_incidents
    from pulse.runtime.site import RunningSite

    lines = after_incidents.post_mortem_shown(RunningSite.known(config), after_incidents.By(incident_id, None, system_clock()))
    if lines is None:
        _refuse(f"incident {incident_id}: there is no such incident, expected an id that `pulse incident list --all` shows")
    for line in lines or ():
        print(line)


@post_mortem.command()
def write(
    incident_id: IncidentId,
    summary: Annotated[str, typer.Option(help="What happened.")] = "",
    why: Annotated[list[str] | None, typer.Option(help="Why; given again, why that, up to five times.")] = None,
    fishbone: Annotated[str | None, typer.Option("--class", help="people, process, technology or resources.")] = None,
    well: Annotated[str, typer.Option(help="What went well.")] = "",
    badly: Annotated[str, typer.Option(help="What went badly.")] = "",
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Adds a version: the newest with what is given put over it.

    Numbers of phones, cards and orders and mail addresses are taken out: write no names.
    """
    from alerts.postmortem import PostMortem
    from pulse.runtime import after_incidents

    changes = PostMortem(summary=summary, whys=tuple(why or ()), fishbone=fishbone, went_well=well, went_badly=badly)
    _do(config, (incident_id, who), lambda site, by: after_incidents.post_mortem_written(site, by, changes))


@post_mortem.command()
def finish(incident_id: IncidentId, who: Who = None, config: ConfigPath = HERE) -> None:
    """Ends the work on a closed incident: it is reviewed."""
    from pulse.runtime import after_incidents

    _do(config, (incident_id, who), after_incidents.post_mortem_finished)


@action.command("list")
def list_actions(incident_id: IncidentId, config: ConfigPath = HERE) -> None:
    """Shows what is to be done after an incident."""
    from pulse.runtime import after_incidents
    from pulse.runtime.site import RunningSite

    for line in after_incidents.actions_shown(RunningSite.known(config), incident_id):
        print(line)


@action.command()
def add(
    incident_id: IncidentId,
    what: Annotated[str, typer.Argument(help="What is to be done.", metavar="TEXT")],
    owner: Annotated[str, typer.Option(help="Who does it.")],
    due: Annotated[datetime, typer.Option(help="By the end of which day.", formats=["%Y-%m-%d"])],
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Keeps what somebody is to do."""
    from pulse.runtime import after_incidents

    _do(config, (incident_id, who), lambda site, by: after_incidents.action_promised(site, by, what, owner, due.date()))


@action.command()
def move(
    incident_id: IncidentId,
    action_id: ActionId,
    state: Annotated[str, typer.Argument(help="done, dropped or open.", metavar="STATE")],
    who: Who = None,
    config: ConfigPath = HERE,
) -> None:
    """Says that an action is done, dropped or open again."""
    from alerts.follow_ups import State
    from pulse.runtime import after_incidents

    if state not in set(State):
        _refuse(f'action {action_id}: got "{state}", expected one of {", ".join(State)}')
    _do(config, (incident_id, who), lambda site, by: after_incidents.action_moved(site, by, action_id, State(state)))


def _do(config: ConfigPath, whose: tuple[int, str | None], act: "Callable[[RunningSite, By], Done]") -> None:
    from pulse.clock import system_clock
    from pulse.runtime.after_incidents import By
    from pulse.runtime.site import RunningSite

    incident_id, who = whose
    done = act(RunningSite.known(config), By(incident_id, who, system_clock()))
    if not done.is_done:
        _refuse(done.line)
    print(done.line)


def _refuse(line: str) -> None:
    typer.echo(line, err=True)
    raise typer.Exit(1)
