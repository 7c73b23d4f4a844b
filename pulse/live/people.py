"""What agents do and for how long: the states of people as their sources tell them, turned into time in each state.

In: AgentState records and the clock. Out: milliseconds by queue, second and state. Where the stretches of time are cut makes
no difference: time is laid into whole minutes, each told at its last second.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from pulse.kpi.agents import TIME_IN_STATE, PersonTime
from pulse.kpi.interval import QUARTER_MS
from pulse.kpi.records import AgentState, AgentStateType

CELL_MS = 60_000
_LAG_MS = 5_000
"""A change of state may come so late and still find its time unspent."""
_BELIEVED_MS = 3_600_000
"""How long a state goes on counting after the last word of its source: a quiet source is no dead one, but may become it."""


class Spent(NamedTuple):
    """Time of one person that belongs to one queue; a person in n queues gives each an n-th, so that a sum counts them once."""

    queue: str
    second: int
    name: str
    ms: int


class People:
    """The agents of one site."""

    def __init__(self) -> None:
        self.states: dict[str, AgentState] = {}
        """The newest state by agent."""
        self._since: dict[str, int] = {}
        self._heard: dict[str, int] = {}
        self._counted_cell = 0
        self.keeps_times = False
        """Whether the time of each person is kept for `take_times`, or for nobody."""
        self._times: dict[tuple[int, str, str, str], int] = {}

    def hear(self, source: str, at: int) -> None:
        """Notes that a source spoke at an instant (epoch ms)."""
        if at > self._heard.get(source, 0):
            self._heard[source] = at

    def keep(self, state: AgentState) -> Iterator[Spent]:
        """Takes a state in, the newest of its agent; the time spent in the one before."""
        self.hear(state.source, state.at)
        known = self.states.get(state.agent)
        if known is not None and is_older(state, known):
            return
        if known is not None:
            yield from self._spent(known, state.at)
        self.states[state.agent] = state
        self._since[state.agent] = max(state.at, self._since.get(state.agent, 0))

    def until(self, now: int) -> Iterator[Spent]:
        """The time everybody has spent up to the last minute that ended five seconds before `now` (epoch ms)."""
        cell = (now - _LAG_MS) // CELL_MS
        if cell == self._counted_cell:
            return
        self._counted_cell = cell
        for state in list(self.states.values()):
            yield from self._spent(state, cell * CELL_MS)

    def take_times(self) -> list[PersonTime]:
        """The time of each person that was laid since the last call, by quarter, state and reason; nobody's while they are offline."""
        times, self._times = self._times, {}
        return [PersonTime(*key, ms) for key, ms in times.items()]

    def give_back(self, times: Iterable[PersonTime]) -> None:
        """Takes back what history could not keep."""
        for time in times:
            self._add_time(time[:4], time.ms)

    def dump(self) -> dict[str, Any]:
        """A plain map for the checkpoint."""
        return {"states": msgspec.to_builtins(self.states), "since": self._since, "heard": self._heard, "cell": self._counted_cell}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "People":
        """The people that `dump` wrote."""
        people = cls()
        people.states = msgspec.convert(stored["states"], dict[str, AgentState])
        people._since, people._heard = dict(stored["since"]), dict(stored["heard"])
        people._counted_cell = stored.get("cell", 0)
        return people

    def _spent(self, state: AgentState, until: int) -> Iterator[Spent]:
        until = min(until, self._heard.get(state.source, 0) + _BELIEVED_MS)
        begun = self._since.get(state.agent, state.at)
        if until <= begun:
            return
        self._since[state.agent] = until
        if self.keeps_times and state.state is not AgentStateType.OFFLINE:
            for start in range(begun - begun % QUARTER_MS, until, QUARTER_MS):
                key = (start, state.agent, state.state.value, state.reason or "")
                self._add_time(key, min(until, start + QUARTER_MS) - max(begun, start))
        name = TIME_IN_STATE.get(state.state)
        if name is None or not state.queues:
            return
        for start in range(begun - begun % CELL_MS, until, CELL_MS):
            part_ms = min(until, start + CELL_MS) - max(begun, start)
            second = (start + CELL_MS) // 1000 - 1
            yield from self._divided(state.queues, second, name, part_ms)

    def _add_time(self, key: tuple[int, str, str, str], ms: int) -> None:
        self._times[key] = self._times.get(key, 0) + ms

    def _divided(self, queues: tuple[str, ...], second: int, name: str, part_ms: int) -> Iterator[Spent]:
        share_ms, rest_ms = divmod(part_ms, len(queues))
        for number, queue in enumerate(queues):
            yield Spent(queue, second, name, share_ms + (number < rest_ms))


def is_older(state: AgentState, other: AgentState) -> bool:
    """Which of two states of an agent is the older; of one instant the same one in either order."""
    return state.at < other.at or (state.at == other.at and repr(state) < repr(other))
