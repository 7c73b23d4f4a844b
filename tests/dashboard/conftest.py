import tempfile
from pathlib import Path

import pytest
from private_redis import PrivateRedis
from visits import history_away, history_nowhere, newer_history, recorded, redis_away, reported, site, token, told, visit  # noqa: F401


@pytest.fixture
def private_redis():
    with tempfile.TemporaryDirectory() as folder:
        server = PrivateRedis(Path(folder))
        server.start()
        yield server
        server.stop()
