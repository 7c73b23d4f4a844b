import signal
import subprocess
import time
from pathlib import Path

import redis
import redis.asyncio

from pulse.runtime.places import Places
from pulse.runtime.redis_server import answers, own_url, server_command


class OwnRedis:
    """A server started the way `pulse up` starts it, on a unix socket in a folder of the test; only ever ends its own process."""

    def __init__(self, binary: Path, root: Path) -> None:
        self._binary = binary
        self._places = Places(root)
        self._places.redis.mkdir(parents=True, exist_ok=True)
        self._process = None
        self.url = own_url(self._places)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._process = subprocess.Popen(server_command(self._binary, self._places), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not answers(self.url):
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < deadline, "redis-server did not start"

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def client(self):
        return redis.Redis.from_url(self.url)

    def async_client(self):
        return redis.asyncio.Redis.from_url(self.url)
