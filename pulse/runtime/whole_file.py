"""A file that has its name only once it is whole: what broke off leaves nothing, and an older file stays as it was until then.

In: where it is to stand. Out: where to write it meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Where to write; the file takes its place at the end, and is gone if an error leaves."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
