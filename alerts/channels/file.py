"""A file that grows: each message is one line of JSON, for programs of this machine, and for a site that needs nothing from outside.

In: a message. Out: a line that is on the disk before the message counts as delivered, or an Attempt that says why it is not.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from alerts.channels.webhook import text_of
from alerts.message import Attempt, ChannelContext, Message
from alerts.words import Spoken
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("File", "文件")
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


class Options(Strict):
    """The keys of a channel of this kind."""

    path: str = Field(min_length=1)
    """The file, relative to the config where it does not begin with /; its folder is made where it is missing."""
    language: Spoken = "en"
    """The language of the one-line `text`; title and why are told in both."""
    most_bytes: int = Field(10_000_000, ge=10_000)
    """What is longer is kept beside it as PATH.1, in the place of the one before, and the file begins anew."""


@dataclass(frozen=True, slots=True)
class File:
    """An open way into a file; the file itself is opened for each message, so that others may move it away."""

    path: Path
    spoken: Spoken
    most_bytes: int

    def send(self, message: Message, now: int) -> Attempt:
        """One line; a disk that is full or a folder that is away may be better later."""
        told = {**message.payload, "key": message.key, "sent_at": now, "text": text_of(message, self.spoken)}
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        try:
            self._append(line)
        except OSError as error:
            return Attempt(delivered=False, retriable=True, error=type(error).__name__)
        return Attempt(delivered=True)

    def close(self) -> None:
        """Nothing stays open between two messages."""

    def _append(self, line: bytes) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._turn_over(len(line))
        opened = os.open(self.path, _APPEND, 0o600)
        try:
            size = os.fstat(opened).st_size
            if os.write(opened, line) < len(line):
                os.ftruncate(opened, size)
                raise OSError("the disk is full")
            os.fsync(opened)
        finally:
            os.close(opened)

    def _turn_over(self, more: int) -> None:
        with suppress(FileNotFoundError):
            if self.path.stat().st_size + more > self.most_bytes:
                self.path.replace(self.path.with_name(f"{self.path.name}.1"))


def open_channel(options: Options, context: ChannelContext) -> File:
    """The file of a [notify.NAME] table; touches nothing yet."""
    return File(context.base_dir / options.path, options.language, options.most_bytes)
