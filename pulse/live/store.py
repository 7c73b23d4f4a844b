"""Connections to Redis, sync for `watch` and asyncio for `collect`; one place for time-outs and retries."""

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

RedisLost = (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError)
"""What a call raises while Redis is away; it is worth trying again."""


def connected(url: str, patience_s: float = 5.0) -> redis.Redis:
    """A client for one process; commands answer within so many seconds or raise one of RedisLost."""
    return redis.Redis.from_url(url, socket_timeout=patience_s, socket_connect_timeout=2.0, retry=Retry(NoBackoff(), 0))


def connected_async(url: str) -> redis.asyncio.Redis:
    """The same for asyncio."""
    return redis.asyncio.Redis.from_url(url, socket_timeout=5.0, socket_connect_timeout=2.0)
