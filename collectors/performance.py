"""What the replay connector performs: a log that grows line by line, or a manager session said by a server of ours.

In: a recording and the recorded instant that is performed now. Out: what the real connector reads of it, in recorded time.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from collectors.ami_playback import AmiPlayback
from collectors.base import Batch, Connector, Cursor, SourceContext, SourceFailed
from collectors.connectors import asterisk_ami
from collectors.tail import open_part, whole_lines

Instants = Callable[[bytes, int], int | None]
"""The recorded instant (epoch ms) of a line, given with its number; None where it tells none."""


class Performance(Protocol):
    """One recording on stage."""

    @property
    def first_at(self) -> int:
        """The recorded instant (epoch ms) at which it begins."""

    async def poll(self, recorded_at: int) -> Batch:
        """What the real connector reads when everything up to a recorded instant has happened."""

    async def close(self) -> None:
        """Lets go of everything."""


@dataclass(frozen=True, slots=True)
class Script:
    """A recorded log with the instant at which each line is due; a line without one is due with the line before it."""

    content: bytes
    due_at: tuple[int, ...]
    ends: tuple[int, ...]

    def written(self, recorded_at: int) -> bytes:
        """What the file holds at a recorded instant: a pure function, so a restart can go on with any part of it."""
        number = bisect_right(self.due_at, recorded_at)
        return self.content[: self.ends[number - 1]] if number else b""

    def is_over(self, recorded_at: int) -> bool:
        """Whether every line is written at a recorded instant."""
        return recorded_at >= self.due_at[-1]


def script_of(path: Path, instant: Instants) -> Script:
    """The script of a recorded log; raises SourceFailed where it cannot be read or tells no instant."""
    lines = [line for chunk in whole_lines(path) for line in chunk.lines]
    instants = [instant(line, number) for number, line in enumerate(lines)]
    first = next((at for at in instants if at is not None), None)
    if first is None:
        raise SourceFailed(f"{path.name}: no line tells an instant")
    due_at = accumulate((first if at is None else at for at in instants), max)
    ends = accumulate(len(line) + 1 for line in lines)
    return Script(b"".join(line + b"\n" for line in lines), tuple(due_at), tuple(ends))


class LogPerformance:
    """A log that grows in a file of ours, read by the real tail."""

    def __init__(self, script: Script, path: Path, connector: Connector) -> None:
        self._script = script
        self._path = path
        self._connector = connector
        self._is_ours = False

    @property
    def first_at(self) -> int:
        """The recorded instant (epoch ms) of the first line."""
        return self._script.due_at[0]

    async def poll(self, recorded_at: int) -> Batch:
        """Writes what is missing and reads it."""
        await asyncio.to_thread(self._grow, recorded_at)
        batch = await self._connector.poll()
        is_over = self._script.is_over(recorded_at) and not batch.more
        return replace(batch, ended=is_over and not batch.records)

    async def close(self) -> None:
        """Closes the tail."""
        await self._connector.close()

    def _grow(self, recorded_at: int) -> None:
        """Appends what is missing; a file that is something else is written anew."""
        try:
            if not self._is_ours:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                present = self._path.read_bytes() if self._path.exists() else b""
                if not self._script.content.startswith(present):
                    self._path.unlink()
                self._is_ours = True
            with self._path.open("ab") as file:
                file.write(self._script.written(recorded_at)[file.tell() :])
        except OSError as error:
            raise SourceFailed(f"{self._path.name}: {error.strerror or 'cannot be written'}") from error


class AmiPerformance:
    """A manager session said by a server of ours to the real connector, which lives by the clock `now`."""

    def __init__(self, playback: AmiPlayback, options: asterisk_ami.Options, context: SourceContext, cursor: Cursor | None) -> None:
        self.now = playback.first_at
        self._playback = playback
        self._connector = asterisk_ami.connect(options, replace(context, clock=lambda: self.now), cursor)

    @property
    def first_at(self) -> int:
        """The recorded instant (epoch ms) of the first event."""
        return self._playback.first_at

    async def poll(self, recorded_at: int) -> Batch:
        """Says what is due second by second, so that every event comes at its own instant, and tells the picture that results."""
        await self._connector.hear(0)
        for epoch in self._playback.cues.between(self._playback.said_until, recorded_at):
            self.now = epoch * 1000
            await self._connector.hear(await self._playback.advance(self.now))
        self.now = recorded_at
        batch = await self._connector.poll()
        return replace(batch, ended=self._playback.has_ended())

    async def close(self) -> None:
        """Ends the connection, then the server."""
        await self._connector.close()
        await self._playback.close()


async def transcript(path: Path) -> bytes:
    """The bytes of a recorded session; raises SourceFailed where it cannot be read."""
    try:
        return await asyncio.to_thread(_whole, path)
    except (OSError, EOFError) as error:
        raise SourceFailed(f"{path.name}: cannot be read") from error


def _whole(path: Path) -> bytes:
    with open_part(path) as file:
        return file.read()
