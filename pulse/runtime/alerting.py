"""The alerts of a running site: the evaluator on every Board, and the senders of the outbox in threads of their own."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts.baseline import HourlyBaseline
from alerts.evaluate import Evaluator, Ports
from alerts.handover_sweeper import HandOverSweeper
from alerts.message import Link
from alerts.notices import NoticeSender, abandon_unknown
from alerts.open_alerts import teller
from alerts.outbox import Sender, abandon_unknown_channels, senders
from alerts.reminders import Reminders
from alerts.resend import Resender
from alerts.ruleset import faults_in
from alerts.sweeper import Sweeper
from pulse.clock import system_clock
from pulse.config import Config, ConfigError
from pulse.fence import Fenced
from pulse.kpi.board import Board
from pulse.live.boards import Boards
from pulse.live.publish import Publisher
from pulse.runtime.attaching import Attaching, Rendering
from pulse.runtime.daily import Daily
from pulse.runtime.drilling import Drilling, Place
from pulse.runtime.lately import Lately
from pulse.runtime.outside import ToldOutside
from pulse.runtime.reloading import Reloading, note
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


class _Way:
    """A channel and the thread it is told in; one that is stopped ends what it is about to say."""

    def __init__(self, sender: Sender, send: Callable[["_Way"], None]) -> None:
        self.sender = sender
        self.due = threading.Event()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=send, args=(self,), daemon=True)

    def stop(self) -> None:
        """Asks it to end, without waiting for it."""
        self.stopping.set()
        self.due.set()


class Alerting:
    """Decides on Boards in the caller's thread, sends in others."""

    def __init__(
        self, site: RunningSite, database: Database, publisher: Publisher, boards: Boards, renderings: Sequence[Rendering] = ()
    ) -> None:
        self._ways: dict[str, _Way] = {}
        self._database = database
        self.reloading = Reloading(site.config)
        self._config = config = self.reloading.first.reading.config or site.config
        baseline = HourlyBaseline(partial(History(database).hourly_complaints, config.site.name), config.zone)
        self._lately = Lately(History(database), config, system_clock)
        self._daily = Daily(History(database), config, system_clock)
        self._outside = ToldOutside(database, config.site.name, system_clock)
        ports = Ports(
            publish=teller(publisher),
            baseline=baseline,
            judged=self._lately.judged,
            board_ago=self._lately.board_ago,
            daily=self._daily,
            external=self._outside,
            beside=lambda: self.drilling.rows,
            wake=self._wake,
            link=Link(config.console_address),
        )
        self.drilling = Drilling(Place(database=database, config=config, publisher=publisher, boards=boards, ports=ports))
        self._evaluator = Evaluator(database, config, ports)
        self._sweeper, self._beside = self._sweepers(config)
        self._attach = Attaching(database, lambda: self._config, renderings)
        self._refreshed_at = 0
        self._is_sending = False
        self._resend = partial(Resender, database, config.site.name)
        note(database, config, self.reloading.first, system_clock())
        self._abandon_unknown(config)
        self._ways = {sender.name: self._way(sender) for sender in senders(database, config)}

    def __enter__(self) -> "Alerting":
        self._is_sending = True
        for way in self._ways.values():
            way.thread.start()
        self.reloading.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.reloading.__exit__(kind, error, trace)
        for way in self._ways.values():
            way.stop()
        for way in self._ways.values():
            way.thread.join(_JOIN_S)
        for read in (self._lately, self._daily, self._outside):
            read.wait(_JOIN_S)

    @property
    def config(self) -> Config:
        """The config that is in force, with what was changed of it while the process runs."""
        return self._config

    def look(self) -> None:
        """Tells what people did since the last look; trouble of the database is logged, and the next look tries again."""
        self._tried(lambda: self._evaluator.refresh(system_clock()))

    def decide(self, board: Board) -> None:
        """Judges one Board, then does what is due; trouble of a database or a rule is logged, and the next Board tries again."""
        now = system_clock()
        if self.reloading.ready is not None:
            self._tried(lambda: self._take_over(now))
        is_due = not 0 <= now - self._refreshed_at < _REFRESH_EVERY_MS
        if is_due:
            self._refreshed_at = now
            self._tried(lambda: self.drilling.refresh(now))
        self._tried(lambda: self._evaluator.evaluate(board, now))
        self._tried(lambda: self.drilling.decide(board, now, self._evaluator))
        # After the rules have spoken: only then is it known which alerts are kept quiet.
        if is_due:
            self._tried(lambda: self._swept(self._sweeper.sweep(now, self._evaluator.quiet_incidents | self.drilling.quiet_incidents)))
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

    def _take_over(self, now: int) -> None:
        """Goes on with what the file says by now, once that is kept; while it cannot be, the next Board tries again."""
        ready = self.reloading.ready
        if ready is None:
            return
        note(self._database, self._config, ready, now)
        self.reloading.done(ready)
        config = ready.reading.config
        if config is not None:
            self._exchange_ways(config)
            self._evaluator.exchange(config, ready.rules)
            self.drilling.exchange(config, ready.rules)
            self._sweeper, self._beside = self._sweepers(config)
            self._config = config
            self._abandon_unknown(config)

    def _sweepers(self, config: Config) -> tuple[Sweeper, tuple[Callable[[int, Board], int], ...]]:
        """What takes due steps of incidents, and what takes other due times beside them."""
        database = self._database
        beside = (HandOverSweeper(database, config).sweep, Reminders(database, config).sweep)
        return Sweeper(database, config, Link(config.console_address)), beside

    def _abandon_unknown(self, config: Config) -> None:
        abandon_unknown_channels(self._database, config, system_clock())
        abandon_unknown(self._database, config.site.name, config.notify, system_clock())

    def _exchange_ways(self, config: Config) -> None:
        """A channel whose table is as it was keeps its thread, and what it may still send; the others end, and begin anew."""
        before, after = self._config.notify, config.notify
        changed = [name for name in after if after[name] != before.get(name)]
        begun = {sender.name: self._way(sender) for sender in senders(self._database, config, changed)}
        for name in [name for name in self._ways if name in begun or name not in after]:
            self._ways.pop(name).stop()
        self._ways |= begun
        if self._is_sending:
            for way in begun.values():
                way.thread.start()

    def _way(self, sender: Sender) -> "_Way":
        return _Way(sender, self._send)

    def _wake(self) -> None:
        for way in self._ways.values():
            way.due.set()

    def _send(self, way: "_Way") -> None:
        sender, due = way.sender, way.due
        resender = self._resend(sender.name)
        notices = NoticeSender(sender.database, sender.site, sender.name, sender.channel, sender.fallback, self._attach)
        while not way.stopping.is_set():
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
