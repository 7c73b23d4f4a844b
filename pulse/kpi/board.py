"""The second waist: the Board, all KPIs of all queues, channels and the site at one instant.

In: what the fold knows. Out: one frozen struct that pages, rules, history and replay all read.
"""

from enum import StrEnum

import msgspec

from pulse.kpi.budget import Budget
from pulse.kpi.kpi import Value
from pulse.kpi.shift import RunningShift


class Agents(msgspec.Struct, frozen=True, kw_only=True):
    """How many agents are in which state; a person counts once in a scope. None is unknown."""

    logged_in: int | None = None
    available: int | None = None
    busy: int | None = None
    acw: int | None = None
    paused: int | None = None
    paused_by_reason: dict[str, int] = {}


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Work that lies open in a queue, as its source tells it."""

    open: int | None = None
    unassigned: int | None = None
    unattended: int | None = None
    oldest_age_s: float | None = None


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """One queue, channel or the whole site at the Board's instant; the windows map KPI names to values."""

    title: str
    """In the site's own language."""
    titles: dict[str, str] = {}
    """By language, where the config gives them."""
    channel: str | None = None
    sources: tuple[str, ...] = ()
    """Names of the sources whose word counts here; none named, as in the site, means all of the Board's."""
    waiting: int | None = None
    oldest_wait_s: float | None = None
    contact_time_left_s: float | None = None
    """Target less the oldest wait: negative where the promise is already broken; None where nobody waits."""
    target_s: float | None = None
    goal_ratio: float | None = None
    budget: Budget | None = None
    """None where the service level cannot be known, or the volume of the day."""
    agents: Agents | None = None
    backlog: Backlog | None = None
    today: dict[str, Value] = {}
    last_5m: dict[str, Value] = {}
    last_30m: dict[str, Value] = {}
    shift: dict[str, Value] = {}
    """Since the running shift began; empty between shifts, and where that beginning was not counted."""

    def titled(self, language: str) -> str:
        """The title in a language; the site's own where there is none in it."""
        return self.titles.get(language, self.title)


class SourceCondition(StrEnum):
    """What the runner says of a source."""

    STARTING = "starting"
    OK = "ok"
    RETRYING = "retrying"
    CIRCUIT_OPEN = "circuit_open"
    ENDED = "ended"
    """A recording that has been played to its end."""
    STOPPED = "stopped"


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How fresh and how whole one source is; written by its collector."""

    source: str
    kind: str
    condition: SourceCondition = SourceCondition.STARTING
    every_s: float = 1.0
    stale_after_s: float | None = None
    """For how long its last poll is believed; None is three polls."""
    polled_at: int | None = None
    """The last poll that succeeded."""
    newest_at: int | None = None
    """The instant of the newest record it ever gave, by the source's own clock."""
    newest_received_at: int | None = None
    records: int = 0
    completeness_ratio: float | None = None
    problems: dict[str, int] = {}
    """What could not be read, counted by name, such as unknown_event:FOO."""
    error: str | None = None
    replayed: bool = False
    demo: bool = False


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """All KPIs of one site at one instant."""

    at: int
    site_name: str = ""
    zone: str = "UTC"
    demo: bool = False
    day_start: int = 0
    shift: RunningShift | None = None
    """None between shifts, and where the site has none."""
    late_records: int = 0
    site: Scope
    channels: dict[str, Scope] = {}
    queues: dict[str, Scope] = {}
    sources: dict[str, SourceHealth] = {}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Board)
_json_encoder = msgspec.json.Encoder()
_json_decoder = msgspec.json.Decoder(Board)


class UnreadableBoard(ValueError):
    """The bytes are not a Board."""


def encode_board(board: Board) -> bytes:
    """The Board as MessagePack, the way it travels from process to process."""
    return _encoder.encode(board)


def decode_board(data: bytes) -> Board:
    """The Board that `encode_board` wrote; raises UnreadableBoard naming the field that is wrong."""
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableBoard(str(error)) from error


def read_board_json(data: bytes) -> Board:
    """The Board that `board_json` wrote; raises UnreadableBoard naming the field that is wrong."""
    try:
        return _json_decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableBoard(str(error)) from error


def board_json(board: Board) -> bytes:
    """The Board as JSON, the way it is printed and remembered."""
    return _json_encoder.encode(board)
