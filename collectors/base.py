"""What a connector is: the one small interface between a source and the runner.

A file in `collectors/connectors/` is a connector when it has
`TITLE` (a Text), `Options` (a pydantic model of its own keys in pulse.toml) and `connect(options, context, cursor)`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pulse.clock import Clock, system_clock
from pulse.kpi.records import Channel, Record

Cursor = dict[str, Any]
SHOWN_ROWS = 3
"""So many of the rows of a poll are kept for people to look at."""


class SourceFailed(Exception):
    """A poll that did not succeed and may when tried again; `retry_after_s` is the source's own wish."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SourceRefused(SourceFailed):
    """A poll that will not succeed before somebody changes something: a wrong password, a missing right."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a mapped source shows."""

    rows: Sequence[object]
    unmapped: Sequence[str]
    """Keys that no field uses."""
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What the runner tells a connector about the place it works in."""

    site: str
    source: str
    channels: dict[str, Channel] = field(default_factory=dict)
    """The channel of each configured queue."""
    default_channel: Channel = Channel.VOICE
    zone: str = "UTC"
    base_dir: Path = Path()
    """The config file's folder: relative paths in options start here."""
    data_dir: Path = Path()
    """A folder the connector may write to."""
    site_key: bytes = b""
    """The secret of the site for keyed hashes."""
    clock: Clock = system_clock
    attributes: tuple[str, ...] | None = None
    """The dimensions records may carry; None lets every one through."""
    show: Callable[["Seen"], None] | None = None
    """Called with the rows of a mapped source before they are mapped, where somebody wants to look at them."""
    note: Callable[[str, str], None] | None = None
    """Called with a problem's name and, without identities, where it is, what was found and what is allowed: for the same somebody."""

    def channel_of(self, queue: str) -> Channel:
        """The configured channel of a queue, else the source's default."""
        return self.channels.get(queue, self.default_channel)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought; records and cursor are stored together or not at all."""

    records: Sequence[Record] = ()
    cursor: Cursor | None = None
    """Where to go on after a restart; None leaves the stored one as it is."""
    problems: Counter[str] = field(default_factory=Counter)
    """What could not be read, by name: cut_line, unknown_event:FOO."""
    more: bool = False
    """More is waiting: poll again at once."""
    rows: Sequence[object] = ()
    """The last of the rows as they came, for people who look after the source; none where it invents its records."""
    codes: frozenset[str] = frozenset()
    """The keys of these rows whose words are those of a system, never of a person: only they are shown."""
    ended: bool = False
    """A recording that is over."""
    completeness_ratio: float | None = None
    oldest_at: int | None = None
    """The earliest instant this poll read of, records or not; None where it read none."""
    newest_at: int | None = None
    """The latest instant this poll read of, by the source's own clock."""


class Connector(Protocol):
    """One open source. `poll` is never called twice at once; all its I/O is asyncio's or short."""

    async def poll(self) -> Batch:
        """What is new since the last poll; raises SourceFailed or SourceRefused."""

    async def close(self) -> None:
        """Lets go of files and sockets."""


class ConnectorModule(Protocol):
    """The shape of a file in `collectors/connectors/`."""

    TITLE: Any
    Options: Any

    def connect(self, options: Any, context: SourceContext, cursor: Cursor | None) -> Connector:
        """Opens nothing yet: the first poll does; `cursor` is what the last stored Batch carried."""


class RecordedSource(Protocol):
    """What a connector module adds when `pulse board` can read its recordings."""

    def read_recording(self, paths: Sequence[Path], options: Any, context: SourceContext) -> Any:
        """An iterator of Batch over whole recorded files, oldest part first."""
