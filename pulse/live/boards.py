"""Makes the Board of one instant from the fold: queues first, then channels and the site as sums of queues.

A scope whose windows have not changed keeps its values from the Board before, so an idle site costs next to nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulse.kpi.agents import agents_as_told, agents_by_state
from pulse.kpi.backlog import backlog_as_told, backlog_together
from pulse.kpi.board import Agents, Backlog, Board, Scope, SourceHealth
from pulse.kpi.freshness import is_stale
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene, Value
from pulse.kpi.records import AgentState, Channel, ContactEventType, QueueState
from pulse.kpi.service_level import Judged, judged
from pulse.kpi.tally import Tally, merged
from pulse.live.budgets import Budgets, Key, PastDays, no_past
from pulse.live.fold import Fold
from pulse.live.queue import FLOW, QueueFold
from pulse.text import Text

_STALE_AFTER_S = 60.0
_OUTSIDE_FLOW = frozenset(ContactEventType) - FLOW


@dataclass(frozen=True, slots=True)
class _Live:
    """What one queue looks like now."""

    queue: QueueFold
    waiting: int | None
    oldest_wait_s: float | None
    past_target: int | None
    backlog: Backlog | None
    agents: Agents | None


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the windows of one scope hold."""

    values: dict[str, dict[str, Value]]
    today: Judged | None
    last_30m: Judged | None


