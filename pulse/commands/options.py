"""What several commands ask for in the same words."""

from pathlib import Path
from typing import Annotated

import typer

from pulse.durations import seconds

HERE = Path("pulse.toml")
MOST_ID = 2**63 - 1
"""The largest number a database keeps."""
ConfigPath = Annotated[Path, typer.Option("--config", help="The site's pulse.toml.", metavar="FILE")]
Who = Annotated[str | None, typer.Option(help="Who does it; else the name of this system's user.")]


def duration(written: str) -> float:
    """The seconds of a duration as people write it; raises what Typer tells as a fault of the option."""
    try:
        return seconds(written)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
