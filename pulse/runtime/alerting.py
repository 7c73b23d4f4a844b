"""The alerts of a running site: the evaluator on every Board, and the senders of the outbox in threads of their own."""

import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts.baseline import HourlyBaseline
from alerts.evaluate import Evaluator, Ports
from alerts.frame import AlertsFrame, News, encode_news
from alerts.handover_sweeper import HandOverSweeper
from alerts.message import Link
from alerts.notices import NoticeSender, abandon_unknown
from alerts.outbox import Sender, abandon_unknown_channels, senders
from alerts.reminders import Reminders
from alerts.resend import Resender
from alerts.ruleset import faults_in
from alerts.sweeper import Sweeper
from pulse.clock import system_clock
from pulse.config import ConfigError
from pulse.fence import Fenced
from pulse.kpi.board import Board
from pulse.live.publish import Publisher
from pulse.live.store import RedisLost
from pulse.runtime.lately import Lately
from pulse.runtime.outside import ToldOutside
from pulse.runtime.site import RunningSite
from sql.history import History
from sql.session import Database

_REFRESH_EVERY_MS = 1000
_SEND_EVERY_S = 1.0
_TROUBLED_PAUSE_S = 5.0
_JOIN_S = 0.2


def checked_alerting(site: RunningSite) -> None:
    """Raises ConfigError with every fault in rules and channels."""
    faults = faults_in(site.config)
    if faults:
        raise ConfigError(faults)


class Alerting:
    """Decides on Boards in the caller's thread, sends in others."""

    def __init__(self, site: RunningSite, database: Database, publisher: Publisher) -> None:
        self._due: list[tuple[Sender, threading.Event]] = []
        baseline = HourlyBaseline(partial(History(database).hourly_complaints, site.config.site.name), site.config.zone)
        self._lately = Lately(History(database), site.config, system_clock)
        self._outside = ToldOutside(database, site.config.site.name, system_clock)
        ports = Ports(
            publish=_publisher(publisher),
            baseline=baseline,
            judged=self._lately.judged,
            board_ago=self._lately.board_ago,
            external=self._outside,
            wake=self._wake,
            link=Link(site.config.console_address),
        )
        self._evaluator = Evaluator(database, site.config, ports)
        self._sweeper = Sweeper(database, site.config, Link(site.config.console_address))
        self._beside = (HandOverSweeper(database, site.config).sweep, Reminders(database, site.config).sweep)
        self._refreshed_at = 0
        self._stopping = threading.Event()
        abandon_unknown_channels(database, site.config, system_clock())
        abandon_unknown(database, site.config.site.name, site.config.notify, system_clock())
        self._due += [(sender, threading.Event()) for sender in senders(database, site.config)]
        self._resend = partial(Resender, database, site.config.site.name)
        self._threads = [threading.Thread(target=self._send, args=pair, daemon=True) for pair in self._due]

    def __enter__(self) -> "Alerting":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._wake()
        for thread in self._threads:
            thread.join(_JOIN_S)
        for read in (self._lately, self._outside):
            read.wait(_JOIN_S)

    def decide(self, board: Board) -> None:
        """Judges one Board, then does what is due; trouble of a database or a rule is logged, and the next Board tries again."""
        now = system_clock()
        is_due = now - self._refreshed_at >= _REFRESH_EVERY_MS
        if is_due:
            self._refreshed_at = now
            self._tried(lambda: self._evaluator.refresh(now))
        self._tried(lambda: self._evaluator.evaluate(board, now))
        # After the rules have spoken: only then is it known which alerts are kept quiet.
        if is_due:
            self._tried(lambda: self._swept(self._sweeper.sweep(now, self._evaluator.quiet_incidents)))
            for sweep in self._beside:
                self._tried(partial(self._sweep_beside, sweep, now, board))

    def _tried(self, act: Callable[[], object]) -> None:
        """Does one thing; whatever becomes of it, the others are done; raises Fenced."""
        try:
            act()
        except Fenced:
            raise
        except SQLAlchemyError as error:
            structlog.get_logger().error("alerts_not_saved", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a rule's own fault must not stop the Board that everybody looks at
            structlog.get_logger().exception("rule_fault")

    def _sweep_beside(self, sweep: Callable[[int, Board], int], now: int, board: Board) -> None:
        self._swept(sweep(now, board))

    def _swept(self, messages: int) -> None:
        if messages:
            self._wake()

    def _wake(self) -> None:
        for _, due in self._due:
            due.set()

    def _send(self, sender: Sender, due: threading.Event) -> None:
        resender = self._resend(sender.name)
        notices = NoticeSender(sender.database, sender.site, sender.name, sender.channel, sender.fallback)
        while not self._stopping.is_set():
            pause_s = _SEND_EVERY_S
            try:
                sender.send_due(system_clock)
                notices.send_due(system_clock)
                resender.remind(sender.channel, system_clock())
            except Fenced:
                break
            except Exception as error:  # noqa: BLE001 - whatever happens, the next message must still be tried
                structlog.get_logger().error("outbox_troubled", channel=sender.name, error=type(error).__name__)
                pause_s = _TROUBLED_PAUSE_S
            due.wait(pause_s)
            due.clear()
        sender.close()


def _publisher(publisher: Publisher) -> Callable[[News], bool]:
    """A frame is kept for who comes later and told to who listens; a beat is only told."""

    def publish(news: News) -> bool:
        put = publisher.keep if isinstance(news, AlertsFrame) else publisher.tell
        try:
            put(publisher.keys.alerts, encode_news(news))
        except RedisLost as error:
            structlog.get_logger().warning("frame_not_published", error=type(error).__name__)
            return False
        return True

    return publish
