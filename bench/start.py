"""`pulse up` on an empty data folder, until a live Board is out and the wall's page answers."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench._figure import Figure, at_most
from bench._site import folder, redis_at, up
from pulse.runtime.places import Places

_ROUNDS = 3


def figures() -> Iterator[Figure]:
    """Seconds, median of three, beside those of its Redis alone."""
    took_s = statistics.median(_up_s() for _ in range(_ROUNDS))
    redis_s = statistics.median(_redis_s() for _ in range(_ROUNDS))
    goal, ok = at_most(8, took_s)
    against = f"redis-server alone: {redis_s * 1000:.0f} ms"
    yield Figure(
        bench="start", figure="first_live_board_and_page", value=took_s, unit="s", goal=goal, ok=ok, ratio=took_s / redis_s, against=against
    )


def _up_s() -> float:
    with folder() as root:
        config = _config(root)
        began_s = time.perf_counter()
        with up(config):
            return time.perf_counter() - began_s


def _redis_s() -> float:
    with folder() as root:
        began_s = time.perf_counter()
        with redis_at(Places(root)):
            return time.perf_counter() - began_s


def _config(root: Path) -> Path:
    config = root / "pulse.toml"
    config.write_text('[site]\nname = "bench"\n', encoding="utf-8")
    return config
