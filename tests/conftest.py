"""What every test may use, and what is left out where the machine lacks something."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from sql.session import Database

sys.path.insert(0, str(Path(__file__).parent))

DATABASES = ("sqlite", "postgresql")
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked so runs on SQLite and on PostgreSQL."""
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database_url", DATABASES, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The URL of a new database that has its tables: a file, or one of PostgreSQL."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return request.getfixturevalue("postgres").laid_out()
    from laid_out import laid_out

    return laid_out(tmp_path_factory.getbasetemp() / "history.db")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of the test's own."""
    from laid_out import opened

    with opened(database_url) as database:
        yield database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A private PostgreSQL, the same for all workers; without one its tests are skipped, or fail where PULSE_REQUIRE=all."""
    from own_postgres import shared_postgres

    base = tmp_path_factory.getbasetemp()
    with shared_postgres(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as server:
        yield server
