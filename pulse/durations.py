"""Durations as people write them: 500ms, 5s, 2m, 4h, 1d."""

import re

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(written: object) -> float:
    """The seconds of a duration such as 500ms, 5s, 2m, 4h or 1d; raises ValueError for anything else."""
    match = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        shown = f'"{written}"' if isinstance(written, str) else f"{written!r:.60}"
        raise ValueError(f"got {shown}, expected a duration such as 5s or 2m")
    return float(match[1]) * _SECONDS[match[2]]
