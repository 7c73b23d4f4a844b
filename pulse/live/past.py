"""The Board of any past minute: the one that was kept, else one rebuilt by the same fold from what happened to single contacts.

In: the config; through ports the Boards that were kept, the events of contacts, the promises of each day. Out: a Board and how it is known.
A rebuilt Board judges by what was promised on its day, and knows contacts only: what sources told of people, slots, work lying open
and themselves is None or empty.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Protocol

import structlog

from pulse.clock import day_start, earlier_day_start
from pulse.config import Config
from pulse.kpi.board import Board, UnreadableBoard, read_board_json
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.records import ContactEvent
from pulse.live import past_days
from pulse.live.boards import Boards
from pulse.live.budgets import DayCounts, PastDays, no_past
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, FoldSettings
from pulse.live.settings import fold_settings
from pulse.promises import Promises

log = structlog.get_logger(__name__)


class How(StrEnum):
    """How the Board of a past minute is known."""

    RECORDED = "recorded"
    """It is the one that screens showed."""
    REBUILT = "rebuilt"


@dataclass(frozen=True, slots=True)
class PastBoard:
    """The Board of a past minute."""

    board: Board
    how: How
    minute: int
    """The first instant of that minute (epoch ms)."""


class Recorded(past_days.Read, Protocol):
    """The part of history that is needed."""

    def first_board_at(self, site: str) -> int | None:
        """The minute (epoch ms) of the oldest Board that is kept; None where none is."""

    def board_at(self, site: str, at: int) -> bytes | None:
        """The Board of the minute that holds `at`, as JSON; None where none was kept."""


class Events(Protocol):
    """What happened to single contacts."""

    def events(self, start: int, end: int) -> Iterable[ContactEvent]:
        """The events in [start, end), in any order, and those before of contacts that still waited at `start`."""

    def first_at(self) -> int | None:
        """The first instant (epoch ms) of which anything is known; None where nothing is."""


class PastBoards:
    """The past of one site."""

    def __init__(self, config: Config, recorded: Recorded, contacts: Events, promised: Callable[[int], Promises]) -> None:
        self._config = config
        self._recorded = recorded
        self._contacts = contacts
        self._promised = promised

    def first_at(self) -> int | None:
        """The minute (epoch ms) with which the site's history begins; None where nothing was recorded."""
        site = self._config.site.name
        known = (self._recorded.first_at(site), self._recorded.first_board_at(site), self._contacts.first_at())
        return min((at - at % MINUTE_MS for at in known if at is not None), default=None)

    def at(self, at: int) -> PastBoard | None:
        """The Board of the minute that holds `at` (epoch ms); None where nothing of that day up to then is on record."""
        minute = at - at % MINUTE_MS
        kept = self._kept(minute)
        if kept is not None:
            return PastBoard(kept, How.RECORDED, minute)
        past = _known_once(partial(past_days.past_days, self._recorded, self._config))
        board = rebuilt(fold_settings(self._config, self._promised(minute)), self._contacts.events, minute, past)
        return None if board is None else PastBoard(board, How.REBUILT, minute)

    def _kept(self, minute: int) -> Board | None:
        stored = self._recorded.board_at(self._config.site.name, minute)
        try:
            return None if stored is None else read_board_json(stored)
        except UnreadableBoard as error:
            log.warning("board_unreadable", at=minute, error=str(error))
            return None


def rebuilt(
    settings: FoldSettings, events: Callable[[int, int], Iterable[ContactEvent]], at: int, past: PastDays = no_past
) -> Board | None:
    """The Board that a fold of all events up to `at` (epoch ms) makes; None where none of that day or the day before is known.

    It begins with the day before: the half hour before midnight and a shift that began in the evening are in its windows.
    """
    today = day_start(at, settings.zone)
    start = earlier_day_start(at, 1, settings.zone)
    known = [event for event in events(start, at + 1) if event.at <= at]
    if all(event.at < start for event in known):
        return None
    fold = Fold(replace(settings, remember_ms=None), catalogue())
    fold.fold(event for event in known if event.at < today)
    fold.roll(today)
    fold.fold(event for event in known if event.at >= today)
    return Boards(fold, past).at(at)


def _known_once(read: PastDays) -> PastDays:
    """The same days each time, read when they are asked for first."""
    known: dict[int, Sequence[DayCounts]] = {}

    def days(today: int) -> Sequence[DayCounts]:
        if today not in known:
            known[today] = read(today)
        return known[today]

    return days
