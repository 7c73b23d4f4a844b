"""Drills of a running site: a second fold and a second evaluator that see what is real and what is played, while the real ones see
only what is real.

In: batches with their marks, Boards, the real evaluator. Out: incidents of the drill in SQL, their rows beside the real ones. Nothing
here is written to history, checkpoints or Boards; what it counts is thrown away with it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import structlog

from alerts import drills
from alerts.drills import Ending, Refused, State, Wanted
from alerts.evaluate import Evaluator, Ports
from alerts.external import nothing_told
from alerts.frame import MACHINE, IncidentRow, News, Signal
from alerts.ledger import DrillOver
from alerts.lifecycle import GRAVEST_LEVEL
from alerts.ruleset import LoadedRule
from alerts.sampling import Key
from alerts.silences import By
from collectors.drill_play import scenario
from collectors.drill_stage import NOBODY, Call, Part, cast_of
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.kpi.records import Record
from pulse.live.boards import Boards
from pulse.live.publish import Publisher
from pulse.live.queue import QueueFold
from pulse.text import Text
from sql.drill_table import DrillRow
from sql.session import Database

CALLED_FOR_MS = 5_000
"""A call stands so long after it was made: where watch dies, nothing more is played."""
PLANS_EVERY_MS = 5_000
SILENT_AFTER_MS = 30_000
"""Nothing of a drill came in for so long: nobody plays it."""
BY_PULSE = "drill"
_NOTHING_CAME = Text("none of its records came in: does `pulse collect` run?", "未收到演练记录：pulse collect 是否在运行？")
_AWAY = Text("the watch was away until its time was over", "告警进程中断，直至演练时间结束")
_UNCOUNTABLE = Text("its records could not be counted", "演练记录无法计入")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What drills are given of the site they are played at."""

    database: Database
    config: Config
    publisher: Publisher
    boards: Boards
    ports: Ports
    """The real evaluator's."""


@dataclass(slots=True)
class _Running:
    """One drill while it is played."""

    row: DrillRow
    call: Call
    boards: Boards
    evaluator: Evaluator
    forked_at: int
    came_in: bool = False
    had_alerts: bool = False
    is_faulty: bool = False
    left_out: Collection[Key] = field(default_factory=tuple)


