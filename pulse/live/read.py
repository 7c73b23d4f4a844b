"""What others read of the live way: the latest Board."""

from redis import Redis

from pulse.kpi.board import Board, decode_board
from pulse.live.keys import Keys


def latest_board(client: Redis, keys: Keys) -> Board | None:
    """The latest Board; None where none was published yet. Raises redis.RedisError and UnreadableBoard."""
    stored = client.get(keys.board)
    return decode_board(stored) if isinstance(stored, bytes) else None
