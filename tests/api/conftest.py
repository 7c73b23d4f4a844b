import pytest
from asked import Site

from dashboard.data import database


@pytest.fixture
def site(tmp_path, database_url):
    opened = Site(tmp_path, database_url)
    yield opened
    opened.database.close()
    database.clear()
