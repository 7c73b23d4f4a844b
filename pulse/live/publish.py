"""Tells everybody who looks on, through Redis: Boards and frames of alerts, each fenced by the number of the teller's lease.

In: bytes. Out: a key that who comes later reads, and a message to who listens. Redis compares the numbers and writes in one step, so
that a process that was frozen and wakes after its standby took over cannot put an old Board over a new one.
"""

from dataclasses import dataclass

from redis import Redis

from pulse.fence import Fenced
from pulse.live.keys import Keys
from pulse.live.store import RedisLost

UNFENCED = 0
"""The number of who publishes without a lease, where nobody ever took one."""
_FENCED = """
local highest = tonumber(redis.call('get', KEYS[2]) or '0')
local own = tonumber(ARGV[1])
if highest > own then return 0 end
if highest < own then redis.call('set', KEYS[2], own) end
if ARGV[3] == 'kept' then redis.call('set', KEYS[1], ARGV[2]) end
redis.call('publish', KEYS[1], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one who publishes for a site, with the number of its lease."""

    client: Redis
    keys: Keys
    number: int = UNFENCED

    def keep(self, key: str, data: bytes) -> None:
        """Keeps the data for who comes later and tells it to who listens; raises Fenced, and redis errors."""
        self._publish(key, data, "kept")

    def tell(self, key: str, data: bytes) -> None:
        """Tells it to who listens; raises Fenced, and redis errors."""
        self._publish(key, data, "told")

    def _publish(self, key: str, data: bytes, how: str) -> None:
        publish = self.client.register_script(_FENCED)
        if not publish(keys=[key, self.keys.lease], args=[self.number, data, how]):
            raise Fenced(f"lease {self.number}: got a newer one in {self.keys.lease}")


def highest_lease(client: Redis, keys: Keys) -> int:
    """The highest number that ever published here; 0 where none did, or Redis is away and cannot say."""
    try:
        stored = client.get(keys.lease)
    except RedisLost:
        return UNFENCED
    return int(stored) if isinstance(stored, bytes) else UNFENCED
