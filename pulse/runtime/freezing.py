"""Freezes what is over: each day, week and month once, at its time, in a thread of its own, so that no tick waits for history.

In: now. Out: snapshots in SQL, and who is told of them, in one transaction. What was missed while nothing ran is made up for seven days;
the insert decides who was first, so that a process that is killed in between leaves the stretch to the next.
"""

import threading
from collections.abc import Callable, Iterator
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts.frame import MACHINE
from alerts.notices import put
from dashboard.report.announced import said_of
from dashboard.report.from_history import snapshot_now
from dashboard.report.stretch import Stretch, stretch_before, stretch_of
from pulse.clock import Clock, day_of
from pulse.config import Config
from pulse.fence import Fenced
from pulse.kpi.snapshot import Edition
from sql import snapshots
from sql.history import History
from sql.rolled import Rolled
from sql.session import Database

LOOK_EVERY_MS = 30_000
MADE_UP_MS = 7 * 86_400_000
"""What was due longer ago is not made up for: it can still be frozen by hand."""
TOLD_WITHIN_MS = 86_400_000
"""Of what was due longer ago nobody is told: a week of old news in one minute would be none."""
_MOST_LOOKS = 20
"""What something is added to for ten minutes is frozen all the same: single late records may never end."""
_Counted = dict[str, tuple[int, ...]]
"""By queue."""
_COUNTED = ("offered", "answered", "abandoned", "resolved", "complaints")
"""By these it is seen that something was added to a stretch."""
_AGAIN_AFTER_TROUBLE_MS = 60_000
_JOIN_S = 0.5


def freeze(database: Database, config: Config, stretch: Stretch, who: str, now: int) -> bool:
    """Freezes a stretch as history has it at an instant (epoch ms), and tells who wants to know; False where it was frozen before."""
    snapshot = snapshot_now(database, config, stretch, now)
    with database.write() as session:
        is_new = snapshots.keep(session, snapshot, who)
        if is_new and now - stretch.due_at(config.snapshot.minutes) <= TOLD_WITHIN_MS:
            put(session, config.site.name, said_of(snapshot, config, now), config.snapshot.notify)
    return is_new


def due(config: Config, begun_at: int | None, now: int) -> Iterator[Stretch]:
    """What was to be frozen in the last seven days before an instant (epoch ms), the oldest first; nothing of before history began."""
    for edition in config.snapshot.editions:
        yield from reversed(list(_due_of(edition, config, begun_at, now)))


def _due_of(edition: Edition, config: Config, begun_at: int | None, now: int) -> Iterator[Stretch]:
    stretch = stretch_before(stretch_of(edition, day_of(now, config.zone), config.zone))
    while begun_at is not None and begun_at < stretch.end and now - stretch.due_at(config.snapshot.minutes) <= MADE_UP_MS:
        if stretch.due_at(config.snapshot.minutes) <= now:
            yield stretch
        stretch = stretch_before(stretch)


class Freezing:
    """The freezing of one site by the config that is in force; its owner calls `look` as often as it likes."""

    def __init__(self, database: Database, config: Callable[[], Config], clock: Clock) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._due_at = clock() + LOOK_EVERY_MS
        self._seen: dict[Stretch, tuple[_Counted, int]] = {}
        """What was counted of a stretch at the look before, and how often it was looked at."""
        self._gone: set[Stretch] = set()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begins to freeze what is due and stands still, twice a minute; never waits."""
        now = self._clock()
        if now < self._due_at or (self._thread is not None and self._thread.is_alive()):
            return
        self._due_at = now + LOOK_EVERY_MS
        self._thread = threading.Thread(target=self._freeze_due, args=(now,), daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being frozen is."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def __enter__(self) -> "Freezing":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wait(_JOIN_S)

    def _freeze_due(self, now: int) -> None:
        config = self._config()
        try:
            for stretch in self._missing(config, now):
                if self._stands_still(stretch, config.site.name):
                    self._freeze(config, stretch, now)
        except Fenced:
            # Another process has the lease: it freezes.
            return
        except SQLAlchemyError as error:
            structlog.get_logger().warning("snapshot_not_frozen", error=type(error).__name__)
            self._due_at = now + _AGAIN_AFTER_TROUBLE_MS
        except Exception:  # noqa: BLE001 - whatever it is, the stretch stays due and is tried again
            structlog.get_logger().exception("snapshot_fault")
            self._due_at = now + _AGAIN_AFTER_TROUBLE_MS

    def _freeze(self, config: Config, stretch: Stretch, now: int) -> None:
        told = {"edition": stretch.edition.value, "day": stretch.first.isoformat()}
        if freeze(self._database, config, stretch, MACHINE, now):
            structlog.get_logger().info("snapshot_frozen", **told)
        else:
            # It is not there, and the event log has it: somebody took it away. `pulse snapshot verify` says so too.
            self._gone.add(stretch)
            structlog.get_logger().error("snapshot_gone", **told)

    def _stands_still(self, stretch: Stretch, site: str) -> bool:
        """Whether nothing was added to it since the look before: what came in while nothing ran is folded first."""
        found = Rolled(self._database, site, stretch.zone).total(stretch.start, stretch.end)
        counts = {queue: tuple(tally.count(name) for name in _COUNTED) for queue, (_, tally) in found.items()}
        before, looks = self._seen.get(stretch, (None, 0))
        self._seen[stretch] = (counts, looks + 1)
        return counts == before or looks >= _MOST_LOOKS

    def _missing(self, config: Config, now: int) -> list[Stretch]:
        site = config.site.name
        wanted = list(due(config, History(self._database).first_at(site), now))
        days = {edition: [one.first.isoformat() for one in wanted if one.edition is edition] for edition in config.snapshot.editions}
        frozen = {edition: snapshots.days_frozen(self._database, site, edition, known) for edition, known in days.items()}
        self._seen = {stretch: known for stretch, known in self._seen.items() if stretch in wanted}
        return [one for one in wanted if one.first.isoformat() not in frozen[one.edition] and one not in self._gone]
