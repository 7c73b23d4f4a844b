"""What every test may use, and what is left out where the machine lacks something."""

import os
import shutil
import sys
from pathlib import Path

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))

CHROMIUM = "/usr/bin/chromium"
# A law is about values: how long one example takes says only who else uses the machine.
hypothesis.settings.register_profile("laws", deadline=None)
hypothesis.settings.load_profile("laws")
REQUIRED = os.environ.get("PULSE_REQUIRE") == "all"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the browser tests out where there is no Chromium, unless PULSE_REQUIRE=all: then its absence is a failure."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if not browser or shutil.which(CHROMIUM):
        return
    if REQUIRED:
        raise pytest.UsageError(f"PULSE_REQUIRE=all, but there is no {CHROMIUM}")
    items[:] = [item for item in items if item not in browser]
    config.hook.pytest_deselected(items=browser)
    print(f"\nno {CHROMIUM}: {len(browser)} browser tests are left out")
