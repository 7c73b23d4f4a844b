"""Judges every Board: samples of all rules, one step of every signal, what is said of it, one transaction where something changed.

In: a Board, many times a second. Out: what changed of the open incidents, told at once, and a beat once a second.
Where nothing changes no SQL is written; what people did is read again by `refresh`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from alerts.announce import Announcer
from alerts.entry import Change
from alerts.external import ExternalAlert, nothing_told
from alerts.frame import AlertsFrame, IncidentRow, News, Signal, Work
from alerts.hearing import Heard, Judged, heard, unexplained
from alerts.ledger import Ledger, Standing
from alerts.lifecycle import SELF_CLOSING_LEVEL, OpenIncident, Policy, State, is_standing, seen_after, shown, step, with_work
from alerts.message import Link
from alerts.muting import Mute, Quiet, Silence
from alerts.replayed import unit_of
from alerts.rows import muted_of, replace_told
from alerts.ruleset import LoadedRule, load_rules
from alerts.sample import Baseline, BoardAgo, Context, Daily, JudgedIn, Sample, no_board, none_daily, nothing_judged
from alerts.sampling import Key, Sampler, missing, removed
from alerts.schedule import resting
from alerts.speaking import Notify
from alerts.sweep import Narrow, narrowed, suspects_of
from alerts.turns import Turns
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.maintenance import open_windows
from sql.session import Database

SAVE_EVERY_MS = 5_000
"""How often the proven time of a move under way is saved; a restart forgets no more than this."""
SAVE_PEAK_EVERY_MS = 60_000
"""How often a worse value of an alert that stands is saved."""
OPENED_MS = 3_600_000
"""For how long it is remembered when incidents were opened."""

BaselineAt = Callable[[int, str, str, float], Baseline | None]
"""The baseline at (now, scope, name of the count, window in seconds)."""


def no_baseline(_now: int, _scope: str, _name: str, _window_s: float) -> Baseline | None:
    """The baseline of a site without history."""
    return None


def nobody() -> None:
    """Wakes nobody."""


def nothing_left_out() -> Collection[Key]:
    """Every alert is raised here."""
    return ()


def nothing_beside() -> Iterable[IncidentRow]:
    """There is no other evaluator."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the evaluator is handed from outside."""

    publish: Callable[[News], bool]
    """Takes the news; whether they arrived."""
    baseline: BaselineAt = no_baseline
    judged: JudgedIn = nothing_judged
    board_ago: BoardAgo = no_board
    daily: Daily = none_daily
    external: Callable[[], Sequence[ExternalAlert]] = nothing_told
    drill_id: int | None = None
    """The drill whose alerts these are; None for the real ones."""
    left_out: Callable[[], Collection[Key]] = nothing_left_out
    """Alerts that are not raised here, because they are someone else's."""
    beside: Callable[[], Iterable[IncidentRow]] = nothing_beside
    """Open incidents of another evaluator that are shown with its own."""
    wake: Callable[[], Any] = nobody
    """Called after a commit that put messages into the outbox."""
    link: Link = field(default_factory=Link)
    narrow: Narrow = narrowed
    """Which queues a rule is asked about."""
    turns: Callable[[], Turns] = Turns
    """Which alerts a Board is held against."""


