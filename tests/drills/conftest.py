"""What the tests of drills share: a database in a file of its own, and a site on it."""

import pytest
from drilled import Site

from sql.session import open_database, sqlite_url


@pytest.fixture
def database(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as opened:
        yield opened


@pytest.fixture
def site(database):
    return Site(database)
