"""A contact centre that exists only in its seed: for the demo, for training and for tests.

In: the clock. Out: contact events, agent states and mail backlogs. The first start back-fills from the site's yesterday;
whatever the hour of it, the day profile then stands at `start_at_local`.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from collectors.base import Batch, Cursor, SourceContext
from collectors.simulation.plan import DAY_MS, HOUR_MS
from collectors.simulation.scene import Scene, WorldState
from collectors.simulation.world import World
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Simulated contact centre", "模拟联络中心")
_LONGEST_STEP_MS = HOUR_MS


class Options(Strict):
    """The connector's own keys; they are read at the first start, and a centre that runs keeps them."""

    seed: int = 7
    """The same seed and first start give the same records."""
    contacts_per_day: int = Field(9000, ge=100, le=50_000)
    start_at_local: str = Field("10:40", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Where the day profile stands at the first start."""
    history: bool = True
    """Begin at yesterday's midnight of the site, not at the first start."""
    story: bool = True
    """Every 20 minutes from the first start on, late parcels bring calls and complaints to logistics."""


class Simulator:
    """One simulated centre; the cursor is all it remembers."""

    def __init__(self, options: Options, context: SourceContext, cursor: Cursor | None) -> None:
        self._options, self._context = options, context
        self._world = self._taken_up(cursor) if cursor else None

    async def poll(self) -> Batch:
        """What happened since the last poll, at most one hour of it."""
        clock_at = self._context.clock()
        if self._world is None:
            self._world = self._opened(clock_at)
        begins_at = self._world.now
        until = max(begins_at, min(clock_at, begins_at + _LONGEST_STEP_MS))
        records = self._world.advance(until)
        return Batch(
            records,
            cursor=self._world.as_map(),
            more=until < clock_at,
            oldest_at=begins_at,
            newest_at=until,
        )

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _opened(self, first_at: int) -> World:
        """A world at its first start."""
        zone = ZoneInfo(self._context.zone)
        options = self._options
        profile_ms = profile_shift_ms(first_at, zone, options.start_at_local)
        begins_at = yesterday_at(first_at, zone) if options.history else first_at
        state = WorldState.beginning(begins_at, first_at if options.story else None)
        return World(Scene(options.seed, options.contacts_per_day, first_at, profile_ms), state, self._context)

    def _taken_up(self, cursor: Cursor) -> World:
        agenda = sorted((at, kind, contact, queue, agent) for at, kind, contact, queue, agent in cursor["agenda"])
        waiting = {queue: dict(contacts) for queue, contacts in cursor["waiting"].items()}
        state = WorldState(cursor["now"], agenda, waiting)
        # What the agenda and the agents refer to must not change under them: the options are those of the first start.
        scene = Scene(cursor["seed"], cursor["contacts_per_day"], cursor["first_at"], cursor["profile_ms"])
        return World(scene, state, self._context, cursor["agents"])


def connect(options: Options, context: SourceContext, cursor: Cursor | None) -> Simulator:
    """The centre as its cursor left it; without one, a new centre at its first poll."""
    return Simulator(options, context, cursor)


def profile_shift_ms(first_at: int, zone: ZoneInfo, start_at_local: str) -> int:
    """What is added to an instant for the day profile: at `first_at` it stands at `start_at_local`, at most 12 h from the real hour.

    The offset of the zone is that of the first start; a change of summer time does not move the profile.
    """
    local = datetime.fromtimestamp(first_at / 1000, UTC).astimezone(zone)
    offset_ms = round((local.utcoffset() or timedelta()).total_seconds() * 1000)
    hours, minutes = start_at_local.split(":")
    wished_ms = int(hours) * HOUR_MS + int(minutes) * 60_000
    move_ms = (wished_ms - (first_at + offset_ms) % DAY_MS + DAY_MS // 2) % DAY_MS - DAY_MS // 2
    return offset_ms + move_ms


def yesterday_at(at: int, zone: ZoneInfo) -> int:
    """The instant at which the day before began in a zone."""
    day = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date() - timedelta(days=1)
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)
