"""`pulse retention plan | run`, `pulse privacy export | erase`: what is kept, for how long, and of whom.

In: what a person types. Out: lines, or a file of JSON.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from pulse.commands.options import HERE, ConfigPath, Who

retention = typer.Typer(
    no_args_is_help=True, help="What is older than \\[retention] allows is deleted every night; here it is told, or done now."
)
privacy = typer.Typer(no_args_is_help=True, help="What is kept of one customer.")
Customer = Annotated[str, typer.Argument(help="The keyed hash, or the number or address it stands for.", metavar="CUSTOMER")]


@retention.command()
def plan(config: ConfigPath = HERE) -> None:
    """Says what would be deleted now; nothing is."""
    from pulse.clock import system_clock
    from pulse.runtime.keeping import too_old
    from pulse.runtime.site import RunningSite

    for line in too_old(RunningSite.known(config), system_clock()):
        print(line)


@retention.command()
def run(config: ConfigPath = HERE) -> None:
    """Deletes what is too old, now."""
    from pulse.clock import system_clock
    from pulse.runtime.keeping import swept
    from pulse.runtime.site import RunningSite

    for line in swept(RunningSite.known(config), system_clock()):
        print(line)


@privacy.command()
def export(
    customer: Customer,
    out: Annotated[Path | None, typer.Option(help="Where to write; none: to the terminal.", metavar="FILE")] = None,
    config: ConfigPath = HERE,
) -> None:
    """Tells everything that is kept of one customer, as JSON."""
    from pulse.clock import system_clock
    from pulse.runtime.keeping import exported
    from pulse.runtime.site import RunningSite

    told = json.dumps(exported(RunningSite.known(config), customer, system_clock()), ensure_ascii=False, indent=2)
    if out is None:
        print(told)
        return
    out.touch(mode=0o600)
    out.write_text(told + "\n", encoding="utf-8")
    print(f"{out}: written")


@privacy.command()
def erase(customer: Customer, who: Who = None, config: ConfigPath = HERE) -> None:
    """Takes one customer out of everything that is kept; what was counted stays counted. The event log says that it was done."""
    from pulse.clock import system_clock
    from pulse.runtime.keeping import erased
    from pulse.runtime.site import RunningSite

    print(erased(RunningSite.known(config), customer, who, system_clock()))
