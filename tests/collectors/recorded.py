"""Where the recordings are that tests and examples share."""

from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "asterisk22"
