"""Durations as people write them: 500ms, 5s, 2m, 4h, 1d."""

import re
from collections.abc import Callable

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(written: object) -> float:
    """The seconds of a duration such as 500ms, 5s, 2m, 4h or 1d; raises ValueError for anything else."""
    match = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        shown = f'"{written}"' if isinstance(written, str) else f"{written!r:.60}"
        raise ValueError(f"got {shown}, expected a duration such as 5s or 2m")
    return float(match[1]) * _SECONDS[match[2]]


def at_least(least: str) -> Callable[[object], float]:
    """Reads the seconds of a duration that is not shorter than this one; raises ValueError in the units that people write."""

    def read(written: object) -> float:
        duration_s = seconds(written)
        if duration_s < seconds(least):
            raise ValueError(f'got "{written}", expected {least} or longer')
        return duration_s

    return read