class Boards:
    """Makes Boards of one fold; `past` tells what earlier days had counted."""

    def __init__(self, fold: Fold, past: PastDays = no_past) -> None:
        self.fold = fold
        self._past = past
        self._budgets = Budgets(fold, past)
        self._heard: set[str] | None = None
        """The sources that still speak; None where nobody watches over them, as in an offline fold."""
        self._kept: dict[Key, tuple[object, _Counted]] = {}

    def forked(self) -> "Boards":
        """Boards of another fold that goes on by itself from here."""
        return Boards(self.fold.fork(), self._past)

    def at(self, now: int, sources: Mapping[str, SourceHealth] | None = None) -> Board:
        """The Board of `now` (epoch ms); moves the fold's windows there."""
        fold = self.fold
        fold.roll(now)
        self._heard = None if sources is None else {name for name, health in sources.items() if not is_stale(health, fold.now)}
        lives = [self._live(queue) for _, queue in sorted(fold.queues.items())]
        channels = sorted({live.queue.channel for live in lives})
        return Board(
            at=fold.now,
            site_name=self._title(fold.settings.site, fold.settings.site_title),
            zone=fold.settings.zone.key,
            demo=fold.settings.demo,
            day_start=fold.day_start,
            shift=fold.shift,
            late_records=fold.late,
            site=self._together(Key("site"), fold.settings.site, fold.settings.site_goal, lives),
            channels={channel.value: self._channel(channel, lives) for channel in channels},
            queues={live.queue.name: self._one(live) for live in lives},
            sources=dict(sources or {}),
        )

    def _live(self, queue: QueueFold) -> _Live:
        state = self._believed(queue)
        waiting, oldest_wait_s = self._waits(queue, state)
        return _Live(
            queue=queue,
            waiting=waiting,
            oldest_wait_s=oldest_wait_s,
            past_target=self._past_target(queue, waiting),
            backlog=backlog_as_told(state) if state else None,
            agents=self._agents(queue.name, state),
        )

    def _believed(self, queue: QueueFold) -> QueueState | None:
        """The state of the best source that is not stale."""
        settings, now = self.fold.settings, self.fold.now
        fresh = [
            state
            for state in queue.states.values()
            if now - state.received_at <= settings.stale_after_s.get(state.source, _STALE_AFTER_S) * 1000
        ]
        return min(fresh, key=lambda state: (settings.precedence.get(state.source, 100), -state.at), default=None)

    def _waits(self, queue: QueueFold, state: QueueState | None) -> tuple[int | None, float | None]:
        if state is not None and state.waiting is not None:
            return state.waiting, 0.0 if state.waiting == 0 else state.oldest_wait_s
        if not queue.has_events:
            return None, None
        oldest_at = queue.waiting.oldest_at
        return queue.waiting.count, 0.0 if oldest_at is None else max(0, self.fold.now - oldest_at) / 1000

    def _past_target(self, queue: QueueFold, waiting: int | None) -> int | None:
        if queue.has_events:
            return queue.waiting.since_before(self.fold.now - round(queue.goal.target_s * 1000))
        return 0 if waiting == 0 else None

    def _agents(self, queue: str, state: QueueState | None) -> Agents | None:
        known = [agent for agent in self._believed_agents() if queue in agent.queues]
        if known:
            return agents_by_state(known)
        return agents_as_told(state) if state else None

    def _believed_agents(self) -> list[AgentState]:
        return [agent for agent in self.fold.people.states.values() if self._heard is None or agent.source in self._heard]

    def _one(self, live: _Live) -> Scope:
        queue = live.queue
        title = self.fold.settings.titles.get(queue.name)
        return Scope(
            title=self._title(queue.name, title),
            titles=title.by_language() if title else {},
            channel=queue.channel.value,
            sources=_sources([live]),
            waiting=live.waiting,
            oldest_wait_s=live.oldest_wait_s,
            contact_time_left_s=_time_left_s(live),
            target_s=queue.goal.target_s,
            goal_ratio=queue.goal.goal_ratio,
            agents=live.agents,
            backlog=live.backlog,
            **self._windows(Key("queue", queue.name), queue.goal, [live]),
        )

    def _channel(self, channel: Channel, lives: Iterable[_Live]) -> Scope:
        members = [live for live in lives if live.queue.channel is channel]
        return self._together(Key("channel", channel.value), channel.value, self.fold.settings.channel_goal(channel), members, channel)

    def _together(self, key: Key, name: str, goal: QueueGoal, lives: list[_Live], channel: Channel | None = None) -> Scope:
        title = None if channel else self.fold.settings.site_title
        left = [_time_left_s(live) for live in lives]
        return Scope(
            title=self._title(name, title),
            titles=title.by_language() if title else {},
            channel=channel.value if channel else None,
            sources=_sources(lives) if channel else (),
            waiting=_sum_of_known([live.waiting for live in lives]),
            oldest_wait_s=max((live.oldest_wait_s for live in lives if live.oldest_wait_s is not None), default=None),
            contact_time_left_s=min((time_left_s for time_left_s in left if time_left_s is not None), default=None),
            target_s=goal.target_s if channel else None,
            goal_ratio=goal.goal_ratio,
            agents=self._agents_together(lives),
            backlog=backlog_together(live.backlog for live in lives if live.backlog),
            **self._windows(key, goal, lives),
        )

    def _title(self, name: str, title: Text | None) -> str:
        return title.in_(self.fold.settings.language) if title else name

    def _agents_together(self, lives: list[_Live]) -> Agents | None:
        """People of several queues; None where a queue tells only a number, for its people may be counted elsewhere too."""
        if len(lives) == 1:
            return lives[0].agents
        names = {live.queue.name for live in lives}
        people = [agent for agent in self._believed_agents() if names.intersection(agent.queues)]
        named = {queue for agent in people for queue in agent.queues}
        only_numbers = any(live.agents is not None and live.agents.logged_in != 0 and live.queue.name not in named for live in lives)
        return None if only_numbers or not people else agents_by_state(people)

    def _windows(self, key: Key, goal: QueueGoal, lives: list[_Live]) -> dict[str, Any]:
        counted = self._counted(key, goal, lives)
        budget = self._budgets.of(key, goal, [live.queue for live in lives], (counted.today, counted.last_30m))
        return {**counted.values, "budget": budget}

    def _counted(self, key: Key, goal: QueueGoal, lives: list[_Live]) -> _Counted:
        past_target = _sum_or_none([live.past_target for live in lives])
        untold = self._untold(lives)
        mark = (past_target, goal, untold, [(live.queue.name, live.queue.has_events, live.queue.counted.version) for live in lives])
        kept = self._kept.get(key)
        if kept is None or kept[0] != mark:
            kept = self._kept[key] = (mark, self._values(lives, Scene(Tally(), goal, past_target, untold)))
        return kept[1]

    def _untold(self, lives: list[_Live]) -> frozenset[ContactEventType]:
        flow = () if any(live.queue.tells_flow for live in lives) else (ContactEventType.OFFERED,)
        return frozenset((*flow, *(_OUTSIDE_FLOW - self.fold.told)))

    def _values(self, lives: list[_Live], scene: Scene) -> _Counted:
        counted = [live.queue.counted for live in lives]
        parts = {
            "today": [windows.today for windows in counted],
            "last_5m": [windows.last_5m.total for windows in counted],
            "last_30m": [windows.last_30m.total for windows in counted],
        }
        if self.fold.counts_shift:
            parts["shift"] = [windows.shift for windows in counted]
        scenes = {name: replace(scene, tally=part[0] if len(part) == 1 else merged(part)) for name, part in parts.items()}
        return _Counted(
            values={name: self.fold.catalogue.values(one) for name, one in scenes.items()},
            today=_judged(scenes["today"]),
            last_30m=_judged(scenes["last_30m"]),
        )


def _judged(scene: Scene) -> Judged | None:
    return None if ContactEventType.OFFERED in scene.untold else judged(scene.tally, scene.goal.formula)


def _sources(lives: Iterable[_Live]) -> tuple[str, ...]:
    return tuple(sorted(set[str]().union(*(live.queue.sources for live in lives))))


def _time_left_s(live: _Live) -> float | None:
    if not live.waiting or live.oldest_wait_s is None:
        return None
    return live.queue.goal.target_s - live.oldest_wait_s


def _sum_of_known(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _sum_or_none(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
