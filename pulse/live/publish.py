"""Tells everybody who looks on, through Redis: Boards and open alerts, each fenced by the number of the teller's lease.

In: bytes. Out: a key that who comes later reads, and a message to who listens. Redis compares the numbers and writes in one step, so
that a process that was frozen and wakes after its standby took over cannot put an old Board over a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from redis import Redis

from pulse.fence import Fenced
from pulse.live.keys import Keys
from pulse.live.store import RedisLost

UNFENCED = 0
"""The number of who publishes without a lease, where nobody ever took one."""
_FENCE = """
local highest = tonumber(redis.call('get', KEYS[2]) or '0')
local own = tonumber(ARGV[1])
if highest > own then return 'fenced' end
if highest < own then redis.call('set', KEYS[2], own) end
"""
_KEEP = f"""{_FENCE}
redis.call('set', KEYS[1], ARGV[2])
redis.call('publish', KEYS[1], ARGV[2])
return 'told'
"""
_LAY = f"""{_FENCE}
local after, version, at, message, gone = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
if after == '' then redis.call('del', KEYS[1])
elseif redis.call('hget', KEYS[1], 'version') ~= after then return 'lost' end
for place = 7, 6 + gone do redis.call('hdel', KEYS[1], ARGV[place]) end
for place = 7 + gone, #ARGV, 2 do redis.call('hset', KEYS[1], ARGV[place], ARGV[place + 1]) end
redis.call('hset', KEYS[1], 'version', version, 'at', at)
redis.call('publish', KEYS[1], message)
return 'told'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What makes one version of a hash of another, and what is said of it to who listens."""

    after: int | None
    """The version it is laid over; None where it takes the place of everything."""
    version: int
    at: int
    message: bytes
    rows: Mapping[int, bytes] = field(default_factory=dict)
    gone: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one who publishes for a site, with the number of its lease."""

    client: Redis
    keys: Keys
    number: int = UNFENCED

    def keep(self, key: str, data: bytes) -> None:
        """Keeps the data for who comes later and tells it to who listens; raises Fenced, and redis errors."""
        self._publish(_KEEP, key, data)

    def lay(self, key: str, layer: Layer) -> bool:
        """Lays it over what is kept; False where that is of another version. Raises Fenced, and redis errors."""
        rows = [part for row in layer.rows.items() for part in row]
        after = "" if layer.after is None else layer.after
        told = self._publish(_LAY, key, after, layer.version, layer.at, layer.message, len(layer.gone), *layer.gone, *rows)
        return told == b"told"

    def _publish(self, script: str, key: str, *what: bytes | str | int) -> object:
        told = self.client.register_script(script)(keys=[key, self.keys.lease], args=[self.number, *what])
        if told == b"fenced":
            raise Fenced(f"lease {self.number}: got a newer one in {self.keys.lease}")
        return told


def highest_lease(client: Redis, keys: Keys) -> int:
    """The highest number that ever published here; 0 where none did, or Redis is away and cannot say."""
    try:
        stored = client.get(keys.lease)
    except RedisLost:
        return UNFENCED
    return int(stored) if isinstance(stored, bytes) else UNFENCED
