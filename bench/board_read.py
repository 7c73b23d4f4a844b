"""Reading the Board of twelve busy queues out of Redis; the rival keeps its figures in 200 hashes."""

import time
from collections.abc import Callable, Iterator

import redis

from bench._contacts import QUEUES
from bench._figure import Figure, at_most, percentile
from bench._site import folder, redis_at
from bench._watched import fold_all, site_in
from pulse.live.read import latest_board

_RECORDS = 12_000
_READS = 3000
_HASHES, _FIELDS = 200, 12
_RIVAL_READS = 300


def figures() -> Iterator[Figure]:
    """Microseconds a Board, median and 99th percentile, beside the rival's."""
    with folder() as root:
        site = site_in(root)
        with redis_at(site.places) as client:
            fold_all(client, site, _RECORDS)
            board = latest_board(client, site.keys)
            if board is None or len(board.queues) != len(QUEUES):
                raise RuntimeError("the Board is not the one to be measured")
            ours_us = _durations_us(lambda: latest_board(client, site.keys), _READS)
            size = client.strlen(site.keys.board)
            rival_us = percentile(_durations_us(_rival(client), _RIVAL_READS), 50)
    p50_us = percentile(ours_us, 50)
    goal, ok = at_most(250, p50_us)
    against = f"{_HASHES} HGETALL of {_FIELDS} fields in one pipeline: {rival_us:.0f} us"
    yield Figure(bench="board_read", figure="p50", value=p50_us, unit="us", goal=goal, ok=ok, ratio=p50_us / rival_us, against=against)
    yield Figure(bench="board_read", figure="p99", value=percentile(ours_us, 99), unit="us")
    yield Figure(bench="board_read", figure="board_size", value=size, unit="B")


def _rival(client: redis.Redis) -> Callable[[], object]:
    names = [f"rival:{number}" for number in range(_HASHES)]
    for name in names:
        client.hset(name, mapping={f"field{number}": number * 1000 for number in range(_FIELDS)})

    def read() -> object:
        with client.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.hgetall(name)
            return pipe.execute()

    return read


def _durations_us(act: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        began_ns = time.perf_counter_ns()
        act()
        found.append((time.perf_counter_ns() - began_ns) / 1000)
    return found
