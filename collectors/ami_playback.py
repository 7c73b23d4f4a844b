"""A server on this machine that performs a recorded manager session byte for byte, paced by the epochs its events carry.

In: what a server once sent, and the recorded instant that is performed now. Out: the same bytes to whoever connects.
"""

import asyncio
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from collectors.ami import GREETING
from collectors.base import SourceFailed

_EPOCH = re.compile(rb"^(?:Uniqueid|Linkedid|DestUniqueid|DestLinkedid|LastCall|LastPause|LoginTime): ([0-9]{10})(?:\.[0-9]+)?\r?$", re.M)
_OWN = re.compile(rb"^Uniqueid: ([0-9]{10})(?:\.[0-9]+)?\r?$", re.M)
_SINCE = re.compile(rb"^(?:Wait|HoldTime|TalkTime): ([0-9]{1,6})\r?$", re.M)
_GREATEST_STEP_S = 3600
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Cues:
    """Which part of a recording is due when: at `epochs[i]` (s) everything before byte `ends[i]` has been said."""

    epochs: tuple[int, ...]
    ends: tuple[int, ...]

    def due(self, recorded_at: int) -> int:
        """How many bytes are due at a recorded instant (epoch ms)."""
        number = bisect_right(self.epochs, recorded_at // 1000)
        return self.ends[number - 1] if number else 0

    def between(self, after: int, until: int) -> tuple[int, ...]:
        """The epochs (s) after one recorded instant and up to another (epoch ms)."""
        return self.epochs[bisect_right(self.epochs, after // 1000) : bisect_right(self.epochs, until // 1000)]


def cues_of(transcript: bytes) -> Cues:
    """The running maximum of the epochs in the messages; one that leaps over an hour is rubbish. Raises SourceFailed without any."""
    starts = [0, *(match.end() for match in re.finditer(_END, transcript)), len(transcript)]
    ends: dict[int, int] = {}
    latest = 0
    for start, end in pairwise(starts):
        for epoch in _epochs(transcript[start:end]):
            if not latest or latest < epoch <= latest + _GREATEST_STEP_S:
                latest = epoch
        ends[latest] = end
    ends.pop(0, None)
    if not ends:
        raise SourceFailed("the recording holds no instant, expected events with Uniqueid or LoginTime")
    return Cues(tuple(ends), tuple(ends.values()))


def _epochs(message: bytes) -> list[int]:
    """The epochs (s) in one message, and the least a call's beginning, wait and talk make together."""
    epochs = [int(epoch) for epoch in _EPOCH.findall(message)]
    own = _OWN.search(message)
    if own:
        epochs.append(int(own[1]) + sum(int(since) for since in _SINCE.findall(message)))
    return epochs


@dataclass(slots=True)
class _Client:
    """One who listens: where it is in the recording and how much it was sent."""

    writer: asyncio.StreamWriter
    position: int
    sent_bytes: int


class AmiPlayback:
    """The performing server; it takes no notice of what clients ask."""

    def __init__(self, transcript: bytes) -> None:
        if not transcript.startswith(GREETING.encode()) or _END not in transcript:
            raise SourceFailed(f"the recording does not begin with {GREETING}")
        self.cues = cues_of(transcript)
        self.said_until = 0
        """The recorded instant (epoch ms) up to which everything was said."""
        self._transcript = transcript
        self._opening = transcript.index(_END) + len(_END)
        self._due = 0
        self._clients: list[_Client] = []
        self._server: asyncio.Server | None = None

    @property
    def first_at(self) -> int:
        """The recorded instant (epoch ms) of the first thing said."""
        return self.cues.epochs[0] * 1000

    async def start(self) -> int:
        """Opens a port of this machine that nobody else uses; returns its number."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def advance(self, recorded_at: int) -> int:
        """Says everything due by a recorded instant (epoch ms); returns the bytes the newest client was sent so far."""
        self.said_until = max(self.said_until, recorded_at)
        self._due = max(self._due, self.cues.due(recorded_at))
        for client in list(self._clients):
            await self._say(client)
        return self._clients[-1].sent_bytes if self._clients else 0

    def has_ended(self) -> bool:
        """Whether everything was said."""
        return self._due == len(self._transcript)

    async def close(self) -> None:
        """Leaves all clients and the port."""
        for client in self._clients:
            client.writer.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer, max(self._due, self._opening), self._opening)
        self._clients.append(client)
        try:
            writer.write(self._transcript[: self._opening])
            while await reader.read(1 << 16):
                pass
        except OSError:
            return
        finally:
            self._clients.remove(client)
            writer.close()

    async def _say(self, client: _Client) -> None:
        data = self._transcript[client.position : self._due]
        client.position = max(client.position, self._due)
        client.sent_bytes += len(data)
        try:
            client.writer.write(data)
            await client.writer.drain()
        except OSError:
            client.writer.close()
