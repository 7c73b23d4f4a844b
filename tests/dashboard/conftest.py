import tempfile
from pathlib import Path

import pytest
from private_redis import PrivateRedis


@pytest.fixture
def private_redis():
    with tempfile.TemporaryDirectory() as folder:
        server = PrivateRedis(Path(folder))
        server.start()
        yield server
        server.stop()