class Drilling:
    """The drills of one site, one at a time; its owner calls `refresh` once a second and `decide` after the real evaluator."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._running: _Running | None = None
        self._plans_at = 0

    @property
    def rows(self) -> Iterable[IncidentRow]:
        """The open incidents of the drill that runs."""
        return self._running.evaluator.rows if self._running else ()

    @property
    def quiet_incidents(self) -> frozenset[int]:
        """Those of them that something keeps quiet."""
        return self._running.evaluator.quiet_incidents if self._running else frozenset()

    def exchange(self, config: Config, rules: Sequence[LoadedRule]) -> None:
        """Goes on by another config file, in the drill that runs and in those to come."""
        self._place = replace(self._place, config=config)
        if self._running is not None:
            self._running.evaluator.exchange(config, rules)

    def take(self, mark: str | None, records: Sequence[Record]) -> None:
        """Folds a batch of the drill that runs, or a real one, into what the drill sees; never raises."""
        running = self._running
        if running is None or mark not in (None, running.call.mark):
            return
        try:
            running.boards.fold.fold(records)
        except Exception:  # noqa: BLE001 - a drill must never stop what is real
            structlog.get_logger().exception("drill_fault", drill=running.row.id)
            running.is_faulty = True
        running.came_in = running.came_in or mark is not None

    def refresh(self, now: int) -> None:
        """Takes up the drill that is asked for or that ran before a restart, lets go of one that was ended, and looks at the plans."""
        row = drills.under_way(self._place.database, self._place.config.site.name)
        if self._running is not None and (row is None or row.id != self._running.row.id):
            self._let_go()
        if row is None and now >= self._plans_at:
            self._plans_at = now + PLANS_EVERY_MS
            self._follow_plans(now)
        if row is None:
            return
        if self._running is None:
            self._take_up(row, now)
        if self._running is not None:
            self._running.evaluator.refresh(now)
            self._call(self._running)

    def decide(self, board: Board, now: int, real: Evaluator) -> None:
        """Judges what the drill's own Board says at the instant of a real one, then ends the drill where it is time."""
        running = self._running
        if running is None:
            return
        try:
            running.left_out = real.troubled
            seen = running.boards.at(board.at, board.sources)
            running.boards.fold.take_rows()
            running.boards.fold.take_seen()
            running.evaluator.evaluate(seen, now)
        except DrillOver:
            self._let_go()
            return
        running.had_alerts = running.had_alerts or any(True for _ in self.rows)
        ending = _ending(running, real.rows, now)
        if ending is not None:
            self._end(running, ending, now)

    def _follow_plans(self, now: int) -> None:
        config, database = self._place.config, self._place.database
        for name, plan in config.drills.items():
            due_at = plan.due_at(now, config.zone, config.closed_days)
            if due_at is None:
                continue
            wanted = Wanted(name=name, scenario=plan.scenario, limit_s=plan.limit, queues=plan.queues, planned_for=due_at)
            if drills.is_known(database, config.site.name, wanted):
                continue
            try:
                drills.ask(database, config.site.name, wanted, By(MACHINE, now, BY_PULSE))
            except Refused as refused:
                drills.skip(database, config.site.name, wanted, refused.text, By(MACHINE, now, BY_PULSE))
            return

    def _take_up(self, row: DrillRow, now: int) -> None:
        """Forks what is real and begins; one that ran before a restart goes on from its beginning, with the states it had."""
        place = self._place
        cast = self._cast(row)
        if not cast:
            self._end_row(row, Ending(State.FAILED, Text("the site has no queue it could play in", "没有可用于演练的队列")), now)
            return
        if row.began_at is not None and now - row.began_at >= row.limit_s * 1000:
            self._end_row(row, Ending(State.STOPPED, _AWAY), now)
            return
        if row.began_at is None:
            if not drills.begin(place.database, row.id, {"parts": msgspec.to_builtins(cast)}, By(MACHINE, now, BY_PULSE)):
                return
            row.began_at = now
        mark = f"{row.id}@{now}"
        call = Call(drill=row.id, mark=mark, site=place.config.site.name, scenario=row.scenario, began_at=row.began_at, cast=cast)
        boards = place.boards.forked()
        self._running = running = _Running(row=row, call=call, boards=boards, evaluator=self._evaluator(row.id), forked_at=now)
        structlog.get_logger().info("drill_begun", drill=row.id, scenario=row.scenario, queues=[part.queue for part in cast])
        self._call(running)

    def _evaluator(self, drill_id: int) -> Evaluator:
        ports = replace(
            self._place.ports,
            publish=_shown_beside,
            drill_id=drill_id,
            left_out=lambda: self._running.left_out if self._running else (),
            beside=tuple,
            external=nothing_told,
        )
        return Evaluator(self._place.database, self._place.config, ports)

    def _cast(self, row: DrillRow) -> tuple[Part, ...]:
        if row.cast is not None:
            return tuple(msgspec.convert(row.cast["parts"], list[Part]))
        place, module = self._place, scenario(row.scenario)
        queues = place.boards.fold.queues
        complaints = sum(queue.counted.today.count("complaints") for queue in queues.values())
        known = {name: _part(queue, place.config, complaints) for name, queue in queues.items()}
        configured = {name: Part(name, queue.channel) for name, queue in place.config.queues.items()}
        return cast_of({**configured, **known}.values(), module.WANTS, row.queues, getattr(module, "HINT", ""))

    def _call(self, running: _Running) -> None:
        publisher = self._place.publisher
        publisher.client.set(publisher.keys.drill, msgspec.json.encode(running.call), px=CALLED_FOR_MS)

    def _end(self, running: _Running, ending: Ending, now: int) -> None:
        self._end_row(running.row, ending, now)
        self._let_go()

    def _end_row(self, row: DrillRow, ending: Ending, now: int) -> None:
        if drills.end(self._place.database, row.id, ending, By(MACHINE, now, BY_PULSE), self._place.ports.link):
            structlog.get_logger().info("drill_ended", drill=row.id, state=ending.state.value)
            self._place.ports.wake()

    def _let_go(self) -> None:
        """Nothing is called for any more; what was counted for it is thrown away."""
        self._running = None
        publisher = self._place.publisher
        publisher.client.delete(publisher.keys.drill)


def _ending(running: _Running, real: Iterable[IncidentRow], now: int) -> Ending | None:
    """How it ends now; None while it goes on."""
    if any(row.level <= GRAVEST_LEVEL and row.signal is not Signal.OK for row in real):
        return Ending(State.STOPPED, Text("a real alert of level I stands", "出现真实的 I 级告警"))
    began_at = running.call.began_at
    if running.is_faulty:
        return Ending(State.FAILED, _UNCOUNTABLE)
    if not running.came_in and now - running.forked_at >= SILENT_AFTER_MS:
        return Ending(State.FAILED, _NOTHING_CAME)
    if now - began_at >= running.row.limit_s * 1000:
        return Ending(State.ENDED, Text("its time is over", "时间已到"))
    is_played = now - began_at >= scenario(running.call.scenario).LASTS_S * 1000
    if is_played and running.had_alerts and not running.evaluator.rows:
        return Ending(State.ENDED, Text("all its alerts are closed", "其告警均已关闭"))
    return None


def _part(queue: QueueFold, config: Config, complaints: int) -> Part:
    """A queue as it stands, with the source whose word about contacts is believed there."""
    told = sorted(queue.flow_sources or queue.sources, key=lambda source: (_precedence(config, source), source))
    source = told[0] if told else NOBODY
    return Part(queue.name, queue.channel, source, offered=queue.counted.today.count("offered"), complaints=complaints)


def _precedence(config: Config, source: str) -> int:
    return config.sources[source].precedence if source in config.sources else 1_000_000


def _shown_beside(_news: News) -> bool:
    """The real evaluator shows these incidents with its own."""
    return True
