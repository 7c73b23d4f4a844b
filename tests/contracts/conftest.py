import os
import shutil
import tempfile
from pathlib import Path

import pytest
from own_redis import OwnRedis

from pulse.runtime.redis_server import wheel_binary

SERVERS = ("wheel", "redis-server", *(["valkey-server"] if shutil.which("valkey-server") else []))
"""Valkey is tried where it is at hand; the other two are what the product promises to run on."""


@pytest.fixture(scope="session", params=SERVERS)
def own_redis(request):
    """A private server of each kind there is; what is missing is skipped, or fails where PULSE_REQUIRE=all."""
    found = wheel_binary() if request.param == "wheel" else shutil.which(request.param)
    if found is None:
        refuse = pytest.fail if os.environ.get("PULSE_REQUIRE") == "all" else pytest.skip
        refuse(f"no {request.param} here")
    with tempfile.TemporaryDirectory() as folder, OwnRedis(Path(found), Path(folder)) as server:
        yield server
