"""What the tests of SQL share: a database in a file of its own."""

import pytest

from sql.session import open_database, sqlite_url


@pytest.fixture
def database(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as opened:
        yield opened
