"""The language of the Asterisk Manager Interface: bytes to messages and actions to bytes, without a socket.

In: bytes as they come, cut anywhere. Out: messages as maps of header to value, and problems by name; memory stays bounded.
"""

from collections import Counter
from collections.abc import Mapping

from pulse.storable import storable

Message = Mapping[str, str]

GREETING = "Asterisk Call Manager"
_LINE_BYTES = 16 << 10
_HEADERS = 500


class MessageReader:
    """Collects bytes until a message is whole; `problems` counts what had to be left out."""

    def __init__(self) -> None:
        self.problems: Counter[str] = Counter()
        self._rest = b""
        self._skipping = False
        self._headers: dict[str, str] = {}

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete; the greeting is a message with the one header Greeting."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        messages: list[Message] = []
        for line in lines:
            messages += self._take(line.removesuffix(b"\r"))
        if len(self._rest) > _LINE_BYTES:
            self._rest, self._skipping = b"", True
        return messages

    def _take(self, line: bytes) -> list[Message]:
        if self._skipping or len(line) > _LINE_BYTES:
            self._skipping = False
            self.problems["line_too_long"] += 1
            return []
        if not line:
            return self._finish()
        text = self._text(line)
        if text.startswith(GREETING):
            return [{"Greeting": text}]
        self._add_header(text)
        return []

    def _finish(self) -> list[Message]:
        message, self._headers = self._headers, {}
        return [message] if message else []

    def _text(self, line: bytes) -> str:
        try:
            return storable(line.decode())
        except UnicodeDecodeError:
            self.problems["not_text"] += 1
            return storable(line.decode(errors="replace"))

    def _add_header(self, text: str) -> None:
        name, colon, value = text.partition(":")
        if not colon:
            self.problems["no_header"] += 1
        elif len(self._headers) >= _HEADERS:
            self.problems["too_many_headers"] += 1
        else:
            self._headers[name] = value.strip()


def action(name: str, **headers: str) -> bytes:
    """The bytes of one action; raises ValueError where a value would break out of its line."""
    pairs = {"Action": name, **headers}
    if any("\r" in value or "\n" in value for value in pairs.values()):
        raise ValueError(f"{name}: a value holds a line break")
    return "".join(f"{header}: {value}\r\n" for header, value in pairs.items()).encode() + b"\r\n"
