"""Judges every Board: samples of all rules, one step of every signal, one transaction where something changed.

In: a Board, many times a second. Out: the frame of open incidents, told when it changed and by a beat once a second.
Where nothing changes no SQL is touched; what people did is read again by `refresh`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from alerts.announce import Announcer
from alerts.frame import AlertsFrame, IncidentRow, News, Signal, Work
from alerts.ledger import Change, Key, Ledger, Standing
from alerts.lifecycle import Policy, State, is_standing, step, with_work
from alerts.message import Link
from alerts.rows import in_order, replace_told
from alerts.ruleset import LoadedRule, load_rules
from alerts.sample import Baseline, BoardAgo, Context, JudgedIn, Sample, believed, no_board, nothing_judged
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.text import Text
from sql.session import Database

log = structlog.get_logger(__name__)
SAVE_EVERY_MS = 5_000
"""How often the proven time of a move under way is saved; a restart forgets no more than this."""

BaselineAt = Callable[[int, str, str, float], Baseline | None]
"""The baseline at (now, scope, name of the count, window in seconds)."""


def no_baseline(_now: int, _scope: str, _name: str, _window_s: float) -> Baseline | None:
    """The baseline of a site without history."""
    return None


def nobody() -> None:
    """Wakes nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the evaluator is handed from outside."""

    publish: Callable[[News], bool]
    """Takes each new frame and each beat; whether it arrived."""
    baseline: BaselineAt = no_baseline
    judged: JudgedIn = nothing_judged
    board_ago: BoardAgo = no_board
    wake: Callable[[], Any] = nobody
    """Called after a commit that put messages into the outbox."""
    link: Link = field(default_factory=Link)


class Evaluator:
    """The alerts of one site; one process at a time."""

    def __init__(self, database: Database, config: Config, ports: Ports) -> None:
        self._rules = load_rules(config)
        self._ports = ports
        self._name_of = config.name_of
        self._ledger = Ledger(database, config.site.name, ports.link)
        self._states: dict[Key, State] = {}
        self._samples: dict[Key, Sample] = {}
        self._announcer = Announcer()
        self._faulty: set[str] = set()
        """Rules that failed at the last Board: said once, not ten times a second."""
        self._adopt(self._ledger.standing())

    def evaluate(self, board: Board, now: int) -> AlertsFrame:
        """The open incidents after this Board; `now` is epoch ms.

        An error of the database leaves everything as it was before: the next Board tries again.
        """
        states: dict[Key, State] = {}
        changes = []
        samples = self._sampled(board, now)
        for key, (rule, sample) in samples.items():
            before = self._states.get(key, State())
            state, effects = step(before, sample, now, self._policy(key, rule))
            states[key] = state
            if effects or _is_worth_saving(self._saved.get(key, State()), state):
                changes.append(Change(key, rule, sample, state, effects))
        standing = self._ledger.commit(changes, now) if changes else None
        self._states.update(states)
        self._samples = {key: sample for key, (_, sample) in samples.items()}
        if standing is not None:
            self._adopt(standing)
            if standing.told:
                self._ports.wake()
        return self._publish(now)

    def refresh(self, now: int) -> bool:
        """Reads again what people did; whether there was anything. Publishes it at once."""
        if self._ledger.newest() == self._newest:
            return False
        self._adopt(self._ledger.standing())
        self._publish(now)
        return True

    def frame(self, now: int) -> AlertsFrame:
        """The open incidents as they are known now."""
        return AlertsFrame(at=now, incidents=in_order(self._row(row) for row in self._incidents.values()))

    def _sampled(self, board: Board, now: int) -> dict[Key, tuple[LoadedRule | None, Sample]]:
        found: dict[Key, tuple[LoadedRule | None, Sample]] = {}
        for rule in self._rules:
            for sample in self._samples_of(rule, board, now):
                found[rule.name, sample.scope] = (rule, _believed(rule, sample, board))
        loaded = {rule.name: rule for rule in self._rules}
        for key, state in self._states.items():
            if key not in found and (state.signal is not Signal.OK or state.work is not Work.CLOSED):
                found[key] = (loaded.get(key[0]), _missing(key[1], board.at))
        return found

    def _samples_of(self, rule: LoadedRule, board: Board, now: int) -> Sequence[Sample]:
        """What a rule says; nothing where it fails, so that its alerts stand without data and other rules go on."""
        try:
            samples = rule.module.samples(board, rule.options, self._context(rule, now))
        except Exception:
            if rule.name not in self._faulty:
                log.exception("rule_fault", rule=rule.name)
            self._faulty.add(rule.name)
            return ()
        self._faulty.discard(rule.name)
        return samples

    def _context(self, rule: LoadedRule, now: int) -> Context:
        baseline = self._ports.baseline
        return Context(
            queues=rule.queues,
            expected=lambda scope, name, window_s: baseline(now, scope, name, window_s),
            judged=self._ports.judged,
            board_ago=self._ports.board_ago,
            name_of=self._name_of,
        )

    def _policy(self, key: Key, rule: LoadedRule | None) -> Policy:
        if rule is not None:
            return rule.policy
        open_rows = (row for row in self._incidents.values() if (row.rule, row.scope) == key)
        return Policy(level=next((row.level for row in open_rows), Policy().level))

    def _adopt(self, standing: Standing) -> None:
        """Takes over what SQL holds; timers that run since the last save stay as they are in memory."""
        for key, saved in standing.states.items():
            state = self._states.get(key, saved)
            work = Work.CLOSED
            if saved.incident_id is not None and saved.incident_id in standing.incidents:
                work = standing.incidents[saved.incident_id].work
            self._states[key] = with_work(replace(state, incident_id=saved.incident_id), work)
        self._saved = dict(standing.states)
        self._incidents = dict(standing.incidents)
        self._newest = standing.newest

    def _publish(self, now: int) -> AlertsFrame:
        frame = self.frame(now)
        news = self._announcer.news(frame)
        if news is not None and not self._ports.publish(news):
            self._announcer.lost()
        return frame

    def _row(self, row: IncidentRow) -> IncidentRow:
        """The stored row with what the newest sample knows of it, while its signal stands."""
        key = (row.rule, row.scope)
        state, sample = self._states.get(key), self._samples.get(key)
        if state is None or sample is None or state.no_data or not is_standing(state):
            return row
        return replace_told(row, sample)


def _believed(rule: LoadedRule, sample: Sample, board: Board) -> Sample:
    if getattr(rule.module, "SEES_SILENCE", False):
        return sample
    return believed(sample, board, board.queues.get(sample.scope, board.site))


def _is_worth_saving(saved: State, state: State) -> bool:
    if _essence(saved) != _essence(state):
        return True
    under_way = state.signal in (Signal.PENDING, Signal.CLEARING)
    return under_way and (state.seen_at or 0) - (saved.seen_at or 0) >= SAVE_EVERY_MS


def _essence(state: State) -> tuple[Signal, int | None, Work, bool]:
    matters = state.signal is not Signal.OK or state.work is not Work.CLOSED
    return state.signal, state.incident_id, state.work, state.no_data and matters


def _missing(scope: str, at: int) -> Sample:
    """What is known of a scope no rule spoke of: nothing."""
    why = Text("the rule or the queue is gone", "规则或队列已不存在")
    return Sample(scope=scope, at=at, title=why, why=why, breaching=None, clear=None)
