"""Plays the drill that is called for: its records go in by the collector door as their instants come, marked.

In: a call, again and again, and the clock. Out: batches for the door. A drill that is called for no more falls silent at once.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

import msgspec
import structlog

from collectors.drill_stage import Call, ScenarioModule, Stage
from pulse.clock import Clock
from pulse.kpi.records import ContactEvent
from pulse.plugins import load

PACKAGE = "collectors.drills"
MOST_AT_ONCE = 1_000


EVERY_S = 0.5
AWAY_S = 2.0
log = structlog.get_logger(__name__)


class DrillDoor(Protocol):
    """Where the records of a drill go; `pulse.live.ingest.Ingest` is one."""

    async def called_drill(self) -> bytes | None:
        """The call that stands; None where none does."""

    async def store_drill(self, mark: str, records: Sequence[ContactEvent], accepted_at: int) -> None:
        """Appends marked records to the stream."""


def scenario(name: str) -> ScenarioModule:
    """The file of a scenario; raises UnknownKind."""
    return cast(ScenarioModule, load(PACKAGE, name))


def script_of(call: Call) -> list[ContactEvent]:
    """All records of a drill in the order of their instants."""
    return sorted(scenario(call.scenario).events(Stage(call)), key=lambda event: (event.at, event.event_id))


class Playing:
    """Remembers how far the drill that is called for has been played."""

    def __init__(self) -> None:
        self._mark: str | None = None
        self._script: list[ContactEvent] = []

    def due(self, call: Call | None, now: int) -> list[ContactEvent]:
        """What is to go in now (epoch ms), a thousand records at most; a new mark begins from the beginning."""
        if call is None:
            self._mark, self._script = None, []
            return []
        if call.mark != self._mark:
            self._mark, self._script = call.mark, script_of(call)
        count = next((number for number, event in enumerate(self._script[:MOST_AT_ONCE]) if event.at > now), None)
        return self._script[: len(self._script[:MOST_AT_ONCE]) if count is None else count]

    def played(self, count: int) -> None:
        """So many records went in."""
        del self._script[:count]


async def play_drills(door: DrillDoor, clock: Clock, stopping: asyncio.Event) -> None:
    """Plays what is called for until a stop is asked for; trouble is told and tried again, and never stops a source."""
    playing = Playing()
    while not stopping.is_set():
        pause_s = EVERY_S
        try:
            await play(playing, door, clock())
        except Exception as error:  # noqa: BLE001 - a drill's own fault must not stop what is real
            log.warning("drill_not_played", error=type(error).__name__)
            pause_s = AWAY_S
        try:
            async with asyncio.timeout(pause_s):
                await stopping.wait()
        except TimeoutError:
            continue


async def play(playing: Playing, door: DrillDoor, now: int) -> None:
    """Puts in what is due now (epoch ms); raises redis errors, and what a broken call raises."""
    called = await door.called_drill()
    call = None if called is None else msgspec.json.decode(called, type=Call)
    while call is not None and (due := playing.due(call, now)):
        await door.store_drill(call.mark, due, now)
        playing.played(len(due))
    if call is None:
        playing.due(None, now)