class Evaluator:
    """The alerts of one site; one process at a time."""

    def __init__(self, database: Database, config: Config, ports: Ports) -> None:
        rules = load_rules(config)
        self._ports = ports
        self._ledger = Ledger(database, config.site.name, ports.link, ports.drill_id)
        self._states: dict[Key, State] = {}
        self._saved: dict[Key, State] = {}
        self._turns = ports.turns()
        self._incidents: dict[int, IncidentRow] = {}
        """As they are stored."""
        self._open: dict[Key, int] = {}
        self._beside: frozenset[int] = frozenset()
        self._swept_at: int | None = None
        """The Board up to which a queue that has no state was well, for rules that are not asked about such."""
        self._samples: dict[Key, Sample] = {}
        self._mutes: dict[Key, Mute] = {}
        self._silences: tuple[Silence, ...] = ()
        self._announcer = Announcer()
        self.exchange(config, rules)
        self._opened_at: tuple[int, ...] = self._ledger.opened_at([rule.name for rule in rules if rule.sees_alerts])
        self._adopt(self._ledger.standing())

    def exchange(self, config: Config, rules: Sequence[LoadedRule]) -> None:
        """Judges by other rules from the next Board on; what is known of alerts stays: timers go on, limits are the new ones."""
        self._config = config
        self._rules = {rule.name: rule for rule in rules}
        self._samplers = [Sampler(some, self._context, self._ports.narrow) for some in _one_after_the_other(rules)]
        self._keep(self._states)
        self._show(self._incidents)

    def evaluate(self, board: Board, now: int) -> None:
        """Judges a Board and tells what came of it; `now` is epoch ms.

        An error of the database leaves everything as it was before: the next Board tries again.
        """
        before = self._opened_at
        try:
            judged = self._judged(board, now)
            heard = self._heard(judged, board, now)
            changes = [change for key in judged if (change := self._change(key, judged[key], heard.get(key))) is not None]
            standing = self._ledger.commit(changes, self._newest, now) if changes else None
        except Exception:
            self._opened_at = before
            raise
        self._swept_at = seen_after(self._swept_at, board.at, now)
        self._take(judged, heard)
        if standing is not None:
            self._adopt(standing)
            if standing.told:
                self._ports.wake()
        self._publish(now)

    def refresh(self, now: int) -> bool:
        """Reads again what people did; whether there was anything. Publishes it at once."""
        if self._ledger.newest() == self._newest:
            return False
        self._adopt(self._ledger.since(self._newest, now))
        self._publish(now)
        return True

    @property
    def troubled(self) -> frozenset[Key]:
        """The alerts that stand or may be about to."""
        return frozenset(key for key, state in self._states.items() if state.signal is not Signal.OK)

    @property
    def rows(self) -> tuple[IncidentRow, ...]:
        """Its own open incidents as they are known now."""
        return tuple(row for number in self._incidents if (row := self._announcer.rows.get(number)) is not None)

    @property
    def quiet_incidents(self) -> frozenset[int]:
        """The open incidents that something keeps quiet."""
        return frozenset(self._open[key] for key in self._mutes if key in self._open)

    def frame(self, now: int) -> AlertsFrame:
        """The open incidents as they are known now."""
        return AlertsFrame(at=now, incidents=self._announcer.rows.in_order)

    def _judged(self, board: Board, now: int) -> dict[Key, Judged]:
        """One step of every alert: those of the rules, in their turns, then those no rule speaks of any more."""
        judged: dict[Key, Judged] = {}
        left_out, turn = self._left_out(), self._turns.next()
        for sampler in self._samplers:
            said = sampler.samples(board, now, turn.known)
            step_of = {key: self._stepped(key, rule, sample, now) for key, (rule, sample) in said.items() if key not in left_out}
            opened = self._opened(step_of, board, now)
            self._opened_at = (*(at for at in self._opened_at if now - at < OPENED_MS), *[now] * opened)
            judged |= step_of
        for key in [key for key in turn.keys if key not in judged]:
            state = self._states[key]
            if state.signal is not Signal.OK or state.work is not Work.CLOSED or state.voice.owes:
                judged[key] = self._left(key, board, now)
        return judged

    def _opened(self, stepped: Mapping[Key, Judged], board: Board, now: int) -> int:
        """How many alerts this step opens that count for a flood."""
        counted = ((key, one) for key, one in stepped.items() if one.rule is not None and not one.rule.sees_alerts)
        opened = [key for key, one in counted if any(isinstance(effect, OpenIncident) for effect in one.effects)]
        if not opened:
            return 0
        self._silences = self._ledger.silences(now)
        return len(unexplained(opened, stepped, board, self._quiet(now)))

    def _left(self, key: Key, board: Board, now: int) -> Judged:
        """An alert no rule spoke of: it ends where none ever will, waits while its rule rests, and is unknown otherwise."""
        rule = self._rules.get(key.rule)
        if rule is None or (rule.queues and key.scope in board.queues and key.scope not in rule.queues):
            return self._stepped(key, None, removed(key.scope, board.at), now)
        if rule.rests(board.at):
            return Judged(rule, resting(key.scope, board.at), self._states[key], ())
        return self._stepped(key, rule, missing(key.scope, board.at), now)

    def _left_out(self) -> Collection[Key]:
        """What another evaluator stands for, but for what was raised here before."""
        return {key for key in self._ports.left_out() if not is_standing(self._states.get(key, State()))}

    def _stepped(self, key: Key, rule: LoadedRule | None, sample: Sample, now: int) -> Judged:
        before = self._states.get(key)
        if key not in self._turns and rule is not None and suspects_of(rule):
            # It was not asked about since: it was well up to the Board before this one.
            before = replace(before or State(), seen_at=self._swept_at)
        state, effects = step(before or State(), sample, now, self._policy(key, rule))
        return Judged(rule, sample, state, effects)

    def _heard(self, judged: Mapping[Key, Judged], board: Board, now: int) -> Mapping[Key, Heard]:
        """What is said of each alert; what would be told is held against the silences as they stand at this moment."""
        incidents = {key: self._incidents[number] for key in judged if (number := self._open.get(key)) is not None}
        said = heard(judged, incidents, board, self._quiet(now))
        if any(isinstance(one, Notify) for alert in said.values() for one in alert.said):
            silences = self._ledger.silences(now)
            if silences != self._silences:
                self._silences = silences
                said = heard(judged, incidents, board, self._quiet(now))
        return said

    def _quiet(self, now: int) -> Quiet:
        config = self._config
        return Quiet(now=now, windows=open_windows(config.maintenance, now, config.zone, config.closed_days), silences=self._silences)

    def _change(self, key: Key, one: Judged, alert: Heard | None) -> Change | None:
        """What is to be written of an alert; None where nothing is."""
        state, said, mute = (alert.state, alert.said, alert.mute) if alert else (one.state, (), None)
        effects = (*one.effects, *said)
        if not effects and not _is_worth_saving(self._saved.get(key, State()), state):
            return None
        return Change(key, one.rule, one.sample, state, effects, mute, self._config.notify)

    def _context(self, rule: LoadedRule, now: int) -> Context:
        baseline = self._ports.baseline
        return Context(
            queues=rule.queues,
            expected=lambda scope, name, window_s: baseline(now, scope, name, window_s),
            judged=self._ports.judged,
            board_ago=self._ports.board_ago,
            daily=self._ports.daily,
            opened_at=self._opened_at,
            external=self._ports.external,
            name_of=self._config.name_of,
        )

    def _policy(self, key: Key, rule: LoadedRule | None) -> Policy:
        if rule is not None:
            return rule.policy
        known = self._states.get(key, State())
        row = None if known.incident_id is None else self._incidents.get(known.incident_id)
        level = known.level or (row.level if row else SELF_CLOSING_LEVEL)
        return Policy(level=level, is_gone=True)

    def _take(self, judged: Mapping[Key, Judged], heard: Mapping[Key, Heard]) -> None:
        """Remembers what a Board made of the alerts that are not at rest."""
        self._keep({key: heard[key].state if key in heard else one.state for key, one in judged.items()})
        for key, one in judged.items():
            if key in self._turns:
                self._samples[key] = one.sample
                mute = heard[key].mute if key in heard else None
                if mute is not None:
                    self._mutes[key] = mute
                else:
                    self._mutes.pop(key, None)
        self._show(self._open[key] for key in judged if key in self._open)

    def _adopt(self, standing: Standing) -> None:
        """Takes over what changed in SQL; timers that run since the last save stay as they are in memory."""
        for number in standing.closed:
            row = self._incidents.pop(number, None)
            if row is not None and self._open.get(Key(row.rule, row.scope)) == number:
                del self._open[Key(row.rule, row.scope)]
            self._announcer.drop(number)
        self._incidents.update(standing.incidents)
        self._open.update({Key(row.rule, row.scope): number for number, row in standing.incidents.items()})
        adopted: dict[Key, State] = {}
        for key, saved in standing.states.items():
            state = self._states.get(key, saved)
            row = None if saved.incident_id is None else self._incidents.get(saved.incident_id)
            work = Work.CLOSED if row is None else row.work
            adopted[key] = with_work(replace(state, incident_id=saved.incident_id), work)
        self._keep(adopted)
        self._saved.update(standing.states)
        self._silences = standing.silences
        self._newest = standing.newest
        self._show(standing.incidents)

    def _keep(self, states: Mapping[Key, State]) -> None:
        self._states.update(states)
        for key, state in states.items():
            rule = self._rules.get(key.rule)
            # What keeps others quiet is looked at always: they are held against it.
            if not self._turns.keep(key, state, always=rule is not None and bool(rule.inhibits)):
                self._samples.pop(key, None)
                self._mutes.pop(key, None)

    def _show(self, numbers: Iterable[int]) -> None:
        """Has the incidents told as they are known now."""
        for number in numbers:
            self._announcer.put(self._row(self._incidents[number]))

    def _publish(self, now: int) -> None:
        beside = {row.id: row for row in self._ports.beside()}
        for row in beside.values():
            self._announcer.put(row)
        for number in self._beside - beside.keys():
            self._announcer.drop(number)
        self._beside = frozenset(beside)
        news = self._announcer.news(now)
        if news is not None and not self._ports.publish(news):
            self._announcer.lost()

    def _row(self, row: IncidentRow) -> IncidentRow:
        """The stored row with what the newest sample knows of it, while its signal stands."""
        key = Key(row.rule, row.scope)
        state, sample = self._states.get(key), self._samples.get(key)
        if state is None:
            return row
        rule = self._rules.get(row.rule)
        row = msgspec.structs.replace(
            row,
            # Who is asked nothing has no time to do it in: it begins when nothing keeps it quiet any more.
            acknowledge_by=row.acknowledge_by if state.voice.muted is None else None,
            flapping=state.flaps.flapping,
            muted=muted_of(self._mutes.get(key)),
            rule_owner=rule.owner.called.by_language() if rule and rule.owner else None,
            peak=state.peak,
            unit=unit_of(rule).value if rule else None,
        )
        if sample is None or state.no_data or not is_standing(state):
            return row
        return replace_told(row, shown(sample, state))


def _one_after_the_other(rules: Sequence[LoadedRule]) -> tuple[list[LoadedRule], list[LoadedRule]]:
    """The rules that look at the Board alone, then those that look at the alerts of the others too."""
    return [rule for rule in rules if not rule.sees_alerts], [rule for rule in rules if rule.sees_alerts]


def _is_worth_saving(saved: State, state: State) -> bool:
    if _essence(saved) != _essence(state):
        return True
    since_ms = (state.seen_at or 0) - (saved.seen_at or 0)
    if saved.peak != state.peak and since_ms >= SAVE_PEAK_EVERY_MS:
        return True
    under_way = any(rung.signal in (Signal.PENDING, Signal.CLEARING) for rung in state.rungs)
    return under_way and since_ms >= SAVE_EVERY_MS


def _essence(state: State) -> object:
    matters = state.signal is not Signal.OK or state.work is not Work.CLOSED
    return tuple(rung.signal for rung in state.rungs), state.incident_id, state.work, state.no_data and matters
