"""Agents by state: a person counts once in a scope, in however many of its queues they work."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pulse.kpi.board import Agents
from pulse.kpi.records import AgentState, AgentStateType, QueueState

NO_REASON = "-"


class PersonTime(NamedTuple):
    """How many ms somebody was in a state in the quarter of an hour that begins at `at` (epoch ms); an empty reason was not told."""

    at: int
    agent: str
    state: str
    reason: str
    ms: int


TIME_IN_STATE = {
    AgentStateType.BUSY: "agent_busy_ms",
    AgentStateType.ACW: "agent_acw_ms",
    AgentStateType.AVAILABLE: "agent_ready_ms",
    AgentStateType.PAUSED: "agent_paused_ms",
}
"""Under which count the time in a state is kept, in ms."""


def agents_by_state(states: Iterable[AgentState]) -> Agents:
    """Counts of the agents who are logged in; `states` holds one state per person."""
    present = [state for state in states if state.state is not AgentStateType.OFFLINE]
    by_state = Counter(state.state for state in present)
    paused = Counter(state.reason or NO_REASON for state in present if state.state is AgentStateType.PAUSED)
    return Agents(
        logged_in=len(present),
        available=by_state[AgentStateType.AVAILABLE],
        busy=by_state[AgentStateType.BUSY],
        acw=by_state[AgentStateType.ACW],
        paused=by_state[AgentStateType.PAUSED],
        paused_by_reason=dict(sorted(paused.items())),
    )


def agents_as_told(state: QueueState) -> Agents | None:
    """The counts a source tells of one queue; None where it tells none."""
    told = (state.agents_logged_in, state.agents_available, state.agents_busy, state.agents_acw, state.agents_paused)
    if all(value is None for value in told):
        return None
    return Agents(
        logged_in=state.agents_logged_in,
        available=state.agents_available,
        busy=state.agents_busy,
        acw=state.agents_acw,
        paused=None if state.agents_paused is None else sum(state.agents_paused.values()),
        paused_by_reason=dict(sorted((state.agents_paused or {}).items())),
    )
