"""Keeps history in order beside the fold: files what was counted by contact, counts who came again, sums up, deletes what is too old.

In: what the fold left in the database. Out: rows there. It works in a thread of its own, a little at a time, so that neither the
fold nor who acknowledges an alert waits long for its turn to write.
"""

import threading
from collections.abc import Callable
from types import TracebackType
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pulse.clock import Clock, day_start
from pulse.fence import Fenced
from pulse.runtime.files import files_of
from pulse.runtime.site import RunningSite
from sql.repeats import Repeats
from sql.retention import Keeper
from sql.rollup import RollUp
from sql.session import Database

_EVERY_S = 2.0
_BREATHER_S = 0.05
"""Between two transactions of a long queue of work: whoever waits gets in."""
_AFTER_TROUBLE_MS = 10_000
_SMALL_HOURS_MS = 3 * 3_600_000
"""After midnight, so that what is made of a day at its end is made first."""
_JOIN_S = 0.5


class Nightly:
    """Deletes once a day of the site, in the small hours, what is too old."""

    def __init__(self, keeper: Keeper, zone: ZoneInfo, clock: Clock, breathe: Callable[[], object] = lambda: None) -> None:
        self._keeper = keeper
        self._breathe = breathe
        self._zone = zone
        self._clock = clock
        self._swept_day: int | None = None

    def sweep(self) -> int:
        """Deletes where that is due; how many rows went."""
        now = self._clock()
        day = day_start(now, self._zone)
        if day == self._swept_day or now - day < _SMALL_HOURS_MS:
            return 0
        rows = 0
        for gone in self._keeper.sweep(now, self._breathe):
            structlog.get_logger().info("too_old_deleted", kind=gone.kind, rows=gone.rows)
            rows += gone.rows
        self._swept_day = day
        return rows


class Remembering:
    """The thread that files, counts and sums up for one site."""

    def __init__(self, database: Database, site: RunningSite, clock: Clock) -> None:
        config, files = site.config, files_of(site, database, clock())
        repeats, rollup = Repeats(database, config.site.name), RollUp(database, config.site.name, config.zone)
        self._stopping = threading.Event()
        keeper = Keeper(database, config.site.name, config.retention)
        nightly = Nightly(keeper, config.zone, clock, lambda: self._stopping.wait(_BREATHER_S))
        summing: tuple[Callable[[], int], ...] = (lambda: repeats.step(clock()), lambda: rollup.step(clock()))
        self._work = (files.file_waiting, *summing, nightly.sweep)
        self._clock = clock
        self._again_at: dict[Callable[[], int], int] = {}
        self._thread = threading.Thread(target=self._run, name="remembering", daemon=True)

    def __enter__(self) -> "Remembering":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join(_JOIN_S)

    def turn(self) -> int:
        """Does some of each kind of work; how much was done, 0 where nothing waits. What fails does not keep the others from theirs.

        Raises Fenced.
        """
        return sum(self._done(work) for work in self._work)

    def _done(self, work: Callable[[], int]) -> int:
        if self._clock() < self._again_at.get(work, 0):
            return 0
        try:
            return work()
        except Fenced:
            raise
        except SQLAlchemyError as error:
            structlog.get_logger().warning("history_not_kept_in_order", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - whatever it is, the work stays due and is tried again
            structlog.get_logger().exception("history_fault")
        self._again_at[work] = self._clock() + _AFTER_TROUBLE_MS
        return 0

    def _run(self) -> None:
        pause_s = _EVERY_S
        while not self._stopping.wait(pause_s):
            try:
                pause_s = _BREATHER_S if self.turn() else _EVERY_S
            except Fenced:
                # Another process has the lease: it keeps history.
                return
