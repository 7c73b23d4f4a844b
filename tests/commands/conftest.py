"""What the tests of `pulse incident` share: a way to run it at a site of theirs."""

import pytest
from typer.testing import CliRunner

from pulse.cli import app


@pytest.fixture
def pulse(site):
    """Runs a command; its exit code and what it said."""

    def run(*words):
        outcome = CliRunner().invoke(app, ["incident", *words, "--config", str(site.config.path)])
        return outcome.exit_code, outcome.output.strip()

    return run
