"""Follows a growing text file by inode and offset, through rotation, truncation and restarts.

In: a path and the position of the last read. Out: whole lines as bytes, what could not be read, and the new position.
A line without its newline stays in the file until the rest comes, so a position says everything a restart needs.
"""

import gzip
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from collectors.base import SourceFailed

READ_BYTES = 1 << 20
LINE_BYTES = 64 << 10
_HEAD_BYTES = 256
_TELLING_HEAD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file has been read; `head_*` tell whether the file of that inode is still the same one."""

    inode: int = 0
    offset: int = 0
    skipping: bool = False
    """In the middle of a line that is too long."""
    head_bytes: int = 0
    head_crc: int = 0

    def as_map(self) -> dict[str, int]:
        """A plain map for the cursor; `from_map` reads it."""
        return {
            "inode": self.inode,
            "offset": self.offset,
            "skipping": int(self.skipping),
            "head_bytes": self.head_bytes,
            "head_crc": self.head_crc,
        }

    @classmethod
    def from_map(cls, stored: dict[str, Any]) -> "Position":
        """The position that `as_map` wrote."""
        return cls(stored["inode"], stored["offset"], bool(stored["skipping"]), stored["head_bytes"], stored["head_crc"])


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read brought."""

    lines: Sequence[bytes] = ()
    problems: Counter[str] = field(default_factory=Counter)
    more: bool = False
    first: bool = False
    """The lines are the first of their part."""
    numbers: Sequence[int] = ()
    """Where in its file each line stands, from 1 on; only of a finished file is it known."""


def split_lines(data: bytes, skipping: bool, line_bytes: int = LINE_BYTES) -> tuple[list[bytes], int, bool, int]:
    """Whole lines of `data`, how many bytes they took, whether a line that is too long goes on, how many such began.

    The rest without a newline is not taken, unless it is already too long.
    """
    *whole, rest = data.split(b"\n")
    if skipping:
        if not whole:
            return [], len(data), True, 0
        whole = whole[1:]
    lines = [line.removesuffix(b"\r") for line in whole if len(line) <= line_bytes]
    too_long = len(whole) - len(lines)
    if len(rest) > line_bytes:
        return lines, len(data), True, too_long + 1
    return lines, len(data) - len(rest), False, too_long


class Tail:
    """One followed file; `position` is None until its first read."""

    def __init__(self, path: Path, position: Position | None = None, read_bytes: int = READ_BYTES, line_bytes: int = LINE_BYTES) -> None:
        self.position = position
        self._path = path
        self._read_bytes = max(read_bytes, line_bytes + 1)
        self._line_bytes = line_bytes
        self._file: BufferedIOBase | None = None

    def read(self) -> Chunk:
        """The lines that came since the last read, about `read_bytes` of them at most; raises SourceFailed where there is no file."""
        problems: Counter[str] = Counter()
        file, position = self._opened(problems)
        newer = self._next_part(file, position)
        chunk = self._read_on(file, position, problems)
        if chunk.lines or chunk.more or chunk.problems["line_too_long"]:
            return replace(chunk, more=chunk.more or newer is not None)
        if newer is not None:
            self._leave_for(newer, problems)
            return Chunk((), problems, more=True)
        if not self._path.exists():
            raise SourceFailed(f"{self._path.name}: there is no such file now")
        return chunk

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self, problems: Counter[str]) -> tuple[BufferedIOBase, Position]:
        """The file to read on and from where."""
        if self._file is not None and self.position is not None:
            if _begins_as(self._file, self.position):
                return self._file, self.position
            return self._after_truncation(self.position)
        if self.position is None:
            return self._begin(self._path, Position())
        part = self._part_of(self.position)
        if part is None:
            problems["part_gone"] += 1
            return self._begin(self._path, Position())
        return self._begin(part, self.position)

    def _after_truncation(self, position: Position) -> tuple[BufferedIOBase, Position]:
        """The copy that copytruncate made, for it holds what was not read yet; without one, the same file from its beginning."""
        copy = self._part_of(position)
        return self._begin(copy, position) if copy else self._begin(self._path, Position())

    def _begin(self, part: Path, position: Position) -> tuple[BufferedIOBase, Position]:
        self.close()
        try:
            self._file = open_part(part)
            self.position = replace(position, inode=part.stat().st_ino)
        except OSError as error:
            raise SourceFailed(f"{part.name}: {error.strerror or 'cannot be read'}") from error
        return self._file, self.position

    def _read_on(self, file: BufferedIOBase, position: Position, problems: Counter[str]) -> Chunk:
        try:
            file.seek(position.offset)
            data = file.read(self._read_bytes)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceFailed(f"{self._path.name}: cannot be read on") from error
        lines, taken, skipping, too_long = split_lines(data, position.skipping, self._line_bytes)
        if too_long:
            problems["line_too_long"] += too_long
        self.position = _with_head(file, replace(position, offset=position.offset + taken, skipping=skipping))
        return Chunk(lines, problems, more=len(data) == self._read_bytes, first=position.offset == 0)

    def _part_of(self, position: Position) -> Path | None:
        """The file, rotated or packed, that the position was taken in; None where none begins as it did."""
        parts = [part for part in (self._path, *self._siblings()) if _holds(part, position)]
        same_inode = [part for part in parts if _inode(part) == position.inode]
        if same_inode:
            return same_inode[0]
        return parts[0] if parts and position.head_bytes >= _TELLING_HEAD_BYTES else None

    def _next_part(self, file: BufferedIOBase, position: Position) -> Path | None:
        """The part written after the open one; None while there is none that has begun.

        An empty new file does not count: until the writer was told, it still writes to the renamed one.
        """
        if _inode(self._path) == position.inode:
            return None
        read_until = os.fstat(file.fileno()).st_mtime_ns
        later = [part for part in self._siblings() if _inode(part) != position.inode and _mtime_ns(part) > read_until]
        if later:
            return min(later, key=_mtime_ns)
        return self._path if _size(self._path) else None

    def _leave_for(self, part: Path, problems: Counter[str]) -> None:
        """Goes on with the next part; what the old one still held was a line that nobody will finish."""
        file, position = self._opened(problems)
        file.seek(position.offset)
        if file.read(1):
            problems["cut_line"] += 1
        self._begin(part, Position())

    def _siblings(self) -> Iterator[Path]:
        """The rotated parts: queue_log.1, queue_log-20261123, queue_log.2.gz."""
        name = re.compile(re.escape(self._path.name) + r"[.-][\dT.-]*\d(?:\.gz)?")
        return (part for part in sorted(self._path.parent.glob(f"{self._path.name}[.-]*")) if name.fullmatch(part.name))


