import pytest
from asked import Site


@pytest.fixture
def site(tmp_path, database_url):
    opened = Site(tmp_path, database_url)
    yield opened
    # Closed, not forgotten: the next test's database is laid out already, and how its statements are written is still known.
    opened.database.close()
