"""`pulse watch`: fold, Board, rules, incidents, outbox and history of one site, until told to stop."""

import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic

import structlog

from dashboard.report.html import as_html
from dashboard.report.pdf import as_pdf
from pulse.clock import system_clock
from pulse.fence import Fenced
from pulse.live.boards import Boards
from pulse.live.budgets import DayCounts
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, UnreadableState
from pulse.live.past_days import past_days
from pulse.live.publish import Publisher, highest_lease
from pulse.live.store import RedisLost, connected
from pulse.live.watch import Watch
from pulse.runtime.alerting import Alerting
from pulse.runtime.attaching import Rendering
from pulse.runtime.freezing import Freezing
from pulse.runtime.lease import HeldLease, LockFile, held, stand_by
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.remembering import Remembering
from pulse.runtime.reread import Reread
from pulse.runtime.site import RunningSite
from sql.history import History
from sql.lease import Leases
from sql.recorder import Recorder
from sql.session import Database, DatabaseLost, NewerSchema, open_database

_AWAY: tuple[type[Exception], ...] = (*RedisLost, *DatabaseLost)
_AWAY_S = 0.2
_TELL_EVERY_S = 10.0
_PAST_EVERY_MS = 3_600_000
RENDERINGS = (
    Rendering("pdf", "application/pdf", as_pdf),
    Rendering("html", "text/html", lambda snapshot, language: as_html(snapshot, language).encode()),
)
"""The files that go with the mail of a snapshot."""


def watch(site: RunningSite) -> None:
    """Folds and decides until SIGTERM or SIGINT, while it has the lease; stands by while another process has it."""
    stopping = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stopping.set())
    database = _opened(site.database_url, stopping)
    if database is None:
        return
    with LockFile(site.places.root / "lock.watch") as lock, database, connected(site.redis_url) as client:
        leases = Leases(database, site.config.site.name)
        while (number := stand_by(leases, lock, stopping, lambda: highest_lease(client, site.keys))) is not None:
            try:
                with held(leases, lock, number) as lease:
                    _work(site, lease, Publisher(client, site.keys, number), stopping)
            except Fenced as error:
                structlog.get_logger().warning("lease_lost", lease=number, error=str(error))


def _work(site: RunningSite, lease: HeldLease, publisher: Publisher, stopping: threading.Event) -> None:
    """Folds and decides until a stop is asked for; while Redis or the database is away it tries again and goes on where it was.

    Raises Fenced once another process has the lease.
    """
    database = lease.database
    past = Reread[int, tuple[DayCounts, ...]](partial(past_days, History(database), site.config), (), system_clock, _PAST_EVERY_MS)
    boards = Boards(Fold(replace(site.fold_settings(), hands_on_events=True, hands_on_times=True), catalogue()), past)
    watching = Watch(publisher, boards, Recorder(database, site.config.site.name), system_clock)
    with (
        past,
        Remembering(database, site, system_clock),
        Alerting(site, database, publisher, boards, RENDERINGS) as alerting,
        Freezing(database, lambda: alerting.config, system_clock) as freezing,
    ):
        watching.on_board.append(alerting.decide)
        watching.on_look.append(alerting.look)
        watching.on_look.append(freezing.look)
        watching.on_records.append(alerting.drilling.take)
        _until(stopping, lambda: _restored(watching))
        while not stopping.is_set():
            _until(stopping, lambda: _turn(watching, lease))
        _until(stopping, lambda: watching.checkpoint(system_clock()), tries=1)


def _turn(watching: Watch, lease: HeldLease) -> None:
    lease.worked()
    watching.turn()


def _restored(watching: Watch) -> None:
    try:
        watching.restore()
    except UnreadableState as error:
        raise RefusedToStart(f"{error}; start with another data_dir, or with the program that wrote it") from error


def _opened(url: str, stopping: threading.Event) -> Database | None:
    """The database, once it can be reached; None where a stop was asked for first."""
    opened: list[Database] = []
    try:
        _until(stopping, lambda: opened.append(open_database(url)))
    except NewerSchema as error:
        raise RefusedToStart(str(error)) from error
    return opened[0] if opened else None


def _until(stopping: threading.Event, act: Callable[[], None], tries: int | None = None) -> None:
    """Does one thing, trying again while Redis or the database is away, until it is done or a stop is asked for."""
    told_at = -_TELL_EVERY_S
    while tries is None or tries > 0:
        try:
            act()
            return
        except _AWAY as error:
            away = "redis_away" if isinstance(error, RedisLost) else "database_away"
            if monotonic() - told_at >= _TELL_EVERY_S:
                structlog.get_logger().warning(away, error=type(error).__name__)
                told_at = monotonic()
            tries = None if tries is None else tries - 1
            if stopping.wait(_AWAY_S) and tries is None:
                return
