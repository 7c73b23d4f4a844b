"""What the tests of alerts share: a database in a file of its own, a receiver of webhooks on loopback."""

import pytest
from alerts_made import Receiver

from sql.session import open_database, sqlite_url


@pytest.fixture
def database(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as opened:
        yield opened


@pytest.fixture
def receiver():
    opened = Receiver()
    yield opened
    opened.close()