def open_part(path: Path) -> BufferedIOBase:
    """The file opened for reading bytes, unpacked where its name ends in .gz; raises OSError."""
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def whole_lines(path: Path, line_bytes: int = LINE_BYTES) -> Iterator[Chunk]:
    """All lines of a finished file in chunks; the last line counts even without its newline. Raises SourceFailed."""
    rest, skipping, first, number = b"", False, True, 1
    try:
        with open_part(path) as file:
            while data := file.read(READ_BYTES):
                data = rest + data
                went_on = skipping
                lines, taken, skipping, too_long = split_lines(data, skipping, line_bytes)
                rest, ends = data[taken:], data.count(b"\n", 0, taken)
                numbers = range(number, number + ends) if len(lines) == ends else _numbers(data[:taken], number, went_on, line_bytes)
                yield Chunk(lines, Counter({"line_too_long": too_long} if too_long else {}), first=first, numbers=numbers)
                first, number = first and taken == 0, number + ends
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFailed(f"{path.name}: cannot be read: {error}") from error
    if rest:
        yield Chunk([rest.removesuffix(b"\r")], first=first, numbers=[number])


def _numbers(data: bytes, number: int, skipping: bool, line_bytes: int) -> list[int]:
    """The numbers of the lines that `split_lines` keeps, where it left some out."""
    whole = data.split(b"\n")[:-1]
    return [number + at for at, line in enumerate(whole) if len(line) <= line_bytes and not (skipping and at == 0)]


def decoded(line: bytes, encoding: str = "utf-8") -> str | None:
    """The line as text; None where it is not text in that encoding or holds NULs."""
    if b"\0" in line:
        return None
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _begins_as(file: BufferedIOBase, position: Position) -> bool:
    """Whether a file is as long as it was read and begins with the bytes it began with."""
    file.seek(0)
    if zlib.crc32(file.read(position.head_bytes)) != position.head_crc:
        return False
    if isinstance(file, gzip.GzipFile):
        return file.seek(position.offset) == position.offset
    return os.fstat(file.fileno()).st_size >= position.offset


def _with_head(file: BufferedIOBase, position: Position) -> Position:
    size = min(position.offset, _HEAD_BYTES)
    if size <= position.head_bytes:
        return position
    file.seek(0)
    return replace(position, head_bytes=size, head_crc=zlib.crc32(file.read(size)))


def _holds(part: Path, position: Position) -> bool:
    try:
        with open_part(part) as file:
            return _begins_as(file, position)
    except (OSError, EOFError, zlib.error):
        return False


def _inode(path: Path) -> int:
    return path.stat().st_ino if path.exists() else 0


def _mtime_ns(path: Path) -> int:
    return path.stat().st_mtime_ns


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
